package io.pipedeck.queue;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobQueue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.args.ListDirection;

/**
 * The queues: ids in lists, calls in hashes, as RQ has them. What a worker does here always follows
 * PostgreSQL, so each method only makes Redis show what is true already. Safe for all threads.
 */
public final class RedisQueue implements JobQueue {
  /** How long a finished job is shown in Redis; RQ's default. */
  private static final long RESULT_TTL_SECONDS = 500;

  /** How long a failed or canceled job is shown in Redis; PostgreSQL keeps it longer. */
  private static final long FAILURE_TTL_SECONDS = Duration.ofDays(7).toSeconds();

  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final RedisConnection redis;
  private final InstantSource clock;
  private final Timeouts timeouts;

  /** How long an attempt of a job may take; shown to RQ's own tools. */
  @FunctionalInterface
  public interface Timeouts {
    Duration of(Job job);
  }

  public RedisQueue(RedisConnection redis, InstantSource clock, Timeouts timeouts) {
    this.redis = redis;
    this.clock = clock;
    this.timeouts = timeouts;
  }

  @Override
  public void push(List<Job> jobs) {
    for (Job job : jobs) {
      String function = job.function() == null ? "" : job.function();
      List<String> args = List.of(argument(job), job.id().toString());
      run(
          "push",
          job.id().toString(),
          job.queue(),
          now(),
          RqEncoding.call(function, args),
          RqEncoding.description(function, args),
          timeouts.of(job).toSeconds(),
          TIMESTAMP.format(job.createdAt() == null ? clock.instant() : job.createdAt()),
          RESULT_TTL_SECONDS,
          FAILURE_TTL_SECONDS,
          job.rev());
    }
  }

  /**
   * What stands where the Python function had its file path: the document's name, which only we can
   * open.
   */
  private static String argument(Job job) {
    String filename = job.payloadText("filename");
    return filename == null ? "" : filename;
  }

  @Override
  public void cancel(Job job) {
    run(
        "cancel",
        job.id().toString(),
        job.queue(),
        now(),
        epochSecond(),
        FAILURE_TTL_SECONDS,
        job.rev());
  }

  /** Pops the next id of one queue, without waiting. */
  public Optional<Popped> pop(String queue) {
    String id =
        redis.call(
            client ->
                client.lmove(
                    QueueKeys.queue(queue),
                    QueueKeys.intermediate(queue),
                    ListDirection.LEFT,
                    ListDirection.RIGHT));
    return Optional.ofNullable(id).map(popped -> new Popped(queue, popped));
  }

  /** Pops the next id of one queue, waiting for it at most this long. */
  public Optional<Popped> pop(String queue, Duration atMost) {
    String id =
        redis.call(
            client ->
                client.blmove(
                    QueueKeys.queue(queue),
                    QueueKeys.intermediate(queue),
                    ListDirection.LEFT,
                    ListDirection.RIGHT,
                    atMost.toMillis() / 1000.0));
    return Optional.ofNullable(id).map(popped -> new Popped(queue, popped));
  }

  /** An id that was taken off its queue and not yet started. */
  public record Popped(String queue, String id) {}

  /** Puts an id back at the head of its queue. */
  public void putBack(Popped popped) {
    run("give_back", popped.id(), popped.queue(), now(), "");
  }

  /** Forgets an id that nobody waits for: its job doesn't exist, or doesn't wait any more. */
  public void drop(Popped popped) {
    run("drop", popped.id(), popped.queue(), FAILURE_TTL_SECONDS);
  }

  /** Shows a claimed job as started by this worker. */
  public void started(Job job, String worker) {
    run(
        "start",
        job.id().toString(),
        job.queue(),
        now(),
        clock.instant().plus(RqWorkers.BUSY_TTL).getEpochSecond(),
        worker,
        job.rev(),
        RqWorkers.BUSY_TTL.toSeconds());
  }

  /** Shows a job as finished. */
  public void finished(Job job, String worker, Duration elapsed, @Nullable JsonNode result) {
    String id = job.id().toString();
    redis.script(
        "finish",
        keys(
            QueueKeys.job(id),
            QueueKeys.wip(job.queue()),
            QueueKeys.finished(job.queue()),
            QueueKeys.results(id),
            QueueKeys.worker(worker)),
        args(
            id,
            worker,
            now(),
            epochSecond(),
            RESULT_TTL_SECONDS,
            RqEncoding.returnValue(result),
            seconds(elapsed),
            "",
            "",
            ""));
  }

  /** Shows a job as failed for good. */
  public void failed(Job job, String worker, Duration elapsed, String error) {
    String id = job.id().toString();
    redis.script(
        "fail",
        keys(
            QueueKeys.job(id),
            QueueKeys.wip(job.queue()),
            QueueKeys.failed(job.queue()),
            QueueKeys.results(id),
            QueueKeys.worker(worker)),
        args(
            id,
            worker,
            now(),
            epochSecond(),
            FAILURE_TTL_SECONDS,
            RqEncoding.errorText(error),
            seconds(elapsed),
            "",
            "",
            "",
            "0",
            "failed",
            job.queue()));
  }

  /** Shows a job as waiting for its next attempt. */
  public void scheduled(Job job, String worker, Duration elapsed) {
    run(
        "schedule",
        job.id().toString(),
        job.queue(),
        now(),
        job.runAt().getEpochSecond(),
        worker,
        seconds(elapsed),
        job.rev());
  }

  /** Puts a job that this worker had started back at the head of its queue. */
  public void gaveBack(Job job, String worker) {
    run("give_back", job.id().toString(), job.queue(), now(), worker);
  }

  /** Shows a job as failed for good whose worker was lost. */
  public void abandoned(Job job) {
    run(
        "abandon",
        job.id().toString(),
        job.queue(),
        now(),
        epochSecond(),
        FAILURE_TTL_SECONDS,
        RqEncoding.errorText(job.error() == null ? "" : job.error()),
        job.rev());
  }

  /**
   * Which ids wait on the queue; not those between pop and start, which nobody may hold any more.
   */
  public Set<String> waiting(String queue) {
    return redis.call(client -> new HashSet<>(client.lrange(QueueKeys.queue(queue), 0, -1)));
  }

  /** Which ids are between pop and start; one that stays there was left by a process that died. */
  public List<String> popped(String queue) {
    return redis.call(client -> client.lrange(QueueKeys.intermediate(queue), 0, -1));
  }

  /** The queues that ever had a job here, in no order. */
  public Set<String> names() {
    return redis.call(client -> client.smembers(QueueKeys.QUEUES)).stream()
        .filter(key -> key.startsWith(QueueKeys.queue("")))
        .map(key -> key.substring(QueueKeys.queue("").length()))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether living workers listen on the queue. */
  public boolean hasWorkers(String queue) {
    return !Long.valueOf(0).equals(redis.script("workers", List.of(), args(queue)));
  }

  private void run(String script, Object... args) {
    redis.script(script, List.of(), args(args));
  }

  private String now() {
    return timestamp(clock.instant());
  }

  static String timestamp(Instant instant) {
    return TIMESTAMP.format(instant);
  }

  private long epochSecond() {
    return clock.instant().getEpochSecond();
  }

  private static String seconds(Duration elapsed) {
    return String.format(Locale.ROOT, "%.6f", elapsed.toNanos() / 1e9);
  }

  private static List<byte[]> keys(String... keys) {
    return Arrays.stream(keys).map(key -> key.getBytes(StandardCharsets.UTF_8)).toList();
  }

  static List<byte[]> args(Object... values) {
    List<byte[]> args = new ArrayList<>(values.length);
    for (Object value : values) {
      args.add(
          value instanceof byte[] bytes
              ? bytes
              : value.toString().getBytes(StandardCharsets.UTF_8));
    }
    return args;
  }
}
