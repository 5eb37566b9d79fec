package io.pipedeck.queue;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.api.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The hash of a job that a Python program enqueued, as far as running it goes. Fields with odd
 * values count as missing: the hash is somebody else's, and no value in it may harm more than its
 * own job.
 *
 * @param call what to run
 * @param timeout how long one attempt may take; null for none
 * @param retriesLeft 0 where nothing is said
 * @param retryIntervals pauses before retries, as RQ counts them; empty for none
 */
public record RqHash(
    RqCall call,
    @Nullable Instant createdAt,
    @Nullable Duration timeout,
    int retriesLeft,
    List<Duration> retryIntervals) {

  /** What RQ's own workers give a job that says nothing. */
  private static final long DEFAULT_TIMEOUT_SECONDS = 180;

  private static final int MOST_RETRIES = 99;
  private static final long LONGEST_SECONDS = Duration.ofDays(365).toSeconds();

  public RqHash {
    retryIntervals = List.copyOf(retryIntervals);
  }

  /** Reads the fields that {@code rq_claim} gives. */
  static RqHash of(Map<String, byte[]> fields) {
    byte[] data = fields.getOrDefault("data", new byte[0]);
    long timeout = number(fields, "timeout", DEFAULT_TIMEOUT_SECONDS);
    return new RqHash(
        fields.containsKey("too_large") ? RqCall.tooLarge() : RqCall.decode(data),
        instant(text(fields, "created_at")),
        timeout < 0 ? null : Duration.ofSeconds(timeout == 0 ? DEFAULT_TIMEOUT_SECONDS : timeout),
        Math.clamp(number(fields, "retries_left", 0), 0, MOST_RETRIES),
        intervals(text(fields, "retry_intervals")));
  }

  /** Reads what HGETALL gave: names and values in turn. */
  static RqHash of(List<?> pairs) {
    Map<String, byte[]> fields = new TreeMap<>();
    for (int i = 0; i + 1 < pairs.size(); i += 2) {
      fields.put(
          new String((byte[]) pairs.get(i), StandardCharsets.UTF_8), (byte[]) pairs.get(i + 1));
    }
    return of(fields);
  }

  private static String text(Map<String, byte[]> fields, String name) {
    return new String(fields.getOrDefault(name, new byte[0]), StandardCharsets.UTF_8);
  }

  private static long number(Map<String, byte[]> fields, String name, long otherwise) {
    try {
      return Math.clamp(Long.parseLong(text(fields, name)), -1, LONGEST_SECONDS);
    } catch (NumberFormatException _) {
      return otherwise;
    }
  }

  private static @Nullable Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException _) {
      return null;
    }
  }

  private static List<Duration> intervals(String json) {
    try {
      JsonNode node = Json.mapper().readTree(json);
      List<Duration> intervals = new ArrayList<>();
      if (node.isArray() && node.size() <= MOST_RETRIES) {
        node.forEach(
            seconds ->
                intervals.add(
                    Duration.ofSeconds(Math.clamp(seconds.asLong(), 0, LONGEST_SECONDS))));
      }
      return intervals;
    } catch (IOException _) {
      return List.of();
    }
  }
}
