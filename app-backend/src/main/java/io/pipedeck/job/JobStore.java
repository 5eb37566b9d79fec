package io.pipedeck.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.db.JsonText;
import io.pipedeck.db.Tx;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The SQL of a job's life: each method is one transition, decided by the row's state and the
 * database's clock. A method that returns nothing for a job did not change it.
 */
public final class JobStore {
  private static final String RETURNING = " RETURNING " + JobRows.COLUMNS;

  /** Adds a job; a job of that id that is there already stays as it is. */
  public Optional<Job> insert(Tx tx, NewJob job) {
    return JobInserts.insert(tx, List.of(job)).getFirst();
  }

  /** The job of this id. */
  public Optional<Job> find(Tx tx, UUID id) {
    return tx.first(
        "SELECT " + JobRows.COLUMNS + " FROM pipeline_jobs j WHERE j.id = ?", JobRows::job, id);
  }

  /** The job of this id, which nobody else changes until the transaction ends. */
  Optional<Job> lock(Tx tx, UUID id) {
    return tx.first(
        "SELECT " + JobRows.COLUMNS + " FROM pipeline_jobs j WHERE j.id = ? FOR UPDATE",
        JobRows::job,
        id);
  }

  /** The jobs of these ids that exist, in no order. */
  public List<Job> find(Tx tx, Collection<UUID> ids) {
    return tx.query(
        "SELECT " + JobRows.COLUMNS + " FROM pipeline_jobs j WHERE j.id = ANY(?)",
        JobRows::job,
        (Object) ids.toArray(UUID[]::new));
  }

  /**
   * Takes these jobs for one worker: those that are queued, or scheduled and due within the next
   * second. Rows held by others are skipped, not waited for.
   */
  public List<Claim> claim(Tx tx, Collection<UUID> ids, String worker, Duration lease) {
    return JobClaims.claim(
        tx, ids.stream().map(id -> new JobClaims.Wish(id, worker)).toList(), lease);
  }

  /** Ends an attempt well; empty if the claim had moved on, and then nothing is written. */
  public Optional<Job> finish(Tx tx, Claim claim, @Nullable JsonNode result) {
    return end(tx, Ending.finished(claim, result));
  }

  /** Ends an attempt badly and for good; empty if the claim had moved on. */
  public Optional<Job> fail(Tx tx, Claim claim, ErrorCode code, String error) {
    return end(tx, Ending.failed(claim, code, error));
  }

  /** Ends an attempt badly, with another one after the pause; empty if the claim had moved on. */
  public Optional<Job> retryLater(
      Tx tx, Claim claim, Duration pause, ErrorCode code, String error) {
    return end(tx, Ending.retry(claim, pause, code, error));
  }

  /**
   * Gives a claimed job back unharmed: queued again, the attempt not counted; empty if the claim
   * had moved on.
   */
  public Optional<Job> giveBack(Tx tx, Claim claim) {
    return end(tx, Ending.givenBack(claim));
  }

  private static Optional<Job> end(Tx tx, Ending ending) {
    return JobEndings.end(tx, List.of(ending)).getFirst();
  }

  /**
   * Adds what an attempt learned about its document to the payload; nothing if the claim had moved
   * on.
   */
  public void describe(Tx tx, Claim claim, JsonNode members) {
    tx.update(
        """
        UPDATE pipeline_jobs SET payload = coalesce(payload, '{}') || ?::jsonb, rev = rev + 1
        WHERE id = ? AND claim_id = ?
        """,
        JsonText.of(members),
        claim.job().id(),
        claim.claimId());
  }

  /** Cancels a job that is in this status still; empty if it isn't. */
  public Optional<Job> cancel(Tx tx, UUID id, JobStatus seen) {
    tx.update(
        """
        INSERT INTO job_attempts (claim_id, job_id, attempt, worker, started_at, ended_at, outcome)
        SELECT claim_id, id, attempt, worker, started_at, now(), 'canceled' FROM pipeline_jobs
        WHERE id = ? AND status = 'running' AND status = ? AND runner = 'native' FOR UPDATE
        """,
        id,
        seen.wireName());
    return tx.first(
        """
        UPDATE pipeline_jobs j
        SET status = 'canceled', finished_at = now(), secret = NULL, progress = NULL, rev = j.rev + 1,
            claim_id = NULL, worker = NULL, lease_until = NULL
        WHERE j.id = ? AND j.status = ? AND j.runner = 'native'
        """
            + RETURNING,
        JobRows::job,
        id,
        seen.wireName());
  }

  /**
   * Puts a job that ended in this status back on its queue with one more attempt granted; empty if
   * it isn't there.
   *
   * @param secret the document's password, encrypted; null for none
   */
  public Optional<Job> requeue(Tx tx, UUID id, JobStatus seen, @Nullable String secret) {
    return tx.first(
        """
        UPDATE pipeline_jobs j
        SET status = 'queued', run_at = now(), started_at = NULL, finished_at = NULL, result = NULL, error = NULL,
            error_code = NULL, secret = ?, losses = 0, max_attempts = greatest(j.max_attempts, j.attempt + 1), rev = j.rev + 1
        WHERE j.id = ? AND j.status = ? AND j.runner = 'native'
        """
            + RETURNING,
        JobRows::job,
        secret,
        id,
        seen.wireName());
  }

  /** The same without a password. */
  public Optional<Job> requeue(Tx tx, UUID id, JobStatus seen) {
    return requeue(tx, id, seen, null);
  }

  /** Queues scheduled jobs that are due, at most {@code limit}. */
  public List<Job> queueDue(Tx tx, int limit) {
    return tx.query(
        """
        WITH due AS MATERIALIZED (
          SELECT id FROM pipeline_jobs
          WHERE runner = 'native' AND status = 'scheduled' AND run_at <= now()
          ORDER BY run_at LIMIT ? FOR UPDATE SKIP LOCKED)
        UPDATE pipeline_jobs j SET status = 'queued', rev = j.rev + 1 FROM due WHERE j.id = due.id
        """
            + RETURNING,
        JobRows::job,
        limit);
  }

  /**
   * The encrypted password of a running job's document, if the claim still holds and there is one.
   */
  public Optional<String> secret(Tx tx, Claim claim) {
    return ForgottenClaims.under(tx, claim, () -> secretUnder(tx, claim))
        .flatMap(Secret::encrypted);
  }

  /** What a row says; not to be mixed up with no row. */
  private record Secret(Optional<String> encrypted) {}

  private static Optional<Secret> secretUnder(Tx tx, Claim claim) {
    return tx.first(
        "SELECT secret FROM pipeline_jobs WHERE id = ? AND claim_id = ?",
        row -> new Secret(Optional.ofNullable(row.text("secret"))),
        claim.job().id(),
        claim.claimId());
  }

  /**
   * Whether the claim holds; locks the row until the transaction ends, so that nothing takes it
   * away meanwhile.
   */
  public boolean lockClaim(Tx tx, Claim claim) {
    return tx.first(
                "SELECT id FROM pipeline_jobs WHERE id = ? AND claim_id = ? FOR UPDATE",
                row -> row.requiredUuid("id"),
                claim.job().id(),
                claim.claimId())
            .isPresent()
        || ForgottenClaims.tookAgain(tx, claim);
  }
}
