package io.pipedeck.worker;

import io.pipedeck.config.WorkerConfig;
import io.pipedeck.db.Database;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.job.Claim;
import io.pipedeck.job.JobWriter;
import io.pipedeck.job.QueueUnavailableException;
import io.pipedeck.job.Turns;
import io.pipedeck.queue.QueueWindow;
import io.pipedeck.queue.RedisQueue;
import io.pipedeck.queue.RqWorkers;
import io.pipedeck.queue.RqWorkers.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers of this process: as many slots as jobs at a time, one dispatching thread that claims
 * jobs for the slots that are free, and a virtual thread for each job. {@link #close} lets running
 * jobs end, then gives back what is left without costing an attempt.
 */
public final class WorkerPool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);
  private static final Duration AFTER_OUTAGE = Duration.ofSeconds(1);

  private final WorkerConfig config;
  private final Duration toStop;
  private final JobTracker tracker;
  private final NodePulse pulse;
  private final @Nullable RedisSide redis;
  private final List<String> names;
  private final BlockingQueue<String> freeSlots;
  private final Set<RunningJob> running = ConcurrentHashMap.newKeySet();
  private final Object ended = new Object();
  private final @Nullable Arrivals arrivals;
  private final Dispatch dispatch;
  private final Heartbeats heartbeats;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread dispatcher;
  private final Thread lookout;
  private volatile long tickNanos = System.nanoTime();
  private boolean registered;
  private boolean outage;

  /**
   * What workers stand on.
   *
   * @param redis null where there is none
   * @param shares what realms may have
   * @param toStop how long the dispatcher, and jobs that were interrupted, may take to end
   */
  public record Parts(
      Database database,
      JobWriter writer,
      JobTracker tracker,
      NodePulse pulse,
      @Nullable RedisSide redis,
      Turns.Shares shares,
      Duration toStop) {}

  /**
   * Redis, as far as workers know it.
   *
   * @param answers whether it can be reached now
   * @param unclaimed what becomes of a popped id for which no job of ours waits
   */
  public record RedisSide(
      RedisQueue queue,
      QueueWindow window,
      RqWorkers workers,
      BooleanSupplier answers,
      UnclaimedIds unclaimed) {}

  /** A pool that does nothing until {@link #start}; its workers are called after its node. */
  public WorkerPool(WorkerConfig config, Parts parts) {
    this.config = config;
    this.toStop = parts.toStop();
    this.tracker = parts.tracker();
    this.pulse = parts.pulse();
    this.redis = parts.redis();
    String identity = pulse.node().identity();
    this.names =
        IntStream.range(0, config.concurrency()).mapToObj(slot -> identity + "." + slot).toList();
    this.freeSlots = new ArrayBlockingQueue<>(names.size(), false, names);
    this.arrivals =
        redis == null ? null : new Arrivals(redis.window(), redis.queue(), config.queues());
    this.dispatch =
        new Dispatch(
            parts.writer(),
            new DirectClaims(parts.database(), config.queues(), config.lease(), parts.shares()),
            arrivals == null || redis == null
                ? null
                : new Dispatch.RedisSide(
                    arrivals, redis.queue(), redis.answers(), redis.unclaimed()),
            config.lease());
    this.heartbeats =
        new Heartbeats(
            new Heartbeats.Parts(parts.writer(), pulse, redis == null ? null : redis.workers()),
            running,
            names,
            new Heartbeats.Leases(config.lease(), config.leaseRenewal()));
    this.dispatcher = Thread.ofPlatform().name("pipedeck-dispatch").unstarted(this::dispatch);
    this.lookout = Thread.ofVirtual().name("pipedeck-heartbeats").unstarted(heartbeats::run);
  }

  /** Begins to take jobs. */
  public void start() {
    if (arrivals != null) {
      arrivals.start();
    }
    dispatcher.start();
    lookout.start();
  }

  /** How long ago the dispatching loop last came round: what "alive" means for a worker. */
  public Duration sinceTick() {
    return Duration.ofNanos(System.nanoTime() - tickNanos);
  }

  /** There may be work: for whoever enqueues in this process where no Redis tells it. */
  public void wake() {
    dispatch.wake();
  }

  private void dispatch() {
    while (stopping.getCount() > 0) {
      tickNanos = System.nanoTime();
      try {
        dispatchNext();
        recovered();
      } catch (DatabaseException e) {
        pauseAfter(e);
      } catch (InterruptedException _) {
        return;
      } catch (RuntimeException e) {
        LOG.error("The dispatching loop met a bug; it goes on", e);
        pauseAfter(e);
      }
    }
  }

  private void dispatchNext() throws InterruptedException {
    register();
    List<String> slots = new ArrayList<>();
    freeSlots.drainTo(slots);
    if (slots.isEmpty()) {
      dispatch.putBackSurplus();
      String slot = freeSlots.poll(1, TimeUnit.SECONDS);
      if (slot == null) {
        return;
      }
      slots.add(slot);
      freeSlots.drainTo(slots);
    }
    try {
      Dispatch.Taken taken = dispatch.next(slots);
      tracker.claimed(taken.claims());
      for (Claim claim : taken.claims()) {
        slots.remove(claim.job().worker());
        start(claim, taken.pastTheQueue());
      }
    } finally {
      freeSlots.addAll(slots);
    }
  }

  private void register() {
    if (!registered && redis != null) {
      try {
        names.forEach(redis.workers()::birth);
        registered = true;
      } catch (QueueUnavailableException e) {
        LOG.debug("Workers not announced in Redis yet", e);
      }
    }
  }

  private void start(Claim claim, boolean pastTheQueue) {
    Integer own = claim.job().timeoutSeconds();
    Duration timeout =
        own == null ? config.timeoutOf(claim.job().queue()) : Duration.ofSeconds(own);
    String worker = claim.job().worker();
    if (worker == null) {
      throw new IllegalStateException("claimed by nobody: " + claim.job().id());
    }
    var job = new RunningJob(claim, worker, timeout);
    running.add(job);
    heartbeats.started();
    if (redis != null) {
      redis.queue().started(claim.job(), worker, pastTheQueue);
    }
    Thread.ofVirtual().name("pipedeck-job-" + claim.job().id()).start(() -> run(job));
  }

  private void run(RunningJob job) {
    try {
      show(tracker.run(job), job);
    } catch (QueueUnavailableException e) {
      LOG.debug("Redis was not told; the reconciler will", e);
    } catch (RuntimeException | Error e) {
      LOG.error(
          "Job {} left without a recorded outcome; its lease will run out",
          job.claim().job().id(),
          e);
    } finally {
      running.remove(job);
      freeSlots.add(job.worker());
      synchronized (ended) {
        ended.notifyAll();
      }
    }
  }

  private void show(Outcome outcome, RunningJob job) {
    switch (outcome) {
      case Outcome.Finished _ -> heartbeats.worked(job.worker(), new Work(1, 0, job.elapsed()));
      case Outcome.Failed _, Outcome.Scheduled _ ->
          heartbeats.worked(job.worker(), new Work(0, 1, job.elapsed()));
      case Outcome.GivenBack _, Outcome.Dropped _ -> {
        // Whoever has the job next counts it.
      }
    }
    if (redis != null) {
      show(redis.queue(), outcome, job);
    }
  }

  private static void show(RedisQueue queue, Outcome outcome, RunningJob job) {
    switch (outcome) {
      case Outcome.Finished finished ->
          queue.finished(finished.job(), job.worker(), finished.result());
      case Outcome.Failed failed -> queue.failed(failed.job(), job.worker(), failed.error());
      case Outcome.Scheduled scheduled -> queue.scheduled(scheduled.job());
      case Outcome.GivenBack back -> queue.gaveBack(back.job());
      case Outcome.Dropped _ -> {
        // Whoever took the claim shows what became of the job.
      }
    }
  }

  private void pauseAfter(RuntimeException e) {
    if (!outage) {
      outage = true;
      LOG.warn("Workers wait: {}", e.getMessage());
    }
    try {
      boolean _ = stopping.await(AFTER_OUTAGE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void recovered() {
    if (outage) {
      outage = false;
      LOG.info("Workers go on");
    }
  }

  /** Takes no more jobs, lets those that run go on for the drain time, and gives back the rest. */
  @Override
  public void close() {
    stopping.countDown();
    try {
      dispatch.wake();
      if (dispatcher.join(toStop)) {
        dispatch.close();
      }
    } catch (QueueUnavailableException e) {
      LOG.debug("Ids not put back; the reconciler will", e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    if (!allEnded(config.drain())) {
      LOG.info("Giving back {} running jobs", running.size());
      running.forEach(job -> job.stop(RunningJob.Stop.DRAINED));
      boolean _ = allEnded(toStop);
    }
    running.forEach(this::takeBack);
    tracker.giveUpWaiting();
    heartbeats.stop();
    pulse.stop();
    sayFarewell();
  }

  private void sayFarewell() {
    try {
      if (redis != null) {
        names.forEach(redis.workers()::death);
      }
    } catch (QueueUnavailableException e) {
      LOG.debug("Redis was not told of the end", e);
    }
  }

  /** A function that doesn't listen costs its job no attempt either. */
  private void takeBack(RunningJob job) {
    try {
      var queued = tracker.takeBack(job.claim());
      if (redis != null) {
        queued.ifPresent(redis.queue()::gaveBack);
      }
    } catch (DatabaseException e) {
      LOG.warn("Job {} not given back; its lease will run out", job.claim().job().id(), e);
    } catch (QueueUnavailableException e) {
      LOG.debug("Redis was not told; the reconciler will", e);
    }
  }

  private boolean allEnded(Duration atMost) {
    long until = System.nanoTime() + atMost.toNanos();
    synchronized (ended) {
      while (!running.isEmpty()) {
        long left = until - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        try {
          TimeUnit.NANOSECONDS.timedWait(ended, left);
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
          return false;
        }
      }
    }
    return true;
  }
}
