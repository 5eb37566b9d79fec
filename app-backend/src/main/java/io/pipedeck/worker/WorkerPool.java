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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers of this process: as many slots as jobs at a time, one dispatching thread that claims
 * jobs for the slots that are free, and {@link JobThreads} for the jobs. {@link #close} lets
 * running jobs end, then gives back what is left without costing an attempt.
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
  private final WorkersInRedis shown;
  private final Slots slots;
  private final RunningJobs running = new RunningJobs();
  private final Executor threads;

  /** So many outcomes at most are on their way to the disk while their workers go on. */
  private final Semaphore unrecorded;

  private final @Nullable Arrivals arrivals;
  private final Dispatch dispatch;
  private final Heartbeats heartbeats;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread dispatcher;
  private final Thread lookout;
  private volatile long tickNanos = System.nanoTime();
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
    this.threads = JobThreads.of(config.concurrency());
    String identity = pulse.node().identity();
    this.slots =
        new Slots(
            IntStream.range(0, config.concurrency())
                .mapToObj(slot -> identity + "." + slot)
                .toList(),
            this::gone);
    this.shown = new WorkersInRedis(redis, slots.names());
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
                    arrivals, redis.queue(), redis.answers(), shown::suspended),
            config.lease());
    this.heartbeats =
        new Heartbeats(
            new Heartbeats.Parts(
                parts.writer(),
                pulse,
                redis == null ? null : redis.workers(),
                redis == null ? null : redis.clients().cancels()),
            running.all(),
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
    shown.register();
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
    running.arrives();
    execute("arrival-" + id.id(), () -> arrive(id, worker));
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
      running.arrived();
      if (job.isEmpty()) {
        slots.free(worker);
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
    shown.gone(worker);
    if (wasTheLast && redis != null) {
      redis.clients().allGone().run();
    }
  }

  /** The names of the workers. */
  public List<String> names() {
    return slots.names();
  }

  /** What RQ's clients tell the workers. */
  public RqCommands.Handler commands(ClientCancels cancels) {
    return new PoolCommands(running.all(), cancels, slots::retire);
  }

  private void start(Claim claim, boolean pastTheQueue) {
    RunningJob job = started(claim);
    shown.started(job, pastTheQueue);
    execute("job-" + claim.job().id(), () -> run(job));
  }

  private void execute(String name, Runnable work) {
    threads.execute(
        () -> {
          Thread.currentThread().setName("pipedeck-" + name);
          work.run();
        });
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
      Outcome outcome = tracker.run(job, () -> early.set(freedEarly(job)));
      count(outcome, job);
      shown.ended(outcome, job);
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

  private void count(Outcome outcome, RunningJob job) {
    switch (outcome) {
      case Outcome.Finished _ -> heartbeats.worked(job.worker(), new Work(1, 0, job.elapsed()));
      case Outcome.Failed _, Outcome.Scheduled _ ->
          heartbeats.worked(job.worker(), new Work(0, 1, job.elapsed()));
      case Outcome.GivenBack _, Outcome.Dropped _ -> {
        // Whoever has the job next counts it.
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
    if (!running.awaitNone(config.drain())) {
      LOG.info("Giving back {} running jobs", running.all().size());
      running.all().forEach(job -> job.stop(RunningJob.Stop.DRAINED));
      boolean _ = running.awaitNone(toStop);
    }
    running.all().forEach(this::takeBack);
    tracker.giveUpWaiting();
    heartbeats.stop();
    pulse.stop();
    shown.allGone();
  }

  /** A function that doesn't listen costs its job no attempt either. */
  private void takeBack(RunningJob job) {
    try {
      tracker.takeBack(job.claim()).ifPresent(shown::gaveBack);
    } catch (DatabaseException e) {
      LOG.warn("Job {} not given back; its lease will run out", job.claim().job().id(), e);
    }
  }
}
