package io.pipedeck.config;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Redis.
 *
 * @param url an external server, {@code redis[s]://[user:password@]host[:port][/db]}; null for the
 *     bundled one
 */
public record RedisConfig(@Nullable URI url) {
  /** Without the password. */
  @Override
  public String toString() {
    return "RedisConfig[" + (url == null ? "bundled" : url.getHost() + ":" + url.getPort()) + "]";
  }
}
