package io.pipedeck.worker;

import io.pipedeck.db.DatabaseException;
import io.pipedeck.job.Claim;
import io.pipedeck.job.JobWriter;
import io.pipedeck.job.QueueUnavailableException;
import io.pipedeck.queue.Popped;
import io.pipedeck.queue.RedisQueue;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where claims come from: ids from Redis, claimed in PostgreSQL; or, while Redis is away or where
 * there is none, PostgreSQL alone. It goes over to the one and back to the other by itself. For one
 * thread, but for {@link #wake}.
 */
final class Dispatch {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

  /** How often it looks for work in PostgreSQL while nobody wakes it. */
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  private static final Duration SUSPENDED_FOR = Duration.ofSeconds(1);
  private static final long ASK_REDIS_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final JobWriter writer;
  private final DirectClaims direct;
  private final @Nullable RedisSide redis;
  private final Duration lease;
  private final Semaphore wake = new Semaphore(0);
  private boolean redisAway;
  private boolean suspended;
  private long askedNanos;

  /**
   * Redis, as far as it serves work.
   *
   * @param answers whether it can be reached now
   * @param suspended hears when RQ's clients suspend the workers and when they let them go on
   */
  record RedisSide(
      Arrivals arrivals,
      RedisQueue queue,
      java.util.function.BooleanSupplier answers,
      java.util.function.Consumer<Boolean> suspended) {}

  /**
   * Jobs to run.
   *
   * @param unclaimed ids that were popped and under which no job of ours waits, each with the
   *     worker that may look what it is
   * @param pastTheQueue whether the claims were taken without having been popped from Redis
   */
  record Taken(List<Claim> claims, Map<Popped, String> unclaimed, boolean pastTheQueue) {
    static final Taken NOTHING = new Taken(List.of(), Map.of(), false);
  }

  Dispatch(JobWriter writer, DirectClaims direct, @Nullable RedisSide redis, Duration lease) {
    this.writer = writer;
    this.direct = direct;
    this.redis = redis;
    this.lease = lease;
  }

  /**
   * Claims jobs for these workers, waiting for some a moment.
   *
   * @throws DatabaseException if PostgreSQL can't be reached; nothing was taken then
   */
  Taken next(List<String> workers) throws InterruptedException {
    RedisSide side = redis;
    if (side == null || redisIsAway(side)) {
      return direct(workers);
    }
    try {
      return fromRedis(side, workers);
    } catch (QueueUnavailableException e) {
      LOG.warn("Redis is away; jobs are taken from PostgreSQL directly: {}", e.getMessage());
      redisAway = true;
      askedNanos = System.nanoTime();
      return direct(workers);
    }
  }

  private boolean redisIsAway(RedisSide side) {
    if (redisAway && System.nanoTime() - askedNanos > ASK_REDIS_NANOS) {
      askedNanos = System.nanoTime();
      redisAway = !side.answers().getAsBoolean();
      if (!redisAway) {
        LOG.info("Redis is back");
      }
    }
    return redisAway;
  }

  private Taken direct(List<String> workers) throws InterruptedException {
    wake.drainPermits();
    List<Claim> claims = direct.take(workers);
    if (claims.isEmpty()) {
      boolean _ = wake.tryAcquire(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }
    return new Taken(claims, Map.of(), true);
  }

  private Taken fromRedis(RedisSide side, List<String> workers) throws InterruptedException {
    Arrivals.Next next = side.arrivals().next(workers.size());
    if (next.suspended() != suspended) {
      suspended = next.suspended();
      side.suspended().accept(suspended);
    }
    if (next.suspended()) {
      boolean _ = wake.tryAcquire(SUSPENDED_FOR.toMillis(), TimeUnit.MILLISECONDS);
    }
    return next.popped().isEmpty() ? Taken.NOTHING : claim(side, next.popped(), workers);
  }

  private Taken claim(RedisSide side, List<Popped> popped, List<String> workers) {
    Map<UUID, String> wishes = new LinkedHashMap<>();
    for (int i = 0; i < popped.size(); i++) {
      String worker = workers.get(i);
      idOf(popped.get(i)).ifPresent(id -> wishes.putIfAbsent(id, worker));
    }
    List<Claim> claims;
    try {
      claims = wishes.isEmpty() ? List.of() : writer.claim(wishes, lease);
    } catch (DatabaseException e) {
      popped.reversed().forEach(side.queue()::putBack);
      throw e;
    }
    Set<String> claimed = new HashSet<>();
    claims.forEach(claim -> claimed.add(claim.job().id().toString()));
    Map<Popped, String> unclaimed = new LinkedHashMap<>();
    for (int i = 0; i < popped.size(); i++) {
      if (!claimed.contains(popped.get(i).id())) {
        unclaimed.putIfAbsent(popped.get(i), workers.get(i));
      }
    }
    return new Taken(claims, unclaimed, false);
  }

  private static Optional<UUID> idOf(Popped popped) {
    try {
      return Optional.of(UUID.fromString(popped.id()));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** Ends a wait in {@link #next} early. Any thread. */
  void wake() {
    wake.release();
    if (redis != null) {
      redis.arrivals().wake();
    }
  }

  /** Puts back what came in while no worker is free. */
  void putBackSurplus() throws InterruptedException {
    RedisSide side = redis;
    if (side != null && !redisAway) {
      try {
        side.arrivals().putBackSurplus();
      } catch (QueueUnavailableException e) {
        LOG.debug("Ids not put back; the reconciler will", e);
      }
    }
  }

  /** Ends; what came in and was not claimed goes back. */
  void close() throws InterruptedException {
    if (redis != null) {
      redis.arrivals().close();
    }
  }
}
