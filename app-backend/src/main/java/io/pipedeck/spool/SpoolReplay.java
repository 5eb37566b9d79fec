package io.pipedeck.spool;

import io.pipedeck.db.Database;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.db.Tx;
import io.pipedeck.job.Ending;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobWriter;
import io.pipedeck.job.SpooledJobs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the spool into PostgreSQL as soon as that is back, in order. To bring an entry in twice
 * does no harm, so one that was written and not yet taken out when the process died comes again.
 */
public final class SpoolReplay implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolReplay.class);
  private static final int AT_ONCE = 100;
  private static final long AGAIN_MILLIS = 1_000;

  /** It is woken when something comes in. */
  private static final long LOOK_MILLIS = 60_000;

  private final Spool spool;
  private final Database database;
  private final JobWriter writer;
  private final Listener listener;
  private final SpooledJobs jobs = new SpooledJobs();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread = Thread.ofVirtual().name("pipedeck-spool").unstarted(this::run);

  /** Hears what was brought in; quick, and does not fail. */
  public interface Listener {
    /** Jobs that PostgreSQL has now. */
    void added(List<Job> jobs);

    /** An attempt has ended, and the job is so now. */
    void ended(Ending ending, Job job);
  }

  public SpoolReplay(Spool spool, Database database, JobWriter writer, Listener listener) {
    this.spool = spool;
    this.database = database;
    this.writer = writer;
    this.listener = listener;
  }

  /** Begins; PostgreSQL must have its schema. */
  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (stopping.getCount() > 0) {
        spool.await(LOOK_MILLIS);
        if (spool.depth() > 0 && !replayed()) {
          boolean _ = stopping.await(AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Brings the oldest entries in; false if that doesn't go now. */
  private boolean replayed() {
    try {
      List<Entry.Kept> oldest = spool.first(AT_ONCE);
      int n = 0;
      while (n < oldest.size()
          && oldest.get(n).entry().kind() == oldest.getFirst().entry().kind()) {
        n++;
      }
      List<Entry.Kept> alike = oldest.subList(0, n);
      bringIn(alike);
      spool.remove(alike);
      return true;
    } catch (DatabaseException e) {
      if (!e.unavailable()) {
        LOG.error("The spool is not brought in", e);
      }
      return false;
    } catch (RuntimeException e) {
      LOG.error("The spool is not brought in", e);
      return false;
    }
  }

  private void bringIn(List<Entry.Kept> alike) {
    if (alike.isEmpty()) {
      return;
    }
    switch (alike.getFirst().entry().kind()) {
      case JOB -> add(alike);
      case ENDING -> alike.forEach(kept -> end(kept.entry()));
    }
  }

  /** One that PostgreSQL refuses doesn't keep the others out. */
  private void add(List<Entry.Kept> entries) {
    try {
      listener.added(database.inTransaction(tx -> add(tx, entries)));
    } catch (DatabaseException e) {
      if (e.unavailable()) {
        throw e;
      }
      if (entries.size() == 1) {
        keepAsConflict(entries.getFirst().entry(), "PostgreSQL refuses it: " + e.getMessage());
      } else {
        entries.forEach(one -> add(List.of(one)));
      }
    }
  }

  private List<Job> add(Tx tx, List<Entry.Kept> entries) {
    List<Job> added = new ArrayList<>();
    for (Entry.Kept kept : entries) {
      Bodies.Accepted accepted = Bodies.accepted(kept.entry());
      SpooledJobs.Added result = jobs.add(tx, accepted.job(), accepted.at());
      if (result.job().isEmpty()) {
        conflict(tx, kept.entry(), "Another job has its id.");
      } else if (result.keyTaken()) {
        conflict(
            tx, kept.entry(), "Its idempotency key stood for another job already; both were run.");
      }
      result.job().ifPresent(added::add);
    }
    return added;
  }

  private void end(Entry entry) {
    Ending ending = Bodies.ending(entry);
    try {
      Optional<Job> ended = writer.end(ending);
      if (ended.isEmpty()) {
        keepAsConflict(entry, "The job had been given to somebody else when this attempt ended.");
      }
      ended.ifPresent(job -> listener.ended(ending, job));
    } catch (DatabaseException e) {
      if (e.unavailable()) {
        throw e;
      }
      keepAsConflict(entry, "PostgreSQL refuses it: " + e.getMessage());
    }
  }

  private void keepAsConflict(Entry entry, String reason) {
    database.run(tx -> conflict(tx, entry, reason));
  }

  private void conflict(Tx tx, Entry entry, String reason) {
    LOG.warn("Kept in spool_conflicts, job {}: {}", entry.jobId(), reason);
    jobs.conflict(
        tx,
        new SpooledJobs.Conflict(
            entry.id(), entry.jobId(), entry.kind().name(), entry.body(), reason));
  }

  @Override
  public void close() {
    stopping.countDown();
    spool.wake();
    try {
      if (thread.isAlive() && !thread.join(Duration.ofSeconds(5))) {
        LOG.warn("The spool's replay did not end in time");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
