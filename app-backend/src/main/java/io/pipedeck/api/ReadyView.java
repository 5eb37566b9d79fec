package io.pipedeck.api;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer of {@code /health/ready}.
 *
 * @param status {@code ready} or {@code not_ready}
 * @param checks each dependency by name: postgresql, redis, workers, spool
 */
public record ReadyView(String status, Map<String, Check> checks) {
  /**
   * One dependency.
   *
   * @param status {@code up}, {@code down} or {@code starting}
   * @param detail what is wrong and what to do, null when all is well
   */
  public record Check(String status, @Nullable String detail) {}
}
