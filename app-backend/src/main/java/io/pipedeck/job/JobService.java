package io.pipedeck.job;

import io.pipedeck.api.Counts;
import io.pipedeck.api.JobPage;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView;
import io.pipedeck.api.JobView.Attempt;
import io.pipedeck.api.OnDuplicate;
import io.pipedeck.api.QueueView;
import io.pipedeck.api.RealmView;
import io.pipedeck.db.Database;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.db.GroupCommit;
import io.pipedeck.db.Tx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What people and programs may ask of jobs. Each change is committed to PostgreSQL first; then the
 * queue and those who watch are told, and if the queue can't be told the reconciler will. Safe for
 * all threads; calls block.
 */
public final class JobService {
  private static final Logger LOG = LoggerFactory.getLogger(JobService.class);

  private static final Duration ANSWERED_WITHIN = Duration.ofMillis(1_500);

  private final Database database;
  private final JobWriter writer;
  private final JobStore store = new JobStore();
  private final JobLists lists = new JobLists();
  private final Contents contents = new Contents();
  private final ArchivedJobs archived = new ArchivedJobs();
  private final JobQueue queue;
  private final JobEvents events;
  private final WaitingReasons waiting;
  private final JobReadFallback fallback;

  public JobService(
      Database database,
      JobWriter writer,
      JobQueue queue,
      JobEvents events,
      WaitingReasons waiting) {
    this(database, writer, queue, events, waiting, JobReadFallback.NONE);
  }

  /**
   * The same with somewhere else to read.
   *
   * @param fallback where jobs are read while PostgreSQL is away
   */
  public JobService(
      Database database,
      JobWriter writer,
      JobQueue queue,
      JobEvents events,
      WaitingReasons waiting,
      JobReadFallback fallback) {
    this.database = database.answering(ANSWERED_WITHIN);
    this.writer = writer;
    this.queue = queue;
    this.events = events;
    this.waiting = waiting;
    this.fallback = fallback;
  }

  /**
   * Adds a job; when this returns it is durable. A job with an idempotency key that its realm has
   * used gives the first job again. While PostgreSQL is away it is kept in the spool, where there
   * is one ({@link Job#spooled}).
   */
  public Job enqueue(NewJob job) {
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

  /**
   * The same for a sender who says what is to happen if the realm has, or is about to have,
   * processed the content before. Of several who want no second job and send the same at once, one
   * gets a new job. While PostgreSQL is away only {@code AGAIN} is taken.
   *
   * @throws DuplicateException if it has, and that is refused
   */
  public Enqueued enqueue(NewJob job, OnDuplicate wish) {
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
      announce(List.of(outcome.job()));
    }
    return new Enqueued(outcome.job(), outcome.earlier());
  }

  private Job stored(NewJob job) {
    if (job.idempotencyKey() != null) {
      return enqueueOnce(job);
    }
    Job added = added(GroupCommit.join(writer.add(job)), job);
    announce(List.of(added));
    return added;
  }

  /**
   * Adds jobs of different ids, in few commits; when this returns all are durable. Where it fails
   * some may have been added: to call it again with the same ids adds the rest and none twice.
   *
   * @throws IllegalArgumentException if a job has an idempotency key
   */
  public List<Job> enqueueAll(List<NewJob> jobs) {
    if (jobs.stream().anyMatch(job -> job.idempotencyKey() != null)) {
      throw new IllegalArgumentException("jobs with an idempotency key are enqueued one by one");
    }
    List<CompletableFuture<Optional<Job>>> futures = jobs.stream().map(writer::add).toList();
    List<Job> added = new ArrayList<>(jobs.size());
    for (int i = 0; i < futures.size(); i++) {
      added.add(added(GroupCommit.join(futures.get(i)), jobs.get(i)));
    }
    announce(added);
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
      announce(List.of(added.job()));
    }
    return added.job();
  }

  /** Tells the queue, and those who watch, of new jobs. */
  private void announce(List<Job> added) {
    List<Job> queued = added.stream().filter(job -> job.status() == JobStatus.QUEUED).toList();
    if (!queued.isEmpty()) {
      tellQueue(() -> queue.push(queued));
    }
    events.changed(added.stream().map(JobViews::change).toList());
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

  /** The job that the key of this realm stands for, if it was used. */
  public Optional<Job> ofIdempotencyKey(@Nullable String realm, String key) {
    Optional<Job> spooled = writer.spool().ofIdempotencyKey(realm, key);
    if (spooled.isPresent()) {
      return spooled;
    }
    try {
      return storedOfKey(realm, key);
    } catch (DatabaseException e) {
      // Nobody can tell: a job that is spooled under a key that was used comes up as a conflict.
      if (e.unavailable() && !writer.spool().equals(JobSpool.NONE)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Optional<Job> storedOfKey(@Nullable String realm, String key) {
    return database.inTransaction(
        tx -> IdempotencyKeys.find(tx, realm, key).flatMap(id -> find(tx, id)));
  }

  /** The whole job, empty if there is none; from the fallback while PostgreSQL is away. */
  public Optional<JobView> view(UUID id) {
    try {
      return storedView(id).or(() -> spooledView(id));
    } catch (DatabaseException e) {
      return Optional.of(insteadOf(e, () -> spooledView(id).or(() -> fallback.view(id))));
    }
  }

  /** A job that no database has yet. */
  private Optional<JobView> spooledView(UUID id) {
    return writer
        .spool()
        .find(id)
        .map(job -> JobViews.view(job, null, null).from("spool", List.of()));
  }

  private static <T> T insteadOf(DatabaseException outage, Supplier<Optional<T>> read) {
    if (!outage.unavailable()) {
      throw outage;
    }
    return read.get().orElseThrow(() -> outage);
  }

  private Optional<JobView> storedView(UUID id) {
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

  /** The newest jobs; see {@link JobLists#recent}. From the fallback while PostgreSQL is away. */
  public JobPage recent(JobPage.Filters filters, int limit, @Nullable Cursor before) {
    try {
      return database.inTransaction(tx -> lists.recent(tx, filters, limit, before));
    } catch (DatabaseException e) {
      return insteadOf(e, () -> fallback.recent(filters, limit, before));
    }
  }

  /** The queues with their counts. */
  public List<QueueView> queues() {
    return database.inTransaction(lists::queues);
  }

  /** The realms with their counts. */
  public List<RealmView> realms() {
    return database.inTransaction(lists::realms);
  }

  /** The counts over all jobs. */
  public Counts counts() {
    return database.inTransaction(lists::counts);
  }

  /**
   * Cancels a job that has not ended; a running one is stopped within two seconds.
   *
   * @param seen the status that the caller saw, null for any
   * @throws JobNotFoundException if there is none
   * @throws JobConflictException if it is in another status or has ended
   */
  public Job cancel(UUID id, @Nullable JobStatus seen) {
    Job canceled =
        change(
            id, seen, JobStatus.CANCELED, "canceled", (tx, status) -> store.cancel(tx, id, status));
    tellQueue(() -> queue.cancel(canceled));
    return canceled;
  }

  /**
   * Puts a failed or canceled job back on its queue; parameters and errors as in {@link #cancel}.
   *
   * @param secret the password of the job's document, encrypted; null for none. It is erased when
   *     the job ends.
   */
  public Job retry(UUID id, @Nullable JobStatus seen, @Nullable String secret) {
    Job queued =
        change(
            id,
            seen,
            JobStatus.QUEUED,
            "retried",
            (tx, status) -> store.requeue(tx, id, status, secret));
    tellQueue(() -> queue.feed(List.of(queued)));
    return queued;
  }

  /** The same without a password. */
  public Job retry(UUID id, @Nullable JobStatus seen) {
    return retry(id, seen, null);
  }

  /**
   * Deletes a job that has ended, with its attempts and, unless another job has the same content,
   * its chunks; parameters and errors as in {@link #cancel}.
   *
   * @return the job as it was
   */
  public Job delete(UUID id, @Nullable JobStatus seen) {
    return database.inTransaction(
        tx -> {
          Job job = lock(tx, id);
          boolean asSeen = seen == null || seen == job.status();
          if (!asSeen || !job.nativeRow() || !job.status().isFinal()) {
            throw conflict(job, "deleted");
          }
          tx.update("DELETE FROM job_attempts WHERE job_id = ?", id);
          tx.update("DELETE FROM pipeline_jobs WHERE id = ?", id);
          Contents.release(tx, job);
          return job;
        });
  }

  private interface Transition {
    Optional<Job> from(Tx tx, JobStatus status);
  }

  private Job change(
      UUID id, @Nullable JobStatus seen, JobStatus next, String done, Transition transition) {
    Job changed =
        database.inTransaction(
            tx -> {
              Job job = lock(tx, id);
              boolean asSeen = seen == null || seen == job.status();
              boolean allowed =
                  job.nativeRow() && job.status().canBecome(next) && retriable(job, next);
              Optional<Job> after =
                  asSeen && allowed ? transition.from(tx, job.status()) : Optional.empty();
              return after.orElseThrow(() -> conflict(job, done));
            });
    events.changed(List.of(JobViews.change(changed)));
    return changed;
  }

  /**
   * The job, which nobody else changes until the transaction ends. An archived one is in the table
   * again, and back in the archive if nothing comes of it.
   */
  private Job lock(Tx tx, UUID id) {
    return store
        .lock(tx, id)
        .or(() -> archived.restore(tx, id))
        .or(() -> store.lock(tx, id))
        .orElseThrow(() -> new JobNotFoundException(id));
  }

  /** A running or scheduled job may become queued too, but not by an operator's retry. */
  private static boolean retriable(Job job, JobStatus next) {
    return next != JobStatus.QUEUED || job.status().isFinal();
  }

  private static JobConflictException conflict(Job now, String done) {
    String why =
        now.nativeRow()
            ? "it is " + now.status().wireName() + " now"
            : "another program tracks it in this table and Pipedeck never touches its rows";
    return new JobConflictException("The job was not " + done + ": " + why + ".", now);
  }

  private void tellQueue(Runnable call) {
    try {
      call.run();
    } catch (QueueUnavailableException e) {
      LOG.debug("The queue was not told; the reconciler will", e);
    }
  }
}
