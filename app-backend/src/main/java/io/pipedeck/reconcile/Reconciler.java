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
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leader's rounds: each second it queues what is due, every five it takes jobs away from
 * workers whose lease ran out, every ten it looks for drift between PostgreSQL and Redis ({@link
 * Sweep}).
 */
public final class Reconciler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
  private static final int AT_ONCE = 1_000;

  private final Database database;
  private final JobStore store = new JobStore();
  private final JobLists lists = new JobLists();
  private final RedisQueue queue;
  private final JobEvents events;
  private final Rhythm rhythm;
  private final Leader leader;
  private final Sweep sweep;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread = Thread.ofVirtual().name("pipedeck-reconciler").unstarted(this::run);
  private long round;
  private long rescueFromNanos = System.nanoTime();
  private boolean outage;
  private boolean queueOutage;

  /**
   * How often things are done.
   *
   * @param rescueEvery rounds between looks for lost workers
   * @param sweepEvery rounds between looks for drift
   * @param grace how long nobody is taken for lost after PostgreSQL was away: living workers renew
   *     their leases meanwhile
   */
  record Rhythm(Duration round, int rescueEvery, int sweepEvery, Duration grace, Leader.Term term) {
    static final Rhythm NORMAL =
        new Rhythm(Duration.ofSeconds(1), 5, 10, Duration.ofSeconds(15), Leader.Term.NORMAL);
  }

  /**
   * A reconciler that does nothing until {@link #start}.
   *
   * @param self identity of this process
   */
  public Reconciler(Database database, RedisQueue queue, JobEvents events, String self) {
    this(database, queue, events, self, Rhythm.NORMAL);
  }

  Reconciler(Database database, RedisQueue queue, JobEvents events, String self, Rhythm rhythm) {
    this.database = database;
    this.queue = queue;
    this.events = events;
    this.rhythm = rhythm;
    this.leader = new Leader(database, self, rhythm.term());
    this.sweep = new Sweep(database, queue);
  }

  /** Begins its rounds. */
  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!stopping.await(rhythm.round().toMillis(), TimeUnit.MILLISECONDS)) {
        roundOrWait();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void roundOrWait() {
    try {
      round();
      outage = false;
    } catch (DatabaseException e) {
      rescueFromNanos = System.nanoTime() + rhythm.grace().toNanos();
      if (!outage) {
        outage = true;
        LOG.warn("The reconciler waits: {}", e.getMessage());
      }
    } catch (RuntimeException e) {
      LOG.error("The reconciler met a bug; it goes on", e);
    }
  }

  private void round() {
    if (!leader.leads()) {
      sweep.forget();
      return;
    }
    round++;
    show(database.inTransaction(tx -> store.queueDue(tx, AT_ONCE)));
    if (round % rhythm.rescueEvery() == 0 && System.nanoTime() - rescueFromNanos >= 0) {
      rescue();
    }
    if (round % rhythm.sweepEvery() == 0) {
      database.inTransaction(lists::foldCounters);
      withQueue(sweep::run);
    }
  }

  private void rescue() {
    List<Job> rescued = database.inTransaction(tx -> store.rescueExpired(tx, AT_ONCE));
    rescued.forEach(
        job -> LOG.warn("Job {} taken away from its lost worker: now {}", job.id(), job.status()));
    show(rescued);
  }

  /** Tells those who watch, and Redis; what Redis misses now the sweep mends. */
  private void show(List<Job> changed) {
    if (changed.isEmpty()) {
      return;
    }
    events.changed(changed.stream().map(JobViews::change).toList());
    withQueue(
        () -> {
          queue.push(changed.stream().filter(job -> job.status() == JobStatus.QUEUED).toList());
          changed.stream()
              .filter(job -> job.status() == JobStatus.FAILED)
              .forEach(queue::abandoned);
        });
  }

  private void withQueue(Runnable call) {
    try {
      call.run();
      queueOutage = false;
    } catch (QueueUnavailableException e) {
      if (!queueOutage) {
        queueOutage = true;
        LOG.warn("The reconciler waits for the queue: {}", e.getMessage());
      }
    }
  }

  /** Ends after the round under way. */
  @Override
  public void close() {
    stopping.countDown();
    try {
      if (!thread.isAlive() || thread.join(Duration.ofSeconds(5))) {
        leader.resign();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (DatabaseException e) {
      LOG.debug("Leadership not resigned; it will run out", e);
    }
  }
}
