package io.pipedeck.queue;

import io.pipedeck.job.QueueUnavailableException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long a finished job is shown in Redis: RQ's 500 s while half of the budget of bytes holds
 * what finishes in that time, else as long as it does; less when Redis is fuller than that, however
 * it came. What could be shown for less than a minute is not shown at all: nobody would see it, and
 * to show it takes a good part of Redis' time. PostgreSQL keeps them all. Safe for all threads.
 */
public final class RedisBudget {
  private static final Logger LOG = LoggerFactory.getLogger(RedisBudget.class);

  /** RQ's default. */
  static final long RESULT_TTL_SECONDS = 500;

  private static final long WORTH_SHOWING_SECONDS = 60;

  /** Once nothing is shown, it takes a little more to begin again. */
  private static final long WORTH_BEGINNING_SECONDS = 75;

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /** What was seen longer ago says nothing of now. */
  private static final Duration SEEN_LATELY = Duration.ofSeconds(10);

  private static final double SMOOTHING_SECONDS = 5;

  /** Without a limit. */
  static final RedisBudget NONE = new RedisBudget(null, Long.MAX_VALUE);

  private final @Nullable RedisConnection redis;
  private final long bytes;
  private long lookedNanos;
  private boolean looked;
  private @Nullable Seen seen;
  private long ttlSeconds = RESULT_TTL_SECONDS;
  private boolean vanishing;

  /**
   * What had finished at one moment.
   *
   * @param finishedBytes what all jobs together took that ever finished, shown or not
   * @param bytesPerSecond how fast that grew lately
   */
  private record Seen(long nanos, long finishedBytes, double bytesPerSecond) {
    Seen next(long now, long finished) {
      double seconds = (now - nanos) / 1e9;
      double lately = Math.max(0, finished - finishedBytes) / seconds;
      double weight = 1 - Math.exp(-seconds / SMOOTHING_SECONDS);
      double rate = bytesPerSecond + (lately - bytesPerSecond) * weight;
      return new Seen(now, finished, rate);
    }
  }

  /** A budget of this many bytes of all that Redis holds. */
  public RedisBudget(@Nullable RedisConnection redis, long bytes) {
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
      long now = System.nanoTime();
      if (looked && now - lookedNanos < LOOK_EVERY.toNanos()) {
        return ttlSeconds;
      }
      if (looked && now - lookedNanos > SEEN_LATELY.toNanos()) {
        ttlSeconds = RESULT_TTL_SECONDS;
      }
      looked = true;
      lookedNanos = now;
    }
    Thread.ofVirtual().name("pipedeck-redis-budget").start(() -> look(asked));
    synchronized (this) {
      return ttlSeconds;
    }
  }

  /**
   * Whether so many jobs finish that, however little Redis holds, one that ends now would not be
   * shown: then those that wait are gone within moments.
   */
  boolean isVanishing() {
    return resultTtlSeconds() == 0 && isTooFast();
  }

  private synchronized boolean isTooFast() {
    return vanishing;
  }

  private void look(RedisConnection asked) {
    try {
      saw(System.nanoTime(), usedBytes(asked), finishedBytes(asked));
    } catch (QueueUnavailableException e) {
      LOG.debug("Redis' memory not read", e);
    }
  }

  private synchronized void saw(long nanos, long used, long finished) {
    Seen before = seen;
    if (before != null && nanos <= before.nanos()) {
      return;
    }
    Seen now = before == null ? new Seen(nanos, finished, 0) : before.next(nanos, finished);
    seen = now;
    boolean shown = ttlSeconds > 0;
    long next = ttlSeconds((double) used / bytes, now.bytesPerSecond() / bytes, shown);
    if (next > 0 != shown) {
      LOG.info(
          "Redis holds {} of {} MiB, and {} KiB of jobs finish a second: finished jobs are {}",
          used >> 20,
          bytes >> 20,
          Math.round(now.bytesPerSecond() / 1024),
          next > 0 ? "shown for %d s".formatted(next) : "not shown in it any more");
    }
    ttlSeconds = next;
    vanishing = ttlSeconds(0, now.bytesPerSecond() / bytes, !vanishing) == 0;
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

  private static long finishedBytes(RedisConnection redis) {
    String text = redis.call(client -> client.get(QueueKeys.FINISHED_BYTES));
    return text == null ? 0 : Long.parseLong(text);
  }

  /**
   * What both bounds allow.
   *
   * @param filled what part of the budget Redis fills
   * @param perSecond what part of the budget finishes a second
   * @param shown whether finished jobs are shown at present
   */
  static long ttlSeconds(double filled, double perSecond, boolean shown) {
    double room = perSecond > 0 ? 0.5 / perSecond : RESULT_TTL_SECONDS;
    long ttl = Math.min(ttlSeconds(filled), (long) Math.min(RESULT_TTL_SECONDS, room));
    return ttl < (shown ? WORTH_SHOWING_SECONDS : WORTH_BEGINNING_SECONDS) ? 0 : ttl;
  }

  /** All of it up to half of the budget, then less in proportion; nothing from nine tenths on. */
  static long ttlSeconds(double filled) {
    double left = Math.clamp((0.9 - filled) / 0.4, 0, 1);
    return Math.round(RESULT_TTL_SECONDS * left * left);
  }
}
