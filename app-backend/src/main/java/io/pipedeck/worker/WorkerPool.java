package io.pipedeck.worker;

import io.pipedeck.config.WorkerConfig;
import io.pipedeck.db.Database;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.job.Claim;
import io.pipedeck.job.JobWriter;
import io.pipedeck.job.QueueUnavailableException;
import io.pipedeck.job.Turns;
import io.pipedeck.queue.Popped;
import io.pipedeck.queue.QueueWindow;
import io.pipedeck.queue.RedisQueue;
import io.pipedeck.queue.RqCommands;
import io.pipedeck.queue.RqWorkers;
import io.pipedeck.queue.RqWorkers.Work;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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
  private static final Duration FOR_A_SLOT = Duration.ofSeconds(1);

  private final WorkerConfig config;
  private final Duration toStop;
  private final JobTracker tracker;
  private final NodePulse pulse;
  private final @Nullable RedisSide redis;
  private final Slots slots;
  private final Set<RunningJob> running = ConcurrentHashMap.newKeySet();
  private final AtomicInteger arriving = new AtomicInteger();

  /** So many outcomes at most are on their way to the disk while their workers go on. */
  private final Semaphore unrecorded;

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
   * @param clients what RQ's clients ask for
   */
  public record RedisSide(
      RedisQueue queue,
      QueueWindow window,
      RqWorkers workers,
      BooleanSupplier answers,
      Clients clients) {}

  /**
   * RQ's clients.
   *
   * @param arrivals what becomes of a popped id for which no job of ours waits
   * @param cancels ends jobs for them
   * @param sharedQueues queues that their workers serve too: taken from Redis alone
   * @param allGone is told when they have sent home all workers of the pool
   */
  public record Clients(
      ForeignArrivals arrivals,
      ClientCancels cancels,
      Set<String> sharedQueues,
      Runnable allGone) {}

  /** A pool that does nothing until {@link #start}; its workers are called after its node. */
  public WorkerPool(WorkerConfig config, Parts parts) {
    this.config = config;
    this.toStop = parts.toStop();
    this.tracker = parts.tracker();
    this.pulse = parts.pulse();
    this.redis = parts.redis();
    this.unrecorded = new Semaphore(config.concurrency());
    String identity = pulse.node().identity();
    this.slots =
        new Slots(
            IntStream.range(0, config.concurrency())
                .mapToObj(slot -> identity + "." + slot)
                .toList(),
            this::gone);
    this.arrivals =
        redis == null ? null : new Arrivals(redis.window(), redis.queue(), config.queues());
    this.dispatch =
        new Dispatch(
            parts.writer(),
            new DirectClaims(
                parts.database(), ofOurs(config.queues(), redis), config.lease(), parts.shares()),
            arrivals == null || redis == null
                ? null
                : new Dispatch.RedisSide(
                    arrivals, redis.queue(), redis.answers(), this::showSuspended),
            config.lease());
    this.heartbeats =
        new Heartbeats(
            new Heartbeats.Parts(
                parts.writer(),
                pulse,
                redis == null ? null : redis.workers(),
                redis == null ? null : redis.clients().cancels()),
            running,
            slots.names(),
            new Heartbeats.Leases(config.lease(), config.leaseRenewal()));
    this.dispatcher = Thread.ofPlatform().name("pipedeck-dispatch").unstarted(this::dispatch);
    this.lookout =
        Thread.ofPlatform().daemon().name("pipedeck-heartbeats").unstarted(heartbeats::run);
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
    List<String> free = slots.takeFree();
    if (free.isEmpty()) {
      dispatch.putBackSurplus();
      free = slots.awaitFree(FOR_A_SLOT);
    }
    if (!free.isEmpty()) {
      dispatchTo(free);
    }
  }

  private void dispatchTo(List<String> free) throws InterruptedException {
    Set<String> unused = new LinkedHashSet<>(free);
    try {
      Dispatch.Taken taken = dispatch.next(free);
      tracker.claimed(taken.claims());
      for (Claim claim : taken.claims()) {
        unused.remove(claim.job().worker());
        start(claim, taken.pastTheQueue());
      }
      taken
          .unclaimed()
          .forEach(
              (id, worker) -> {
                unused.remove(worker);
                meet(id, worker);
              });
    } finally {
      unused.forEach(slots::free);
    }
  }

  /** Looks what an id is, and runs it if it can. */
  private void meet(Popped id, String worker) {
    arriving.incrementAndGet();
    Thread.ofVirtual().name("pipedeck-arrival-" + id.id()).start(() -> arrive(id, worker));
  }

  private void arrive(Popped id, String worker) {
    Optional<RunningJob> job = Optional.empty();
    try {
      job = redis == null ? job : redis.clients().arrivals().take(id, worker).map(this::started);
    } catch (DatabaseException | QueueUnavailableException e) {
      LOG.debug("Id {} of queue {} not looked at now", id.id(), id.queue(), e);
      // It is back on its queue, and would come again at once.
      pause();
    } catch (RuntimeException e) {
      LOG.error("Id {} of queue {} met a bug", id.id(), id.queue(), e);
    } finally {
      arriving.decrementAndGet();
      if (job.isEmpty()) {
        slots.free(worker);
        wakeThoseWhoWait();
      }
    }
    job.ifPresent(this::run);
  }

  private static List<String> ofOurs(List<String> queues, @Nullable RedisSide redis) {
    return redis == null
        ? queues
        : queues.stream().filter(name -> !redis.clients().sharedQueues().contains(name)).toList();
  }

  private void gone(String worker, boolean wasTheLast) {
    LOG.info("Worker {} has gone, as it was told", worker);
    heartbeats.retired(worker);
    RedisSide side = redis;
    if (side != null) {
      try {
        side.workers().death(worker);
      } catch (QueueUnavailableException e) {
        LOG.debug("Redis was not told that worker {} has gone", worker, e);
      }
      if (wasTheLast) {
        side.clients().allGone().run();
      }
    }
  }

  private void showSuspended(boolean yes) {
    LOG.info(yes ? "Workers are suspended" : "Workers go on");
    if (redis != null) {
      redis.workers().suspended(slots.names(), yes);
    }
  }

  /** The names of the workers. */
  public List<String> names() {
    return slots.names();
  }

  /** What RQ's clients tell the workers. */
  public RqCommands.Handler commands(ClientCancels cancels) {
    return new PoolCommands(running, cancels, slots::retire);
  }

  private void register() {
    if (!registered && redis != null) {
      try {
        slots.names().forEach(redis.workers()::birth);
        registered = true;
      } catch (QueueUnavailableException e) {
        LOG.debug("Workers not announced in Redis yet", e);
      }
    }
  }

  private void start(Claim claim, boolean pastTheQueue) {
    RunningJob job = started(claim);
    if (redis != null) {
      redis.queue().started(claim.job(), job.worker(), pastTheQueue);
    }
    Thread.ofVirtual().name("pipedeck-job-" + claim.job().id()).start(() -> run(job));
  }

  private RunningJob started(Claim claim) {
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
    return job;
  }

  private void run(RunningJob job) {
    var early = new AtomicBoolean();
    try {
      show(tracker.run(job, () -> early.set(freedEarly(job))), job);
    } catch (QueueUnavailableException e) {
      LOG.debug("Redis was not told; the reconciler will", e);
    } catch (RuntimeException | Error e) {
      LOG.error(
          "Job {} left without a recorded outcome; its lease will run out",
          job.claim().job().id(),
          e);
    } finally {
      running.remove(job);
      if (early.get()) {
        unrecorded.release();
      } else {
        slots.free(job.worker());
      }
      wakeThoseWhoWait();
    }
  }

  /** The next job needn't wait until this one's outcome is on the disk, unless many do. */
  private boolean freedEarly(RunningJob job) {
    boolean may = unrecorded.tryAcquire();
    if (may) {
      slots.free(job.worker());
    }
    return may;
  }

  private void wakeThoseWhoWait() {
    synchronized (ended) {
      ended.notifyAll();
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
    pause();
  }

  private void pause() {
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
        slots.names().forEach(redis.workers()::death);
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
      while (!running.isEmpty() || arriving.get() > 0) {
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
