package io.pipedeck.job;

import io.pipedeck.db.Tx;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** The SQL that brings what was spooled into the database, as often as it likes. */
public final class SpooledJobs {
  private final JobStore store = new JobStore();

  /**
   * What became of a job.
   *
   * @param job as it is stored; empty if another job has its id
   * @param keyTaken whether its idempotency key stood for another job already
   */
  public record Added(Optional<Job> job, boolean keyTaken) {}

  /** Adds a job that was accepted at that time, if it isn't there. */
  public Added add(Tx tx, NewJob job, Instant acceptedAt) {
    String key = job.idempotencyKey();
    boolean keyTaken =
        key != null
            && IdempotencyKeys.take(tx, job.realm(), key, job.id())
                .filter(other -> !other.equals(job.id()))
                .isPresent();
    Optional<Job> added = store.insert(tx, job);
    tx.update(
        """
        UPDATE pipeline_jobs
        SET created_at = ?, run_at = CASE WHEN status = 'queued' THEN ? ELSE run_at END
        WHERE id = ? AND rev = 1 AND attempt = 0 AND created_at > ?
        """,
        acceptedAt,
        acceptedAt,
        job.id(),
        acceptedAt);
    return new Added(added, keyTaken);
  }

  /** Keeps what could not be brought in, once. */
  public void conflict(Tx tx, Conflict conflict) {
    tx.update(
        """
        INSERT INTO spool_conflicts (id, job_id, kind, body, reason) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING
        """,
        conflict.id(),
        conflict.jobId(),
        conflict.kind(),
        conflict.body(),
        conflict.reason());
  }

  /**
   * Something spooled that the database contradicts.
   *
   * @param body it, as JSON
   * @param reason why it was not brought in, in words
   */
  public record Conflict(UUID id, UUID jobId, String kind, String body, String reason) {}
}
