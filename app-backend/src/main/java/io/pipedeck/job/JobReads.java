package io.pipedeck.job;

import io.pipedeck.api.Counts;
import io.pipedeck.api.JobPage;
import io.pipedeck.api.JobView;
import io.pipedeck.api.JobView.Attempt;
import io.pipedeck.api.QueueView;
import io.pipedeck.api.RealmView;
import io.pipedeck.db.Database;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.db.Tx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Shows jobs as they are, wherever they are: in the table, the archive, the spool or a mirror. */
final class JobReads {
  private final Database database;
  private final Database listing;
  private final JobSpool spool;
  private final WaitingReasons waiting;
  private final JobReadFallback fallback;
  private final JobStore store = new JobStore();
  private final JobLists lists = new JobLists();
  private final ArchivedJobs archived = new ArchivedJobs();

  /**
   * Where they are read.
   *
   * @param database that answers in time for the fallback to be asked
   * @param listing the same for what costs more than a row
   */
  JobReads(
      Database database,
      Database listing,
      JobSpool spool,
      WaitingReasons waiting,
      JobReadFallback fallback) {
    this.database = database;
    this.listing = listing;
    this.spool = spool;
    this.waiting = waiting;
    this.fallback = fallback;
  }

  /** See {@link JobService#view}. */
  Optional<JobView> view(UUID id) {
    try {
      return storedView(id).or(() -> spooledView(id));
    } catch (DatabaseException e) {
      return Optional.of(insteadOf(e, () -> spooledView(id).or(() -> fallback.view(id))));
    }
  }

  /** A job that no database has yet. */
  private Optional<JobView> spooledView(UUID id) {
    return spool.find(id).map(job -> JobViews.view(job, null, null).from("spool", List.of()));
  }

  private static <T> T insteadOf(DatabaseException outage, Supplier<Optional<T>> read) {
    if (!outage.unavailable()) {
      throw outage;
    }
    return read.get().orElseThrow(() -> outage);
  }

  private Optional<JobView> storedView(UUID id) {
    // A job may be moved back to the table while the archive is read.
    Optional<Found> found =
        database.inTransaction(
            tx -> live(tx, id).or(() -> archived(tx, id)).or(() -> live(tx, id)));
    // Outside of the transaction: it asks Redis.
    return found.map(
        it ->
            JobViews.view(
                it.job(),
                waiting.of(it.job(), it.facts()),
                it.job().nativeRow() ? it.attempts() : null));
  }

  private record Found(Job job, WaitingReasons.Facts facts, List<Attempt> attempts) {}

  private Optional<Found> live(Tx tx, UUID id) {
    return store.find(tx, id).map(job -> new Found(job, waiting.facts(tx, job), attempts(tx, job)));
  }

  private Optional<Found> archived(Tx tx, UUID id) {
    return archived
        .find(tx, id)
        .map(job -> new Found(job, waiting.facts(tx, job), archived.attempts(tx, id)));
  }

  /** The newest first; the one that runs is told by the job's own row. */
  private List<Attempt> attempts(Tx tx, Job job) {
    List<Attempt> attempts = new ArrayList<>();
    Attempt running = JobClaims.runningAttempt(job);
    if (running != null) {
      attempts.add(running);
    }
    attempts.addAll(lists.attempts(tx, job.id()));
    return attempts;
  }

  /** See {@link JobService#recent}. */
  JobPage recent(JobPage.Filters filters, int limit, @Nullable Cursor before) {
    try {
      return listing.inStatement(tx -> lists.recent(tx, filters, limit, before));
    } catch (DatabaseException e) {
      return insteadOf(e, () -> fallback.recent(filters, limit, before));
    }
  }

  List<QueueView> queues() {
    return listing.inStatement(lists::queues);
  }

  List<RealmView> realms() {
    return listing.inStatement(lists::realms);
  }

  Counts counts() {
    return listing.inStatement(lists::counts);
  }
}
