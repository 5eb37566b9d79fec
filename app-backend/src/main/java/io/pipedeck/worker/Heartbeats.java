package io.pipedeck.worker;

import io.pipedeck.db.DatabaseException;
import io.pipedeck.job.Job;
import io.pipedeck.job.QueueUnavailableException;
import io.pipedeck.queue.RqWorkers;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs of life: while jobs run, renews their leases in one statement, stops those that were
 * canceled, taken away or ran out of time, all within a second; while none runs, only tells Redis
 * that the workers are here.
 */
final class Heartbeats {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);

  /** A cancel takes effect within two seconds. */
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /** Also how long a Redis that lost everything goes without knowing the workers. */
  private static final Duration IDLE_EVERY = Duration.ofSeconds(30);

  private final JobTracker tracker;
  private final RqWorkers workers;
  private final Collection<RunningJob> running;
  private final List<String> names;
  private final Duration lease;
  private final Duration renewEvery;
  private final Semaphore wake = new Semaphore(0);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private long renewedNanos;

  Heartbeats(
      JobTracker tracker,
      RqWorkers workers,
      Collection<RunningJob> running,
      List<String> names,
      Leases leases) {
    this.tracker = tracker;
    this.workers = workers;
    this.running = running;
    this.names = names;
    this.lease = leases.length();
    this.renewEvery = leases.renewEvery();
    this.renewedNanos = System.nanoTime();
  }

  /** How long a lease is and how often it is renewed. */
  record Leases(Duration length, Duration renewEvery) {}

  /** A job started: look after it. */
  void started() {
    wake.release();
  }

  /** Ends {@link #run}. */
  void stop() {
    stopped.countDown();
    wake.release();
  }

  /** Goes on until {@link #stop}, or until the thread is interrupted. */
  void run() {
    try {
      while (stopped.getCount() > 0) {
        if (!running.isEmpty()) {
          boolean _ = stopped.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
          lookOnce();
        } else if (wake.tryAcquire(IDLE_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
          wake.drainPermits();
        } else {
          tellRedis(List.of());
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookOnce() {
    List<RunningJob> jobs = List.copyOf(running);
    try {
      if (!jobs.isEmpty()) {
        look(jobs);
      }
    } catch (DatabaseException e) {
      LOG.debug("No sign of life reached PostgreSQL", e);
    } catch (RuntimeException e) {
      // Without leases every job of this process would be taken away and run again.
      LOG.error("The signs of life met a bug; they go on", e);
    }
  }

  private void look(List<RunningJob> jobs) {
    for (RunningJob job : jobs) {
      if (job.elapsed().compareTo(job.timeout()) > 0) {
        job.stop(RunningJob.Stop.OUT_OF_TIME);
      }
    }
    boolean renew = System.nanoTime() - renewedNanos > renewEvery.toNanos();
    List<UUID> claims = jobs.stream().map(job -> job.claim().claimId()).toList();
    List<UUID> ids = jobs.stream().map(job -> job.claim().job().id()).toList();
    Set<UUID> held = renew ? tracker.renew(claims, lease) : tracker.holding(ids);
    jobs.stream()
        .filter(job -> !held.contains(job.claim().claimId()))
        .forEach(job -> job.stop(RunningJob.Stop.CLAIM_LOST));
    if (renew) {
      renewedNanos = System.nanoTime();
      tellRedis(jobs);
    }
  }

  /** Every worker's hash would expire without; those beside a busy one too. */
  private void tellRedis(List<RunningJob> jobs) {
    Map<String, Job> busy =
        jobs.stream().collect(Collectors.toMap(RunningJob::worker, job -> job.claim().job()));
    try {
      for (String name : names) {
        Job job = busy.get(name);
        if (job == null) {
          workers.idle(name);
        } else {
          workers.busy(name, job.queue(), job.id().toString());
        }
      }
    } catch (QueueUnavailableException e) {
      LOG.debug("No sign of life reached Redis", e);
    }
  }
}
