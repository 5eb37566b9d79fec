package io.pipedeck.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.db.JsonText;
import io.pipedeck.db.Tx;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The SQL of jobs that Pipedeck enqueued for Python workers. Their rows are foreign and name a
 * function; rows that other programs wrote name none and are never touched here.
 */
public final class ForeignRows {
  private static final String OURS = "j.runner = 'foreign' AND j.function IS NOT NULL";

  /**
   * A job for Python workers.
   *
   * @param payload {@code args} and {@code kwargs}, and how it is retried
   * @param runAt null for at once
   */
  public record New(
      UUID id,
      @Nullable String realm,
      String queue,
      String function,
      JsonNode payload,
      int maxAttempts,
      int timeoutSeconds,
      @Nullable Instant runAt) {}

  /** Adds a job. */
  public Job insert(Tx tx, New job) {
    return tx.first(
            """
            INSERT INTO pipeline_jobs AS j (id, rq_job_id, realm, queue, status, payload, runner, function,
                max_attempts, timeout_seconds, run_at, rev)
            SELECT v.id, v.id::text, v.realm, v.queue, CASE WHEN v.run_at > now() THEN 'scheduled' ELSE 'queued' END,
                v.payload, 'foreign', v.function, v.max_attempts, v.timeout_seconds, coalesce(v.run_at, now()), 1
            FROM (SELECT ?::uuid AS id, ?::text AS realm, ?::text AS queue, ?::jsonb AS payload, ?::text AS function,
                ?::int AS max_attempts, ?::int AS timeout_seconds, ?::timestamptz AS run_at) v
            RETURNING
            """
                + JobRows.COLUMNS,
            JobRows::job,
            job.id(),
            job.realm(),
            job.queue(),
            JsonText.of(job.payload()),
            job.function(),
            job.maxAttempts(),
            job.timeoutSeconds(),
            job.runAt())
        .orElseThrow();
  }

  /** Jobs that have not ended, by id. */
  // Relies on pipeline_jobs_foreign_open_idx.
  public List<Job> open(Tx tx, UUID after, int limit) {
    return tx.query(
        "SELECT "
            + JobRows.COLUMNS
            + " FROM pipeline_jobs j WHERE "
            + OURS
            + """
               AND j.status IN ('queued', 'scheduled', 'running') AND j.id > ?
              ORDER BY j.id LIMIT ?
              """,
        JobRows::job,
        after,
        limit);
  }

  /** Jobs that failed in the last days, the newest first: RQ's tools may requeue them. */
  // Relies on pipeline_jobs_foreign_failed_idx.
  public List<Job> failedLately(Tx tx, int limit) {
    return tx.query(
        "SELECT "
            + JobRows.COLUMNS
            + " FROM pipeline_jobs j WHERE "
            + OURS
            + """
               AND j.status IN ('failed', 'canceled') AND j.finished_at > now() - interval '7 days'
              ORDER BY j.finished_at DESC LIMIT ?
              """,
        JobRows::job,
        limit);
  }

  /** What Redis says of a job. */
  public record Seen(
      JobStatus status,
      @Nullable Instant startedAt,
      @Nullable Instant finishedAt,
      @Nullable String worker,
      @Nullable JsonNode result,
      @Nullable String error,
      @Nullable ErrorCode code) {}

  /** Records what Redis says; empty if the row was changed meanwhile. */
  public Optional<Job> record(Tx tx, Job job, Seen seen) {
    return tx.first(
        """
        UPDATE pipeline_jobs j
        SET status = v.status, started_at = v.started_at,
            finished_at = CASE WHEN v.status IN ('finished', 'failed', 'canceled')
                               THEN coalesce(v.finished_at, now()) END,
            worker = v.worker, result = v.result, error = v.error, error_code = v.error_code, rev = j.rev + 1
        FROM (SELECT ?::text AS status, ?::timestamptz AS started_at, ?::timestamptz AS finished_at, ?::text AS worker,
            ?::jsonb AS result, ?::text AS error, ?::text AS error_code) v
        WHERE j.id = ? AND j.rev = ? AND j.runner = 'foreign' AND j.function IS NOT NULL
        RETURNING
        """
            + JobRows.COLUMNS,
        JobRows::job,
        seen.status().wireName(),
        seen.startedAt(),
        seen.finishedAt(),
        seen.worker(),
        JsonText.of(seen.result()),
        seen.error(),
        seen.code() == null ? null : seen.code().wireName(),
        job.id(),
        job.rev());
  }
}
