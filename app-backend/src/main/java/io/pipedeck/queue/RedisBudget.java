package io.pipedeck.queue;

import io.pipedeck.job.QueueUnavailableException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long a finished job is shown in Redis: RQ's 500 s while there is room, less as the budget of
 * bytes fills, none when it is full. PostgreSQL keeps them all. Safe for all threads.
 */
public final class RedisBudget {
  private static final Logger LOG = LoggerFactory.getLogger(RedisBudget.class);

  /** RQ's default. */
  static final long RESULT_TTL_SECONDS = 500;

  /** Without a limit. */
  static final RedisBudget NONE = new RedisBudget(null, Long.MAX_VALUE);

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final @org.jspecify.annotations.Nullable RedisConnection redis;
  private final long bytes;
  private long lookedNanos;
  private boolean looked;
  private long ttlSeconds = RESULT_TTL_SECONDS;

  /** A budget of this many bytes of all that Redis holds. */
  public RedisBudget(@org.jspecify.annotations.Nullable RedisConnection redis, long bytes) {
    this.redis = redis;
    this.bytes = bytes;
  }

  /** Seconds for which a job that ends now is to be shown; 0 for not at all. */
  long resultTtlSeconds() {
    RedisConnection asked = redis;
    if (asked == null) {
      return RESULT_TTL_SECONDS;
    }
    synchronized (this) {
      if (looked && System.nanoTime() - lookedNanos < LOOK_EVERY.toNanos()) {
        return ttlSeconds;
      }
      looked = true;
      lookedNanos = System.nanoTime();
    }
    Thread.ofVirtual().name("pipedeck-redis-budget").start(() -> look(asked));
    synchronized (this) {
      return ttlSeconds;
    }
  }

  private void look(RedisConnection asked) {
    try {
      long used = usedBytes(asked);
      long next = ttlSeconds((double) used / bytes);
      synchronized (this) {
        if ((next < RESULT_TTL_SECONDS) != (ttlSeconds < RESULT_TTL_SECONDS)) {
          LOG.info(
              "Redis holds {} of {} MiB: finished jobs are shown for {} s",
              used >> 20,
              bytes >> 20,
              next);
        }
        ttlSeconds = next;
      }
    } catch (QueueUnavailableException e) {
      LOG.debug("Redis' memory not read", e);
    }
  }

  private static long usedBytes(RedisConnection redis) {
    return redis
        .call(client -> client.info("memory"))
        .lines()
        .filter(line -> line.startsWith("used_memory:"))
        .mapToLong(line -> Long.parseLong(line.substring("used_memory:".length()).strip()))
        .findFirst()
        .orElse(0);
  }

  /** All of it up to half of the budget, then less in proportion; nothing from nine tenths on. */
  static long ttlSeconds(double filled) {
    double left = Math.clamp((0.9 - filled) / 0.4, 0, 1);
    return Math.round(RESULT_TTL_SECONDS * left * left);
  }
}
