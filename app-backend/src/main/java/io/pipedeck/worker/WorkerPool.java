package io.pipedeck.worker;

import io.pipedeck.config.WorkerConfig;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.job.Claim;
import io.pipedeck.job.Job;
import io.pipedeck.job.QueueUnavailableException;
import io.pipedeck.queue.RedisQueue;
import io.pipedeck.queue.RedisQueue.Popped;
import io.pipedeck.queue.RqWorkers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers of this process: as many slots as jobs at a time, one dispatching thread that takes
 * the next id of the most urgent queue while a slot is free, and a virtual thread for each job.
 * {@link #close} lets running jobs end, then gives back what is left without costing an attempt.
 */
public final class WorkerPool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);
  private static final Duration AFTER_OUTAGE = Duration.ofSeconds(1);
  private static final Duration TO_STOP = Duration.ofSeconds(10);

  private final WorkerConfig config;
  private final Duration toStop;
  private final JobTracker tracker;
  private final RedisQueue queue;
  private final RqWorkers workers;
  private final List<String> names;
  private final BlockingQueue<String> freeSlots;
  private final Set<RunningJob> running = ConcurrentHashMap.newKeySet();
  private final Object ended = new Object();
  private final Arrivals arrivals;
  private final Heartbeats heartbeats;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread dispatcher;
  private final Thread lookout;
  private volatile long tickNanos = System.nanoTime();
  private boolean outage;

  /**
   * A pool that does nothing until {@link #start}.
   *
   * @param identity unique to this start of this process; workers are called {@code
   *     <identity>.<slot>}
   */
  public WorkerPool(
      WorkerConfig config,
      JobTracker tracker,
      RedisQueue queue,
      RqWorkers workers,
      String identity) {
    this(config, tracker, queue, workers, new Identity(identity, TO_STOP));
  }

  /**
   * Who this is and how patient.
   *
   * @param toStop how long the dispatcher, and jobs that were interrupted, may take to end
   */
  record Identity(String name, Duration toStop) {}

  WorkerPool(
      WorkerConfig config,
      JobTracker tracker,
      RedisQueue queue,
      RqWorkers workers,
      Identity identity) {
    this.config = config;
    this.toStop = identity.toStop();
    this.tracker = tracker;
    this.queue = queue;
    this.workers = workers;
    this.names =
        IntStream.range(0, config.concurrency())
            .mapToObj(slot -> identity.name() + "." + slot)
            .toList();
    this.freeSlots = new ArrayBlockingQueue<>(names.size(), false, names);
    this.arrivals = new Arrivals(queue, config.queues());
    var leases = new Heartbeats.Leases(config.lease(), config.leaseRenewal());
    this.heartbeats = new Heartbeats(tracker, workers, running, names, leases);
    this.dispatcher = Thread.ofPlatform().name("pipedeck-dispatch").unstarted(this::dispatch);
    this.lookout = Thread.ofVirtual().name("pipedeck-heartbeats").unstarted(heartbeats::run);
  }

  /** Begins to take jobs. */
  public void start() {
    arrivals.start();
    dispatcher.start();
    lookout.start();
  }

  /** How long ago the dispatching loop last came round: what "alive" means for a worker. */
  public Duration sinceTick() {
    return Duration.ofNanos(System.nanoTime() - tickNanos);
  }

  private void dispatch() {
    boolean registered = false;
    while (stopping.getCount() > 0) {
      tickNanos = System.nanoTime();
      try {
        if (!registered) {
          names.forEach(workers::birth);
          registered = true;
        }
        dispatchNext();
        recovered();
      } catch (QueueUnavailableException | DatabaseException e) {
        registered = registered && !(e instanceof QueueUnavailableException);
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
    String slot = freeSlots.poll();
    if (slot == null) {
      arrivals.putBackSurplus();
      slot = freeSlots.poll(1, TimeUnit.SECONDS);
    }
    if (slot == null) {
      return;
    }
    boolean used = false;
    try {
      Optional<Popped> next = arrivals.next();
      used = next.isPresent() && start(next.get(), slot);
    } finally {
      if (!used) {
        freeSlots.add(slot);
      }
    }
  }

  private boolean start(Popped popped, String slot) {
    if (stopping.getCount() == 0) {
      queue.putBack(popped);
      return false;
    }
    Optional<Claim> claim;
    try {
      claim = jobId(popped).flatMap(id -> tracker.claim(id, slot, config.lease()));
    } catch (DatabaseException e) {
      queue.putBack(popped);
      throw e;
    }
    if (claim.isEmpty()) {
      LOG.debug("Id {} dropped from queue {}: no such job waits", popped.id(), popped.queue());
      queue.drop(popped);
      return false;
    }
    Job job = claim.get().job();
    Integer own = job.timeoutSeconds();
    Duration timeout = own == null ? config.timeoutOf(job.queue()) : Duration.ofSeconds(own);
    var runningJob = new RunningJob(claim.get(), slot, timeout);
    running.add(runningJob);
    heartbeats.started();
    Thread.ofVirtual().name("pipedeck-job-" + job.id()).start(() -> run(runningJob));
    return true;
  }

  private static Optional<UUID> jobId(Popped popped) {
    try {
      return Optional.of(UUID.fromString(popped.id()));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private void run(RunningJob job) {
    try {
      toldRedis(() -> queue.started(job.claim().job(), job.worker()));
      Outcome outcome = tracker.run(job);
      toldRedis(() -> show(outcome, job));
    } catch (RuntimeException | Error e) {
      LOG.error(
          "Job {} left without a recorded outcome; its lease will run out",
          job.claim().job().id(),
          e);
    } finally {
      freeSlots.add(job.worker());
      synchronized (ended) {
        running.remove(job);
        ended.notifyAll();
      }
    }
  }

  private void show(Outcome outcome, RunningJob job) {
    switch (outcome) {
      case Outcome.Finished finished ->
          queue.finished(finished.job(), job.worker(), job.elapsed(), finished.result());
      case Outcome.Failed failed ->
          queue.failed(failed.job(), job.worker(), job.elapsed(), failed.error());
      case Outcome.Scheduled scheduled ->
          queue.scheduled(scheduled.job(), job.worker(), job.elapsed());
      case Outcome.GivenBack back -> queue.gaveBack(back.job(), job.worker());
      case Outcome.Dropped _ -> {
        // Whoever took the claim shows what became of the job.
      }
    }
  }

  /** Redis only shows what PostgreSQL says; what it missed the reconciler mends. */
  private static void toldRedis(Runnable call) {
    try {
      call.run();
    } catch (QueueUnavailableException e) {
      LOG.debug("Redis was not told", e);
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
      arrivals.wake();
      if (dispatcher.join(toStop)) {
        arrivals.close();
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
    toldRedis(() -> names.forEach(workers::death));
  }

  /** A function that doesn't listen costs its job no attempt either. */
  private void takeBack(RunningJob job) {
    try {
      tracker
          .takeBack(job.claim())
          .ifPresent(queued -> toldRedis(() -> queue.gaveBack(queued, job.worker())));
    } catch (DatabaseException e) {
      LOG.warn("Job {} not given back; its lease will run out", job.claim().job().id(), e);
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
