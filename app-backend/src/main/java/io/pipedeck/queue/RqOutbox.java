package io.pipedeck.queue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Response;
import redis.clients.jedis.resps.StreamEntry;

/**
 * Jobs for Python workers: enqueued as RQ's own client does, watched until they end. Thread-safe.
 */
public final class RqOutbox {
  private static final Logger LOG = LoggerFactory.getLogger(RqOutbox.class);
  private static final int MOST_RESULT_BYTES = 16 * 1024 * 1024;
  private static final long SHOWN_SECONDS = 500;
  private static final long FAILURE_SHOWN_SECONDS = Duration.ofDays(7).toSeconds();

  private final RedisConnection redis;
  private final InstantSource clock;

  public RqOutbox(RedisConnection redis, InstantSource clock) {
    this.redis = redis;
    this.clock = clock;
  }

  /**
   * A call for a Python worker.
   *
   * @param startAt null for at once
   * @param retries how many more attempts it has
   */
  public record Outgoing(
      String id,
      String queue,
      RqCall.Call call,
      Duration timeout,
      @Nullable Instant startAt,
      int retries,
      List<Duration> retryIntervals) {}

  /** Enqueues a call; one whose id is there already stays as it is. */
  public void enqueue(Outgoing job) {
    String intervals =
        job.retryIntervals().stream()
            .map(interval -> Long.toString(interval.toSeconds()))
            .collect(Collectors.joining(", ", "[", "]"));
    redis.script(
        "rq_enqueue",
        List.of(),
        Change.bytes(
            job.id(),
            job.queue(),
            RedisQueue.timestamp(clock.instant()),
            RqEncoding.call(job.call()),
            RqEncoding.description(job.call()),
            job.timeout().toSeconds(),
            job.startAt() == null ? "" : job.startAt().getEpochSecond(),
            job.retries() == 0 ? "" : job.retries(),
            job.retryIntervals().isEmpty() ? "" : intervals));
  }

  /**
   * How a job is doing.
   *
   * @param status RQ's word
   * @param rev of the row, as Redis knows it; -1 where no row of ours stands behind it
   * @param result null for none, or for one that is not JSON
   * @param error null for none
   */
  public record State(
      String status,
      long rev,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      @Nullable String worker,
      @Nullable JsonNode result,
      @Nullable String error) {}

  private record Asked(
      String id, Response<List<String>> hash, Response<List<StreamEntry>> results) {}

  /** How these jobs are doing; those that Redis doesn't know are missing. */
  public Map<String, State> states(List<String> ids) {
    List<Asked> asked = new ArrayList<>();
    redis.call(
        client -> {
          try (var pipeline = client.pipelined()) {
            for (String id : ids) {
              var hash =
                  pipeline.hmget(
                      QueueKeys.job(id),
                      "status",
                      "started_at",
                      "ended_at",
                      "worker_name",
                      "pd_rev");
              asked.add(
                  new Asked(id, hash, pipeline.xrevrange(QueueKeys.results(id), "+", "-", 1)));
            }
            pipeline.sync();
          }
          return true;
        });
    Map<String, State> states = new HashMap<>();
    for (Asked job : asked) {
      List<String> hash = job.hash().get();
      if (hash.getFirst() != null) {
        states.put(job.id(), state(job.id(), hash, job.results().get()));
      }
    }
    return states;
  }

  private static State state(String id, List<String> hash, List<StreamEntry> results) {
    Map<String, String> latest = results.isEmpty() ? Map.of() : results.getFirst().getFields();
    String status = hash.getFirst();
    return new State(
        status,
        rev(hash.get(4)),
        instant(hash.get(1)),
        instant(hash.get(2)),
        hash.get(3) == null || hash.get(3).isEmpty() ? null : hash.get(3),
        status.equals("finished") ? result(id, latest.get("return_value")) : null,
        status.equals("finished") ? null : error(latest.get("exc_string")));
  }

  private static long rev(@Nullable String text) {
    try {
      return text == null ? -1 : Long.parseLong(text);
    } catch (NumberFormatException _) {
      return -1;
    }
  }

  private static @Nullable Instant instant(@Nullable String text) {
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeParseException _) {
      return null;
    }
  }

  private static @Nullable JsonNode result(String id, @Nullable String base64) {
    if (base64 == null) {
      return null;
    }
    try {
      return PythonJson.value(Base64.getDecoder().decode(base64));
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("The result of job {} is not JSON and was left out", id);
      return null;
    }
  }

  private static @Nullable String error(@Nullable String base64) {
    if (base64 == null) {
      return null;
    }
    try {
      return Zlib.inflate(Base64.getDecoder().decode(base64), MOST_RESULT_BYTES)
          .map(text -> new String(text, StandardCharsets.UTF_8))
          .orElse(null);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  /** The end of a job is recorded: Redis may forget it in a while. */
  public void recorded(String queue, String id, String status) {
    redis.script(
        "rq_recorded",
        List.of(),
        Change.bytes(
            id,
            queue,
            clock.instant().getEpochSecond(),
            status.equals("finished") ? SHOWN_SECONDS : FAILURE_SHOWN_SECONDS,
            status));
  }
}
