package io.pipedeck.config;

import org.jspecify.annotations.Nullable;

/**
 * Where a PostgreSQL server is and who we are there, taken apart from the {@code
 * postgresql://user:password@host:port/db} form that deployments use.
 *
 * @param jdbcUrl {@code jdbc:postgresql://…} with its parameters, without user and password
 * @param user null where the URL names none
 * @param password null where the URL names none
 */
public record DatabaseUrl(String jdbcUrl, @Nullable String user, @Nullable String password) {
  /** Without the password. */
  @Override
  public String toString() {
    return jdbcUrl + " as " + user;
  }
}
