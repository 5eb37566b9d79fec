package io.pipedeck.job;

import io.pipedeck.api.Counts;
import io.pipedeck.api.JobPage;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView;
import io.pipedeck.api.OnDuplicate;
import io.pipedeck.api.QueueView;
import io.pipedeck.api.RealmView;
import io.pipedeck.db.Database;
import io.pipedeck.db.Tx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What people and programs may ask of jobs. Each change is committed to PostgreSQL first; then the
 * queue and those who watch are told, and if the queue can't be told the reconciler will. Safe for
 * all threads; calls block.
 */
public final class JobService {
  private static final Duration ANSWERED_WITHIN = Duration.ofMillis(1_500);

  /** One for each processor, and one that is sent meanwhile. */
  private static final int LISTS_AT_A_TIME = 1 + Runtime.getRuntime().availableProcessors();

  private final Database database;
  private final JobIntake intake;
  private final JobReads reads;
  private final Announcements announcements;
  private final JobStore store = new JobStore();
  private final ArchivedJobs archived = new ArchivedJobs();

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
    this.announcements = new Announcements(queue, events);
    this.intake = new JobIntake(this.database, writer, announcements);
    this.reads =
        new JobReads(
            this.database,
            database.answering(ANSWERED_WITHIN, LISTS_AT_A_TIME),
            writer.spool(),
            waiting,
            fallback);
  }

  /**
   * Adds a job; when this returns it is durable. A job with an idempotency key that its realm has
   * used gives the first job again. While PostgreSQL is away it is kept in the spool, where there
   * is one ({@link Job#spooled}).
   */
  public Job enqueue(NewJob job) {
    return intake.enqueue(job);
  }

  /**
   * The same for a sender who says what is to happen if the realm has, or is about to have,
   * processed the content before. Of several who want no second job and send the same at once, one
   * gets a new job. While PostgreSQL is away only {@code AGAIN} is taken.
   *
   * @throws DuplicateException if it has, and that is refused
   */
  public Enqueued enqueue(NewJob job, OnDuplicate wish) {
    return intake.enqueue(job, wish);
  }

  /**
   * Adds jobs of different ids, in few commits; when this returns all are durable. Where it fails
   * some may have been added: to call it again with the same ids adds the rest and none twice.
   *
   * @throws IllegalArgumentException if a job has an idempotency key
   */
  public List<Job> enqueueAll(List<NewJob> jobs) {
    return intake.enqueueAll(jobs);
  }

  /** The job that the key of this realm stands for, if it was used. */
  public Optional<Job> ofIdempotencyKey(@Nullable String realm, String key) {
    return intake.ofIdempotencyKey(realm, key);
  }

  /** The whole job, empty if there is none; from the fallback while PostgreSQL is away. */
  public Optional<JobView> view(UUID id) {
    return reads.view(id);
  }

  /** The newest jobs; see {@link JobLists#recent}. From the fallback while PostgreSQL is away. */
  public JobPage recent(JobPage.Filters filters, int limit, @Nullable Cursor before) {
    return reads.recent(filters, limit, before);
  }

  /** The queues with their counts. */
  public List<QueueView> queues() {
    return reads.queues();
  }

  /** The realms with their counts. */
  public List<RealmView> realms() {
    return reads.realms();
  }

  /** The counts over all jobs. */
  public Counts counts() {
    return reads.counts();
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
    announcements.changed(canceled, queue -> queue.cancel(canceled));
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
    announcements.changed(queued, queue -> queue.feed(List.of(queued)));
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
    return database.inTransaction(
        tx -> {
          Job job = lock(tx, id);
          boolean asSeen = seen == null || seen == job.status();
          boolean allowed = job.nativeRow() && job.status().canBecome(next) && retriable(job, next);
          Optional<Job> after =
              asSeen && allowed ? transition.from(tx, job.status()) : Optional.empty();
          return after.orElseThrow(() -> conflict(job, done));
        });
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
}
