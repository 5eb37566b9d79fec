package io.pipedeck.reconcile;

import io.pipedeck.api.JobStatus;
import io.pipedeck.db.Database;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobEvents;
import io.pipedeck.job.JobLists;
import io.pipedeck.job.JobStore;
import io.pipedeck.job.JobViews;
import io.pipedeck.job.QueueUnavailableException;
import io.pipedeck.queue.RedisQueue;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leader's rounds: each second it queues what is due, every five it takes jobs away from
 * workers whose lease ran out, every ten it pushes queued jobs that Redis doesn't show. A job
 * counts as missing only when two rounds in a row missed it, so that one between pop and start
 * isn't pushed again.
 */
public final class Reconciler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
  private static final Duration ROUND = Duration.ofSeconds(1);
  private static final int RESCUE_EVERY = 5;
  private static final int SWEEP_EVERY = 10;
  private static final int AT_ONCE = 1_000;

  private final Database database;
  private final JobStore store = new JobStore();
  private final JobLists lists = new JobLists();
  private final RedisQueue queue;
  private final JobEvents events;
  private final Leader leader;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread = Thread.ofVirtual().name("pipedeck-reconciler").unstarted(this::run);
  private Set<UUID> missingBefore = Set.of();
  private long round;
  private boolean outage;

  /**
   * A reconciler that does nothing until {@link #start}.
   *
   * @param self identity of this process
   */
  public Reconciler(Database database, RedisQueue queue, JobEvents events, String self) {
    this.database = database;
    this.queue = queue;
    this.events = events;
    this.leader = new Leader(database, self);
  }

  /** Begins its rounds. */
  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!stopping.await(ROUND.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          round();
          outage = false;
        } catch (DatabaseException | QueueUnavailableException e) {
          if (!outage) {
            outage = true;
            LOG.warn("The reconciler waits: {}", e.getMessage());
          }
        } catch (RuntimeException e) {
          LOG.error("The reconciler met a bug; it goes on", e);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void round() {
    if (!leader.leads()) {
      missingBefore = Set.of();
      return;
    }
    round++;
    queueDue();
    if (round % RESCUE_EVERY == 0) {
      rescue();
    }
    if (round % SWEEP_EVERY == 0) {
      sweep();
      database.inTransaction(lists::foldCounters);
    }
  }

  private void queueDue() {
    push(database.inTransaction(tx -> store.queueDue(tx, AT_ONCE)));
  }

  private void rescue() {
    List<Job> rescued = database.inTransaction(tx -> store.rescueExpired(tx, AT_ONCE));
    rescued.forEach(
        job -> LOG.warn("Job {} taken away from its lost worker: now {}", job.id(), job.status()));
    push(rescued);
  }

  private void push(List<Job> changed) {
    if (changed.isEmpty()) {
      return;
    }
    events.changed(changed.stream().map(JobViews::change).toList());
    queue.push(changed.stream().filter(job -> job.status() == JobStatus.QUEUED).toList());
  }

  private void sweep() {
    Set<UUID> missing = new HashSet<>();
    for (String name : database.inTransaction(store::waitingQueues)) {
      List<Job> jobs = database.inTransaction(tx -> store.oldestQueued(tx, name, AT_ONCE));
      Set<String> shown = queue.waiting(name);
      List<Job> absent = jobs.stream().filter(job -> !shown.contains(job.id().toString())).toList();
      List<Job> again = absent.stream().filter(job -> missingBefore.contains(job.id())).toList();
      if (!again.isEmpty()) {
        LOG.info("Pushing {} jobs of queue {} that Redis doesn't show", again.size(), name);
        queue.push(again);
      }
      absent.forEach(job -> missing.add(job.id()));
    }
    missingBefore = missing;
  }

  /** Ends after the round under way. */
  @Override
  public void close() {
    stopping.countDown();
    try {
      thread.join(Duration.ofSeconds(5));
      leader.resign();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (DatabaseException e) {
      LOG.debug("Leadership not resigned; it will run out", e);
    }
  }
}
