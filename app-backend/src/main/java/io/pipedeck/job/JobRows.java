package io.pipedeck.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView.Progress;
import io.pipedeck.api.Json;
import io.pipedeck.db.JsonText;
import io.pipedeck.db.Row;
import org.jspecify.annotations.Nullable;

/** Reads a row of {@code pipeline_jobs}. */
final class JobRows {
  /** The columns that {@link #job} reads, of the table or alias {@code j}. */
  static final String COLUMNS =
      """
      j.id, j.rq_job_id, j.realm, j.queue, j.status, j.runner, j.function, j.payload, j.result, j.error, \
      j.error_code, j.created_at, j.started_at, j.finished_at, j.rev, j.attempt, j.max_attempts, j.claim_id, \
      j.worker, j.run_at, j.timeout_seconds, j.batch_id, j.sha256, j.options, j.progress""";

  private JobRows() {}

  static Job job(Row row) {
    return new Job(
        row.requiredUuid("id"),
        row.text("rq_job_id"),
        row.text("realm"),
        queue(row),
        status(row),
        row.requiredText("runner").equals("native"),
        row.text("function"),
        JsonText.read(row.text("payload")),
        JsonText.read(row.text("result")),
        row.text("error"),
        errorCode(row),
        row.instant("created_at"),
        row.instant("started_at"),
        row.instant("finished_at"),
        row.requiredLong("rev"),
        row.requiredInteger("attempt"),
        row.requiredInteger("max_attempts"),
        row.uuid("claim_id"),
        row.text("worker"),
        row.requiredInstant("run_at"),
        row.integer("timeout_seconds"),
        row.uuid("batch_id"),
        row.text("sha256"),
        JsonText.read(row.text("options")),
        progress(row));
  }

  /** Another program's table may allow NULL here; it means the column's default. */
  static String queue(Row row) {
    String queue = row.text("queue");
    return queue == null ? "default" : queue;
  }

  /** Rows of others may say what they like; what is no status of ours still waits for somebody. */
  static JobStatus status(Row row) {
    String status = row.text("status");
    return status == null ? JobStatus.QUEUED : JobStatus.find(status).orElse(JobStatus.QUEUED);
  }

  static @Nullable ErrorCode errorCode(Row row) {
    String code = row.text("error_code");
    return code == null ? null : ErrorCode.ofWireName(code);
  }

  /**
   * How far it is; null unless it runs. Between two attempts the row keeps how far it was, so that
   * the next attempt never tells less.
   */
  static @Nullable Progress progress(Row row) {
    return status(row) == JobStatus.RUNNING ? progress(row.text("progress")) : null;
  }

  static @Nullable Progress progress(@Nullable String json) {
    if (json == null) {
      return null;
    }
    try {
      return Json.mapper().readValue(json, Progress.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the column progress holds no progress", e);
    }
  }
}
