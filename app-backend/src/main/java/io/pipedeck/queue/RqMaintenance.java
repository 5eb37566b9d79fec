package io.pipedeck.queue;

import io.pipedeck.job.QueueUnavailableException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What RQ's own workers do beside their jobs, under RQ's own locks, so that nothing depends on a
 * Python worker: each second scheduled jobs that are due are queued, each minute the jobs of dead
 * workers and expired entries are cleaned up. Every node that works may run it.
 */
public final class RqMaintenance implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RqMaintenance.class);
  private static final long LOCK_SECONDS = 61;
  private static final int AT_ONCE = 1_000;

  /**
   * Rounds; who schedules a job on a queue that never had one waits that long for its first look.
   */
  private static final int LOOK_FOR_QUEUES = 4;

  private final RedisConnection redis;
  private final InstantSource clock;
  private final Rhythm rhythm;
  private final RqCleaner cleaner;

  /**
   * RQ reads the lock's value as a process id, a decimal number; among many machines only a random
   * one is unique.
   */
  private final String lockValue =
      Long.toString(ThreadLocalRandom.current().nextLong(1_000_000_000L, Long.MAX_VALUE));

  private final Map<String, Long> othersUntilNanos = new HashMap<>();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread =
      Thread.ofPlatform().daemon().name("pipedeck-rq-maintenance").unstarted(this::run);
  private List<String> scheduled = List.of();
  private List<String> queues = List.of();
  private boolean outage;

  /**
   * How often things are done.
   *
   * @param askAgain how long a queue that somebody else schedules is left alone
   */
  record Rhythm(Duration round, int cleanEvery, Duration askAgain, Duration stuckAfter) {
    static final Rhythm NORMAL =
        new Rhythm(Duration.ofSeconds(1), 60, Duration.ofSeconds(15), Duration.ofMinutes(1));
  }

  public RqMaintenance(RedisConnection redis, InstantSource clock) {
    this(redis, clock, Rhythm.NORMAL);
  }

  RqMaintenance(RedisConnection redis, InstantSource clock, Rhythm rhythm) {
    this.redis = redis;
    this.clock = clock;
    this.rhythm = rhythm;
    this.cleaner = new RqCleaner(redis, clock, rhythm.stuckAfter());
  }

  /** Begins its rounds. */
  public void start() {
    thread.start();
  }

  private void run() {
    try {
      for (long round = 0;
          !stopping.await(rhythm.round().toMillis(), TimeUnit.MILLISECONDS);
          round++) {
        roundOrWait(round, round % rhythm.cleanEvery() == 0);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void roundOrWait(long round, boolean clean) {
    try {
      if (clean || round % LOOK_FOR_QUEUES == 0) {
        queues = queues();
      }
      schedule(queues);
      if (clean) {
        cleaner.clean(queues);
      }
      outage = false;
    } catch (QueueUnavailableException e) {
      if (!outage) {
        outage = true;
        LOG.warn("The upkeep of RQ's keys waits: {}", e.getMessage());
      }
    } catch (RuntimeException e) {
      LOG.error("The upkeep of RQ's keys met a bug; it goes on", e);
    }
  }

  private List<String> queues() {
    String prefix = QueueKeys.queue("");
    return redis.call(client -> new TreeSet<>(client.smembers(QueueKeys.QUEUES))).stream()
        .filter(key -> key.startsWith(prefix))
        .map(key -> key.substring(prefix.length()))
        .toList();
  }

  /** Queues what is due. */
  void schedule(List<String> queues) {
    long now = System.nanoTime();
    othersUntilNanos.values().removeIf(until -> until - now < 0);
    scheduled = queues.stream().filter(queue -> !othersUntilNanos.containsKey(queue)).toList();
    if (scheduled.isEmpty()) {
      return;
    }
    List<Object> args =
        new ArrayList<>(
            List.of(
                clock.instant().getEpochSecond(),
                RedisQueue.timestamp(clock.instant()),
                lockValue,
                LOCK_SECONDS,
                AT_ONCE));
    args.addAll(scheduled);
    Object others = redis.script("rq_due", List.of(), Change.bytes(args.toArray()));
    if (others instanceof List<?> names) {
      names.forEach(
          name -> othersUntilNanos.put(RqJobs.text(name), now + rhythm.askAgain().toNanos()));
    }
  }

  /** Ends after the round under way, and lets others schedule at once. */
  @Override
  public void close() {
    stopping.countDown();
    try {
      boolean ended = !thread.isAlive() || thread.join(Duration.ofSeconds(5));
      if (ended && !scheduled.isEmpty()) {
        List<Object> args = new ArrayList<>(List.of(lockValue));
        args.addAll(scheduled);
        redis.script("rq_unlock", List.of(), Change.bytes(args.toArray()));
      }
    } catch (QueueUnavailableException e) {
      LOG.debug("The scheduler's locks will run out by themselves", e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
