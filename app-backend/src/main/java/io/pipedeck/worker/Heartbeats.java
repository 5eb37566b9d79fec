package io.pipedeck.worker;

import io.pipedeck.db.DatabaseException;
import io.pipedeck.job.Claim;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobWriter;
import io.pipedeck.job.QueueUnavailableException;
import io.pipedeck.queue.RqWorkers;
import io.pipedeck.queue.RqWorkers.Beat;
import io.pipedeck.queue.RqWorkers.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs of life: while jobs run, renews their leases in one statement, stops those that were
 * canceled, taken away or ran out of time, all within a second; while none runs, only tells the
 * stores that the workers are here.
 */
final class Heartbeats {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);

  /** A cancel takes effect within two seconds. */
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /** What ends sooner is not looked after. */
  private static final Duration SHORT = Duration.ofMillis(250);

  /** Also how long a Redis that lost everything goes without knowing the workers. */
  private static final Duration IDLE_EVERY = Duration.ofSeconds(15);

  private final JobWriter writer;
  private final NodePulse pulse;
  private final @Nullable RqWorkers workers;
  private final @Nullable ClientCancels cancels;
  private final Collection<RunningJob> running;
  private final List<String> names = new CopyOnWriteArrayList<>();
  private final Leases leases;
  private final Map<String, Work> work = new ConcurrentHashMap<>();
  private final Map<String, UUID> shown = new HashMap<>();
  private final Semaphore wake = new Semaphore(0);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private long renewedNanos = System.nanoTime();

  Heartbeats(Parts parts, Collection<RunningJob> running, List<String> names, Leases leases) {
    this.writer = parts.writer();
    this.pulse = parts.pulse();
    this.workers = parts.workers();
    this.cancels = parts.cancels();
    this.running = running;
    this.names.addAll(names);
    this.leases = leases;
  }

  /**
   * To whom signs of life go.
   *
   * @param workers null without Redis
   * @param cancels null without Redis
   */
  record Parts(
      JobWriter writer,
      NodePulse pulse,
      @Nullable RqWorkers workers,
      @Nullable ClientCancels cancels) {}

  /** How long a lease is and how often it is renewed. */
  record Leases(Duration length, Duration renewEvery) {}

  /** A job started: look after it. */
  void started() {
    wake.release();
  }

  /** A worker has done something; told with its next sign of life. */
  void worked(String worker, Work done) {
    work.merge(worker, done, Work::plus);
  }

  /** A worker is no more. */
  void retired(String worker) {
    names.remove(worker);
  }

  /** Ends {@link #run}. */
  void stop() {
    stopped.countDown();
    wake.release();
  }

  /** Goes on until {@link #stop}, or until the thread is interrupted. */
  void run() {
    try {
      pulse.beat();
      while (stopped.getCount() > 0) {
        if (!running.isEmpty()) {
          boolean _ = stopped.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
          guarded(this::look);
        } else if (wake.tryAcquire(IDLE_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
          wake.drainPermits();
        } else {
          guarded(() -> beat(List.of(), true));
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void guarded(Runnable look) {
    try {
      look.run();
    } catch (DatabaseException e) {
      LOG.debug("No sign of life reached PostgreSQL", e);
    } catch (RuntimeException e) {
      // Without leases every job of this process would be taken away and run again.
      LOG.error("The signs of life met a bug; they go on", e);
    }
  }

  private void look() {
    List<RunningJob> jobs = List.copyOf(running);
    for (RunningJob job : jobs) {
      if (job.elapsed().compareTo(job.timeout()) > 0) {
        job.stop(RunningJob.Stop.OUT_OF_TIME);
      }
    }
    boolean renew = System.nanoTime() - renewedNanos > leases.renewEvery().toNanos();
    beat(jobs, renew);
    // Those of a moment ago need neither a look nor a renewal.
    List<RunningJob> lasting =
        jobs.stream().filter(job -> job.elapsed().compareTo(SHORT) > 0).toList();
    if (lasting.isEmpty()) {
      return;
    }
    List<Claim> claims = lasting.stream().map(RunningJob::claim).toList();
    Set<UUID> held = renew ? writer.renew(claims, leases.length()) : writer.holding(claims);
    lasting.stream()
        .filter(job -> !held.contains(job.claim().claimId()))
        .forEach(job -> job.stop(RunningJob.Stop.CLAIM_LOST));
    hearClients(lasting);
  }

  /** What RQ's clients canceled in Redis while it ran. */
  private void hearClients(List<RunningJob> jobs) {
    try {
      if (cancels != null) {
        cancels.look(jobs);
      }
    } catch (QueueUnavailableException e) {
      LOG.debug("Not looked whether clients canceled running jobs", e);
    }
  }

  /**
   * Tells PostgreSQL of this process, and Redis of its workers: of those that changed, and of all
   * where it is time.
   */
  private void beat(List<RunningJob> jobs, boolean all) {
    if (all) {
      renewedNanos = System.nanoTime();
      pulse.beat();
    }
    if (workers == null) {
      return;
    }
    Map<String, Job> busy = new HashMap<>();
    jobs.forEach(job -> busy.put(job.worker(), job.claim().job()));
    List<Beat> beats = new ArrayList<>();
    for (String name : names) {
      Job job = busy.get(name);
      UUID now = job == null ? null : job.id();
      if (all || work.containsKey(name) || !java.util.Objects.equals(shown.get(name), now)) {
        Work done = work.remove(name);
        beats.add(new Beat(name, job, done == null ? Work.NONE : done));
        shown.put(name, now);
      }
    }
    try {
      workers.beat(beats);
    } catch (QueueUnavailableException e) {
      LOG.debug("No sign of life reached Redis", e);
    }
  }
}
