package io.pipedeck.job;

import io.pipedeck.api.JobView.Progress;
import io.pipedeck.db.Row;
import io.pipedeck.db.Tx;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL that takes jobs away from workers that were lost. */
public final class Rescues {
  /**
   * A running job whose lease ran out.
   *
   * @param progress how far it was, null where it had told nothing
   */
  public record Lost(
      UUID id, UUID claimId, String worker, Instant leaseUntil, @Nullable Progress progress) {}

  /** A lost job and what is known of the cause, in words. */
  public record Verdict(Lost lost, String cause) {}

  /** The jobs whose leases ran out. */
  public List<Lost> lost(Tx tx, int most) {
    return tx.query(
        """
        SELECT id, claim_id, worker, lease_until, progress FROM pipeline_jobs
        WHERE runner = 'native' AND status = 'running' AND lease_until < now() ORDER BY id LIMIT ?
        """,
        Rescues::lost,
        most);
  }

  private static Lost lost(Row row) {
    return new Lost(
        row.requiredUuid("id"),
        row.requiredUuid("claim_id"),
        row.requiredText("worker"),
        row.requiredInstant("lease_until"),
        JobRows.progress(row.text("progress")));
  }

  /**
   * Takes these jobs away, as far as their leases are still over: queued again, or failed where no
   * attempt is left. The attempt counts, as {@code worker_lost}.
   */
  public List<Job> rescue(Tx tx, List<Verdict> verdicts) {
    return tx.query(
        """
        WITH given AS (SELECT * FROM unnest(?::uuid[], ?::uuid[], ?::text[]) AS g (id, claim_id, cause)),
        held AS MATERIALIZED (
          SELECT id, claim_id, attempt, worker, started_at, attempt < max_attempts AS again FROM pipeline_jobs
          WHERE id = ANY (?) AND runner = 'native' AND status = 'running' AND lease_until < now()
          ORDER BY id FOR UPDATE SKIP LOCKED),
        lost AS (SELECT h.*, g.cause FROM held h JOIN given g USING (id, claim_id)),
        ended AS (
          INSERT INTO job_attempts (claim_id, job_id, attempt, worker, started_at, ended_at, outcome, error_code, error)
          SELECT claim_id, id, attempt, worker, started_at, now(), 'worker_lost', 'worker_lost', cause FROM lost)
        UPDATE pipeline_jobs j
        SET status = CASE WHEN l.again THEN 'queued' ELSE 'failed' END,
            finished_at = CASE WHEN l.again THEN NULL ELSE now() END,
            secret = CASE WHEN l.again THEN j.secret END,
            started_at = CASE WHEN l.again THEN NULL ELSE j.started_at END,
            error_code = 'worker_lost', error = l.cause, losses = j.losses + 1, run_at = now(), rev = j.rev + 1,
            progress = CASE WHEN l.again THEN j.progress END, claim_id = NULL, worker = NULL, lease_until = NULL
        FROM lost l WHERE j.id = l.id
        RETURNING
        """
            + JobRows.COLUMNS,
        JobRows::job,
        ids(verdicts),
        verdicts.stream().map(verdict -> verdict.lost().claimId()).toArray(UUID[]::new),
        verdicts.stream().map(Verdict::cause).toArray(String[]::new),
        ids(verdicts));
  }

  private static UUID[] ids(List<Verdict> verdicts) {
    return verdicts.stream().map(verdict -> verdict.lost().id()).toArray(UUID[]::new);
  }

  /** Whether these jobs were lost so often that they run alone, by id. */
  public java.util.Set<UUID> inQuarantine(Tx tx, List<Job> jobs) {
    return new java.util.HashSet<>(
        tx.query(
            "SELECT id FROM pipeline_jobs WHERE id = ANY (?) AND losses >= 2",
            row -> row.requiredUuid("id"),
            (Object) jobs.stream().map(Job::id).toArray(UUID[]::new)));
  }
}
