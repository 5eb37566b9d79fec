package io.pipedeck.rq;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.job.NewJob;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job for Python workers.
 *
 * @param queue one that Python workers serve and ours don't
 * @param function dotted name of a Python function
 * @param timeout how long one attempt may take
 * @param startAt null for at once
 * @param maxAttempts at least 1
 * @param retryIntervals pauses between attempts; empty for none
 */
public record ForeignJob(
    @Nullable String realm,
    String queue,
    String function,
    List<JsonNode> args,
    Map<String, JsonNode> kwargs,
    Duration timeout,
    @Nullable Instant startAt,
    int maxAttempts,
    List<Duration> retryIntervals) {

  public ForeignJob {
    args = List.copyOf(args);
    kwargs = Map.copyOf(kwargs);
    retryIntervals = List.copyOf(retryIntervals);
    if (!NewJob.isQueueName(queue)) {
      throw new IllegalArgumentException(
          "a queue name is [a-z0-9-], at most 64 long, not " + queue);
    }
    if (function.isBlank()) {
      throw new IllegalArgumentException("a job runs a function; its name is blank");
    }
    if (timeout.toSeconds() < 1 || timeout.toDays() > 365) {
      throw new IllegalArgumentException("a timeout is a second to a year, not " + timeout);
    }
    if (maxAttempts < 1 || maxAttempts > 100) {
      throw new IllegalArgumentException("max_attempts must be 1 to 100, not " + maxAttempts);
    }
  }

  /** A call with a quarter of an hour for its one attempt. */
  public static ForeignJob of(String queue, String function, JsonNode... args) {
    return new ForeignJob(
        null, queue, function, List.of(args), Map.of(), Duration.ofMinutes(15), null, 1, List.of());
  }
}
