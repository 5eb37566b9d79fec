package io.pipedeck.config;

import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL.
 *
 * @param url an external server, null for the bundled one
 * @param poolMin connections kept open
 * @param poolMax connections at most
 */
public record DatabaseConfig(@Nullable DatabaseUrl url, int poolMin, int poolMax) {
  public DatabaseConfig {
    if (poolMin < 0 || poolMax < 1 || poolMin > poolMax) {
      throw new IllegalArgumentException("pool of " + poolMin + " to " + poolMax);
    }
  }
}
