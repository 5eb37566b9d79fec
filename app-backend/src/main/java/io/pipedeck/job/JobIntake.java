package io.pipedeck.job;

import io.pipedeck.api.OnDuplicate;
import io.pipedeck.db.Database;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.db.GroupCommit;
import io.pipedeck.db.Tx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Adds jobs. When a call returns, what it added is durable and has been announced. */
final class JobIntake {
  private final Database database;
  private final JobWriter writer;
  private final Announcements announcements;
  private final JobStore store = new JobStore();
  private final ArchivedJobs archived = new ArchivedJobs();
  private final Contents contents = new Contents();

  /**
   * Where they are added.
   *
   * @param database that answers in time for a caller to try again
   */
  JobIntake(Database database, JobWriter writer, Announcements announcements) {
    this.database = database;
    this.writer = writer;
    this.announcements = announcements;
  }

  /** See {@link JobService#enqueue(NewJob)}. */
  Job enqueue(NewJob job) {
    try {
      return stored(job);
    } catch (DatabaseException e) {
      if (!e.unavailable()) {
        throw e;
      }
      // Whether or not its commit arrived: the spool brings it in once.
      return writer.spool().keep(job).orElseThrow(() -> e);
    }
  }

  /** See {@link JobService#enqueue(NewJob, OnDuplicate)}. */
  Enqueued enqueue(NewJob job, OnDuplicate wish) {
    if (wish == OnDuplicate.AGAIN) {
      return new Enqueued(enqueue(job), false);
    }
    record Outcome(Job job, boolean fresh, boolean earlier) {}
    var outcome =
        database.inTransaction(
            tx ->
                contents
                    .claim(tx, job, wish)
                    .map(earlier -> new Outcome(earlier, false, true))
                    .or(() -> firstOfKey(tx, job).map(known -> new Outcome(known, false, false)))
                    .orElseGet(() -> new Outcome(added(store.insert(tx, job), job), true, false)));
    if (outcome.earlier() && wish == OnDuplicate.REFUSE) {
      throw new DuplicateException(outcome.job());
    }
    if (outcome.fresh()) {
      announcements.added(List.of(outcome.job()));
    }
    return new Enqueued(outcome.job(), outcome.earlier());
  }

  /** See {@link JobService#enqueueAll}. */
  List<Job> enqueueAll(List<NewJob> jobs) {
    if (jobs.stream().anyMatch(job -> job.idempotencyKey() != null)) {
      throw new IllegalArgumentException("jobs with an idempotency key are enqueued one by one");
    }
    List<CompletableFuture<Optional<Job>>> futures = jobs.stream().map(writer::add).toList();
    List<Job> added = new ArrayList<>(jobs.size());
    for (int i = 0; i < futures.size(); i++) {
      added.add(added(GroupCommit.join(futures.get(i)), jobs.get(i)));
    }
    announcements.added(added);
    return added;
  }

  private Job stored(NewJob job) {
    if (job.idempotencyKey() != null) {
      return enqueueOnce(job);
    }
    Job added = added(GroupCommit.join(writer.add(job)), job);
    announcements.added(List.of(added));
    return added;
  }

  private static Job added(Optional<Job> added, NewJob wanted) {
    return added.orElseThrow(
        () -> new IllegalArgumentException("there is a job " + wanted.id() + " already"));
  }

  private Job enqueueOnce(NewJob job) {
    record Added(Job job, boolean fresh) {}
    var added =
        database.inTransaction(
            tx ->
                firstOfKey(tx, job)
                    .map(known -> new Added(known, false))
                    .orElseGet(() -> new Added(added(store.insert(tx, job), job), true)));
    if (added.fresh()) {
      announcements.added(List.of(added.job()));
    }
    return added.job();
  }

  private Optional<Job> firstOfKey(Tx tx, NewJob job) {
    String key = job.idempotencyKey();
    if (key == null) {
      return Optional.empty();
    }
    Optional<UUID> first = IdempotencyKeys.take(tx, job.realm(), key, job.id());
    while (first.isPresent()) {
      Optional<Job> known = find(tx, first.get());
      if (known.isPresent() || IdempotencyKeys.move(tx, job.realm(), key, first.get(), job.id())) {
        return known;
      }
      first = IdempotencyKeys.find(tx, job.realm(), key);
    }
    return Optional.empty();
  }

  /** It may be moved back to the table while the archive is read. */
  private Optional<Job> find(Tx tx, UUID id) {
    return store.find(tx, id).or(() -> archived.find(tx, id)).or(() -> store.find(tx, id));
  }

  /** See {@link JobService#ofIdempotencyKey}. */
  Optional<Job> ofIdempotencyKey(@Nullable String realm, String key) {
    Optional<Job> spooled = writer.spool().ofIdempotencyKey(realm, key);
    if (spooled.isPresent()) {
      return spooled;
    }
    try {
      return database.inTransaction(
          tx -> IdempotencyKeys.find(tx, realm, key).flatMap(id -> find(tx, id)));
    } catch (DatabaseException e) {
      // Nobody can tell: a job that is spooled under a key that was used comes up as a conflict.
      if (e.unavailable() && !writer.spool().equals(JobSpool.NONE)) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
