package io.pipedeck.queue;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

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

  /** A sign of life of an idle worker. */
  public void idle(String name) {
    heartbeat(name, IDLE_TTL, "", "");
  }

  /** A sign of life of a worker and of the job it runs. */
  public void busy(String name, String queue, String jobId) {
    heartbeat(name, BUSY_TTL, queue, jobId);
  }

  private void heartbeat(String name, Duration ttl, String queue, String jobId) {
    Object expired =
        redis.script(
            "heartbeat",
            List.of(),
            RedisQueue.args(
                name,
                RedisQueue.timestamp(clock.instant()),
                ttl.toSeconds(),
                jobId,
                queue,
                clock.instant().plus(BUSY_TTL).getEpochSecond()));
    if (Long.valueOf(1).equals(expired)) {
      birth(name);
    }
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
