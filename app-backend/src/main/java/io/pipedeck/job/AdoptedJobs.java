package io.pipedeck.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.db.JsonText;
import io.pipedeck.db.Tx;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The SQL of jobs that Python programs enqueued and we run: a row is made for them, or the one that
 * the program itself inserted becomes ours.
 */
public final class AdoptedJobs {
  /** The row must be of the call's own function, realm and RQ id. */
  private static final String SELECT =
      "SELECT "
          + JobRows.COLUMNS
          + " FROM pipeline_jobs j WHERE j.rq_job_id = ? OR j.id = ? ORDER BY j.id FOR UPDATE";

  private final JobStore store = new JobStore();

  /**
   * A call of a Python program.
   *
   * @param wanted the row's id, if the call names one; null for any
   * @param function the registered one
   * @param payload a JSON object, {@link Adopted} included
   * @param createdAt null for now
   */
  public record Call(
      String rqId,
      @Nullable UUID wanted,
      @Nullable String realm,
      String queue,
      String function,
      ObjectNode payload,
      int maxAttempts,
      @Nullable Integer timeoutSeconds,
      @Nullable Instant createdAt) {}

  /** What became of a call. */
  public sealed interface Outcome {
    /** A row of ours waits for it. */
    record Waits(Job job) implements Outcome {}

    /** A worker runs it already. */
    record Runs(Job job) implements Outcome {}

    /**
     * The row is somebody else's.
     *
     * @param why for people
     */
    record Refused(String why) implements Outcome {}
  }

  /** Makes the call a waiting job. */
  public Outcome adopt(Tx tx, Call call) {
    List<Job> rows = tx.query(SELECT, JobRows::job, call.rqId(), idToLookFor(call));
    return switch (rows.size()) {
      case 0 -> new Outcome.Waits(insert(tx, call));
      case 1 -> onto(tx, call, rows.getFirst());
      default ->
          new Outcome.Refused(
              "its row " + call.wanted() + " and the row of the RQ id " + call.rqId() + " differ");
    };
  }

  /** A program that knows no {@code rq_job_id} may have used the same id for both. */
  private static @Nullable UUID idToLookFor(Call call) {
    if (call.wanted() != null) {
      return call.wanted();
    }
    try {
      return UUID.fromString(call.rqId());
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  private Outcome onto(Tx tx, Call call, Job row) {
    if (row.function() != null && !row.function().equals(call.function())) {
      return new Outcome.Refused("job " + row.id() + " runs the function " + row.function());
    }
    if (call.realm() != null && !call.realm().equals(row.realm())) {
      return new Outcome.Refused("job " + row.id() + " is of another realm");
    }
    if (row.rqJobId() != null && !row.rqJobId().equals(call.rqId())) {
      return new Outcome.Refused("job " + row.id() + " has another id in RQ: " + row.rqJobId());
    }
    if (row.nativeRow() && !Adopted.is(row)) {
      return new Outcome.Refused("job " + row.id() + " was enqueued in another way");
    }
    return switch (row.status()) {
      case QUEUED, SCHEDULED -> new Outcome.Waits(write(tx, call, row));
      case FAILED, CANCELED -> new Outcome.Waits(again(tx, call, row));
      case RUNNING ->
          row.nativeRow() ? new Outcome.Runs(row) : new Outcome.Waits(write(tx, call, row));
      case FINISHED -> afterItsEnd(tx, call, row);
    };
  }

  /** RQ lets an id be used again; the row of its earlier run keeps its result. */
  private Outcome afterItsEnd(Tx tx, Call call, Job row) {
    if (row.id().equals(idToLookFor(call))) {
      return new Outcome.Refused("job " + row.id() + " has finished already");
    }
    tx.update("UPDATE pipeline_jobs SET rq_job_id = NULL, rev = rev + 1 WHERE id = ?", row.id());
    return new Outcome.Waits(insert(tx, call));
  }

  private Job again(Tx tx, Call call, Job row) {
    return row.nativeRow()
        ? store.requeue(tx, row.id(), row.status()).orElseThrow()
        : write(tx, call, row);
  }

  private static Job insert(Tx tx, Call call) {
    return one(
        tx.first(
            """
            INSERT INTO pipeline_jobs AS j (id, rq_job_id, realm, queue, status, payload, runner, function, max_attempts,
                timeout_seconds, created_at, rev)
            VALUES (?, ?, ?, ?, 'queued', ?::jsonb, 'native', ?, ?, ?, coalesce(?::timestamptz, now()), 1)
            RETURNING
            """
                + JobRows.COLUMNS,
            JobRows::job,
            call.wanted() == null ? Ids.next() : call.wanted(),
            call.rqId(),
            call.realm(),
            call.queue(),
            JsonText.of(call.payload()),
            call.function(),
            call.maxAttempts(),
            call.timeoutSeconds(),
            call.createdAt()));
  }

  /** Of a row that waits already the payload is kept where the call says nothing else. */
  private static Job write(Tx tx, Call call, Job row) {
    if (row.nativeRow()) {
      return row;
    }
    return one(
        tx.first(
            """
            UPDATE pipeline_jobs j
            SET runner = 'native', rq_job_id = ?, queue = ?, status = 'queued', function = ?,
                payload = CASE WHEN jsonb_typeof(j.payload) = 'object' THEN j.payload ELSE '{}' END || ?::jsonb,
                attempt = 0, max_attempts = ?, timeout_seconds = ?, run_at = now(), started_at = NULL,
                finished_at = NULL, result = NULL, error = NULL, error_code = NULL, claim_id = NULL, worker = NULL,
                lease_until = NULL, progress = NULL, rev = j.rev + 1
            WHERE j.id = ?
            RETURNING
            """
                + JobRows.COLUMNS,
            JobRows::job,
            call.rqId(),
            call.queue(),
            call.function(),
            JsonText.of(call.payload()),
            call.maxAttempts(),
            call.timeoutSeconds(),
            row.id()));
  }

  private static Job one(Optional<Job> job) {
    return job.orElseThrow(() -> new IllegalStateException("a row vanished under its lock"));
  }

  /** The row behind an id in Redis, which nobody else changes until the transaction ends. */
  public Optional<Job> lock(Tx tx, UUID id) {
    return store.lock(tx, id);
  }

  /**
   * An operator's retry that was given in Redis; empty if the row is not in this status any more.
   */
  public Optional<Job> retried(Tx tx, Job row) {
    boolean ended = row.status() == JobStatus.FAILED || row.status() == JobStatus.CANCELED;
    return ended ? store.requeue(tx, row.id(), row.status()) : Optional.empty();
  }

  /**
   * Records that a Python worker of a shared queue ran a job of ours that waited; empty if the row
   * was changed meanwhile.
   */
  public Optional<Job> ranInPython(Tx tx, Job job, ForeignRows.Seen seen) {
    String code = seen.code() == null ? null : seen.code().wireName();
    Optional<Job> recorded =
        tx.first(
            """
            UPDATE pipeline_jobs j
            SET status = ?, started_at = coalesce(?::timestamptz, now()), finished_at = coalesce(?::timestamptz, now()),
                result = ?::jsonb, error = ?, error_code = ?, secret = NULL, progress = NULL,
                attempt = j.attempt + 1, rev = j.rev + 1
            WHERE j.id = ? AND j.rev = ? AND j.status IN ('queued', 'scheduled') AND j.runner = 'native'
            RETURNING
            """
                + JobRows.COLUMNS,
            JobRows::job,
            seen.status().wireName(),
            seen.startedAt(),
            seen.finishedAt(),
            JsonText.of(seen.result()),
            seen.error(),
            code,
            job.id(),
            job.rev());
    recorded.ifPresent(
        it ->
            tx.update(
                """
                INSERT INTO job_attempts (claim_id, job_id, attempt, worker, started_at, ended_at, outcome,
                    error_code, error)
                VALUES (gen_random_uuid(), ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                it.id(),
                it.attempt(),
                seen.worker() == null ? "unknown" : seen.worker(),
                it.startedAt(),
                it.finishedAt(),
                seen.status().wireName(),
                code,
                seen.error()));
    return recorded;
  }

  /**
   * Notes the document that an attempt read from where the program said; empty if the claim had
   * moved on.
   */
  public Optional<Job> documentRead(Tx tx, Claim claim, String sha256, JsonNode facts) {
    return ForgottenClaims.under(tx, claim, () -> readUnder(tx, claim, sha256, facts));
  }

  private static Optional<Job> readUnder(Tx tx, Claim claim, String sha256, JsonNode facts) {
    return tx.first(
        """
        UPDATE pipeline_jobs j
        SET sha256 = ?, payload = coalesce(j.payload, '{}') || ?::jsonb, rev = j.rev + 1
        WHERE j.id = ? AND j.claim_id = ?
        RETURNING
        """
            + JobRows.COLUMNS,
        JobRows::job,
        sha256,
        JsonText.of(facts),
        claim.job().id(),
        claim.claimId());
  }
}
