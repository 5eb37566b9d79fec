package io.pipedeck.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipedeck.api.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a job keeps of the Python program that enqueued it: the member {@code rq} of its payload.
 * Its id in Redis is RQ's, and it is retried as RQ would.
 *
 * @param rqId its id in Redis
 * @param function as the program called it
 * @param bound names of the arguments that stand in the payload; null where the payload holds
 *     {@code args} and {@code kwargs} as they came
 * @param retryIntervals pauses before retries, as RQ counts them; empty for none
 */
public record Adopted(
    String rqId, String function, @Nullable List<String> bound, List<Duration> retryIntervals) {
  private static final String MEMBER = "rq";

  public Adopted {
    bound = bound == null ? null : List.copyOf(bound);
    retryIntervals = List.copyOf(retryIntervals);
  }

  /** Whether a Python program enqueued the job. */
  public static boolean is(Job job) {
    JsonNode member = job.payload() == null ? null : job.payload().get(MEMBER);
    return job.nativeRow()
        && member != null
        && job.rqJobId() != null
        && job.rqJobId().equals(member.path("id").textValue());
  }

  /** Of a job that a Python program enqueued; empty for all others. */
  public static Optional<Adopted> of(Job job) {
    if (!is(job) || job.payload() == null || job.rqJobId() == null) {
      return Optional.empty();
    }
    JsonNode member = job.payload().get(MEMBER);
    List<Duration> intervals = new ArrayList<>();
    member
        .path("retry_intervals")
        .forEach(seconds -> intervals.add(Duration.ofSeconds(seconds.asLong())));
    List<String> bound = null;
    if (member.path("bound").isArray()) {
      bound = new ArrayList<>();
      for (JsonNode name : member.path("bound")) {
        bound.add(name.asText());
      }
    }
    return Optional.of(
        new Adopted(job.rqJobId(), member.path("function").asText(), bound, intervals));
  }

  /** Puts it into the payload of a job. */
  public void into(ObjectNode payload) {
    ObjectNode member = payload.putObject(MEMBER).put("id", rqId).put("function", function);
    if (bound != null) {
      member.set("bound", Json.mapper().valueToTree(bound));
    }
    if (!retryIntervals.isEmpty()) {
      ArrayNode seconds = member.putArray("retry_intervals");
      retryIntervals.forEach(interval -> seconds.add(interval.toSeconds()));
    }
  }

  /** The positional arguments of the call. */
  public List<JsonNode> args(Job job) {
    List<JsonNode> args = new ArrayList<>();
    if (bound == null && job.payload() != null) {
      job.payload().path("args").forEach(args::add);
    }
    return args;
  }

  /** The arguments of the call by name. */
  public Map<String, JsonNode> kwargs(Job job) {
    Map<String, JsonNode> kwargs = new LinkedHashMap<>();
    JsonNode payload = job.payload();
    if (payload != null && bound != null) {
      for (String name : bound) {
        JsonNode value = payload.get(name);
        if (value != null) {
          kwargs.put(name, value);
        }
      }
    } else if (payload != null) {
      payload
          .path("kwargs")
          .properties()
          .forEach(entry -> kwargs.put(entry.getKey(), entry.getValue()));
    }
    return kwargs;
  }

  /**
   * RQ's pause before the next attempt: with more retries than intervals the first one repeats at
   * the beginning.
   *
   * @param job with the failed attempt counted
   */
  Duration pauseAfter(Job job) {
    if (retryIntervals.isEmpty()) {
      return Duration.ZERO;
    }
    int left = Math.max(job.maxAttempts() - job.attempt(), 0);
    int index = Math.max(retryIntervals.size() - left, 0);
    return index < retryIntervals.size() ? retryIntervals.get(index) : Duration.ZERO;
  }
}
