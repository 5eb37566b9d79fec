package io.pipedeck.queue;

import io.pipedeck.job.Job;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Our workers as RQ's tools see them: one for each slot, with a hash that expires when its
 * heartbeat stops. Never writes {@code current_job}, which breaks dashboards while JSON jobs run.
 */
public final class RqWorkers {
  /** How long the hash of a busy worker lives without a heartbeat. */
  static final Duration BUSY_TTL = Duration.ofSeconds(90);

  /** How long the hash of an idle one does. */
  private static final Duration IDLE_TTL = Duration.ofMinutes(8);

  private final RedisConnection redis;
  private final InstantSource clock;
  private final Identity identity;
  private volatile boolean suspended;

  /**
   * What all workers of this process share.
   *
   * @param version shown by tools
   */
  public record Identity(String host, long pid, String version, List<String> queues) {}

  public RqWorkers(RedisConnection redis, InstantSource clock, Identity identity) {
    this.redis = redis;
    this.clock = clock;
    this.identity = identity;
  }

  /** Announces a worker. */
  public void birth(String name) {
    String now = RedisQueue.timestamp(clock.instant());
    redis.call(
        client -> {
          try (var tx = client.multi()) {
            String key = QueueKeys.worker(name);
            tx.del(key);
            tx.hset(key, fields(now));
            tx.sadd(QueueKeys.WORKERS, key);
            identity.queues().forEach(queue -> tx.sadd(QueueKeys.workersOf(queue), key));
            tx.expire(key, IDLE_TTL.toSeconds());
            tx.exec();
          }
          return true;
        });
  }

  private Map<String, String> fields(String now) {
    return Map.of(
        "birth",
        now,
        "last_heartbeat",
        now,
        "queues",
        String.join(",", identity.queues()),
        "pid",
        Long.toString(identity.pid()),
        "hostname",
        identity.host(),
        "ip_address",
        "",
        "version",
        identity.version(),
        "python_version",
        "java " + Runtime.version().feature(),
        "state",
        "idle");
  }

  /**
   * Signs of life of workers and of the jobs they run; one that Redis has forgotten is announced
   * again.
   *
   * @throws io.pipedeck.job.QueueUnavailableException if Redis can't be reached
   */
  public void beat(List<Beat> beats) {
    if (beats.isEmpty()) {
      return;
    }
    List<byte[]> args =
        new ArrayList<>(
            Change.bytes(
                RedisQueue.timestamp(clock.instant()),
                clock.instant().plus(BUSY_TTL).getEpochSecond(),
                BUSY_TTL.toSeconds(),
                IDLE_TTL.toSeconds(),
                suspended ? "suspended" : "idle"));
    for (Beat beat : beats) {
      Job job = beat.job();
      args.addAll(
          Change.bytes(
              beat.name(),
              job == null ? "" : job.idInRedis(),
              job == null ? "" : job.queue(),
              beat.work().finished(),
              beat.work().failed(),
              seconds(beat.work())));
    }
    List<?> expired = (List<?>) redis.script("heartbeat", List.of(), args);
    expired.forEach(name -> birth(new String((byte[]) name, StandardCharsets.UTF_8)));
  }

  /**
   * A sign of life.
   *
   * @param job that the worker runs, null for none
   * @param work since the last time
   */
  public record Beat(String name, @Nullable Job job, Work work) {}

  /** What a worker has done. */
  public record Work(int finished, int failed, Duration time) {
    public static final Work NONE = new Work(0, 0, Duration.ZERO);

    /** Both together. */
    public Work plus(Work other) {
      return new Work(finished + other.finished, failed + other.failed, time.plus(other.time));
    }
  }

  private static String seconds(Work work) {
    return work.time().isZero()
        ? "0"
        : String.format(Locale.ROOT, "%.6f", work.time().toNanos() / 1e9);
  }

  /**
   * Shows idle workers as suspended, or as idle again; those that are busy stay so.
   *
   * @throws io.pipedeck.job.QueueUnavailableException if Redis can't be reached
   */
  public void suspended(Collection<String> names, boolean yes) {
    suspended = yes;
    List<byte[]> args = new ArrayList<>(Change.bytes(yes ? "suspended" : "idle"));
    names.forEach(name -> args.addAll(Change.bytes(name)));
    redis.script("rq_suspended", List.of(), args);
  }

  /** Says that a worker is gone. */
  public void death(String name) {
    String now = RedisQueue.timestamp(clock.instant());
    redis.call(
        client -> {
          try (var tx = client.multi()) {
            String key = QueueKeys.worker(name);
            tx.srem(QueueKeys.WORKERS, key);
            identity.queues().forEach(queue -> tx.srem(QueueKeys.workersOf(queue), key));
            tx.hset(key, "death", now);
            tx.expire(key, 60);
            tx.exec();
          }
          return true;
        });
  }
}
