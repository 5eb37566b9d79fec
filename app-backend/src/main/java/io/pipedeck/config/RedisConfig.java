package io.pipedeck.config;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Redis.
 *
 * @param url an external server, {@code redis[s]://[user:password@]host[:port][/db]}; null for the
 *     bundled one
 * @param budgetBytes how much of it may be filled before finished jobs are shown for a shorter time
 */
public record RedisConfig(@Nullable URI url, long budgetBytes) {
  /** Without the password. */
  @Override
  public String toString() {
    return "RedisConfig[" + (url == null ? "bundled" : url.getHost() + ":" + url.getPort()) + "]";
  }
}
