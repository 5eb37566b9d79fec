package io.pipedeck.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView.Progress;
import io.pipedeck.db.JsonText;
import io.pipedeck.db.Tx;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The SQL of a job's life: each method is one transition, decided by the row's state and the
 * database's clock. A method that returns nothing for a job did not change it.
 */
public final class JobStore {
  private static final String RETURNING = " RETURNING " + JobRows.COLUMNS;

  /** The bookkeeping of whoever held the job, cleared when nobody does. */
  private static final String NOBODY_HOLDS = ", claim_id = NULL, worker = NULL, lease_until = NULL";

  /** Adds a job; a job of that id that is there already stays as it is. */
  public Optional<Job> insert(Tx tx, NewJob job) {
    return tx.first(
        """
        INSERT INTO pipeline_jobs AS j (id, rq_job_id, realm, queue, status, payload, runner, function, max_attempts,
            run_at, batch_id, sha256, options, secret, rev)
        SELECT v.id, v.id::text, v.realm, v.queue,
            CASE WHEN v.run_at > now() THEN 'scheduled' ELSE 'queued' END,
            v.payload, 'native', v.function, v.max_attempts, coalesce(v.run_at, now()), v.batch_id, v.sha256,
            v.options, v.secret, 1
        FROM (SELECT ?::uuid AS id, ?::text AS realm, ?::text AS queue, ?::jsonb AS payload, ?::text AS function,
            ?::int AS max_attempts, ?::timestamptz AS run_at, ?::uuid AS batch_id, ?::text AS sha256,
            ?::jsonb AS options, ?::text AS secret) v
        ON CONFLICT (id) DO NOTHING
        """
            + RETURNING,
        JobRows::job,
        job.id(),
        job.realm(),
        job.queue(),
        JsonText.of(job.payload()),
        job.function(),
        job.maxAttempts(),
        job.runAt(),
        job.batchId(),
        job.sha256(),
        JsonText.of(job.options()),
        job.secret());
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
    List<Job> jobs =
        tx.query(
            """
            WITH due AS MATERIALIZED (
              SELECT id FROM pipeline_jobs
              WHERE id = ANY(?) AND runner = 'native'
                AND (status = 'queued' OR (status = 'scheduled' AND run_at <= now() + interval '1 second'))
              ORDER BY id FOR UPDATE SKIP LOCKED)
            UPDATE pipeline_jobs j
            SET status = 'running', claim_id = gen_random_uuid(), worker = ?, attempt = j.attempt + 1,
                lease_until = now() + ? * interval '1 millisecond', started_at = now(), rev = j.rev + 1,
                error = NULL, error_code = NULL, progress = NULL
            FROM due WHERE j.id = due.id
            """
                + RETURNING,
            JobRows::job,
            ids.toArray(UUID[]::new),
            worker,
            lease.toMillis());
    List<Claim> claims = jobs.stream().map(JobStore::claimOf).toList();
    tx.batch(
        """
        INSERT INTO job_attempts (claim_id, job_id, attempt, worker, started_at) VALUES (?, ?, ?, ?, now())
        """,
        claims.stream()
            .map(
                claim ->
                    new @Nullable Object[] {
                      claim.claimId(), claim.job().id(), claim.job().attempt(), worker
                    })
            .toList());
    return claims;
  }

  private static Claim claimOf(Job job) {
    if (job.claimId() == null) {
      throw new IllegalStateException("claimed without a claim id: " + job.id());
    }
    return new Claim(job.claimId(), job);
  }

  /** Ends an attempt well; empty if the claim had moved on, and then nothing is written. */
  public Optional<Job> finish(Tx tx, Claim claim, @Nullable JsonNode result) {
    Optional<Job> finished =
        tx.first(
            """
            UPDATE pipeline_jobs j
            SET status = 'finished', finished_at = now(), result = ?::jsonb, secret = NULL, progress = NULL,
                rev = j.rev + 1"""
                + NOBODY_HOLDS
                + " WHERE j.id = ? AND j.claim_id = ?"
                + RETURNING,
            JobRows::job,
            JsonText.of(result),
            claim.job().id(),
            claim.claimId());
    finished.ifPresent(_ -> endAttempt(tx, claim, "finished", null, null));
    return finished;
  }

  /** Ends an attempt badly and for good; empty if the claim had moved on. */
  public Optional<Job> fail(Tx tx, Claim claim, ErrorCode code, String error) {
    Optional<Job> failed =
        tx.first(
            """
            UPDATE pipeline_jobs j
            SET status = 'failed', finished_at = now(), error = ?, error_code = ?, secret = NULL, progress = NULL,
                rev = j.rev + 1"""
                + NOBODY_HOLDS
                + " WHERE j.id = ? AND j.claim_id = ?"
                + RETURNING,
            JobRows::job,
            error,
            code.wireName(),
            claim.job().id(),
            claim.claimId());
    failed.ifPresent(_ -> endAttempt(tx, claim, "failed", code, error));
    return failed;
  }

  /** Ends an attempt badly, with another one after the pause; empty if the claim had moved on. */
  public Optional<Job> retryLater(
      Tx tx, Claim claim, Duration pause, ErrorCode code, String error) {
    Optional<Job> scheduled =
        tx.first(
            """
            UPDATE pipeline_jobs j
            SET status = 'scheduled', run_at = now() + ? * interval '1 millisecond', error = ?, error_code = ?,
                progress = NULL, rev = j.rev + 1"""
                + NOBODY_HOLDS
                + " WHERE j.id = ? AND j.claim_id = ?"
                + RETURNING,
            JobRows::job,
            pause.toMillis(),
            error,
            code.wireName(),
            claim.job().id(),
            claim.claimId());
    scheduled.ifPresent(_ -> endAttempt(tx, claim, "retry", code, error));
    return scheduled;
  }

  /**
   * Gives a claimed job back unharmed: queued again, the attempt not counted; empty if the claim
   * had moved on.
   */
  public Optional<Job> giveBack(Tx tx, Claim claim) {
    Optional<Job> queued =
        tx.first(
            """
            UPDATE pipeline_jobs j
            SET status = 'queued', attempt = j.attempt - 1, started_at = NULL, progress = NULL, rev = j.rev + 1"""
                + NOBODY_HOLDS
                + " WHERE j.id = ? AND j.claim_id = ?"
                + RETURNING,
            JobRows::job,
            claim.job().id(),
            claim.claimId());
    queued.ifPresent(_ -> endAttempt(tx, claim, "given_back", null, null));
    return queued;
  }

  /** Writes how far an attempt is; empty if the claim had moved on. */
  public Optional<Job> progress(Tx tx, Claim claim, Progress progress) {
    return tx.first(
        "UPDATE pipeline_jobs j SET progress = ?::jsonb, rev = j.rev + 1 WHERE j.id = ? AND j.claim_id = ?"
            + RETURNING,
        JobRows::job,
        JsonText.of(progress),
        claim.job().id(),
        claim.claimId());
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

  /**
   * Renews the leases of a worker's claims.
   *
   * @return those that still hold; an attempt whose claim is missing must stop and write nothing
   *     more
   */
  public Set<UUID> renew(Tx tx, Collection<UUID> claimIds, Duration lease) {
    return Set.copyOf(
        tx.query(
            """
            WITH mine AS MATERIALIZED (
              SELECT id FROM pipeline_jobs WHERE claim_id = ANY(?) AND runner = 'native' AND status = 'running'
              ORDER BY id FOR UPDATE)
            UPDATE pipeline_jobs j SET lease_until = now() + ? * interval '1 millisecond'
            FROM mine WHERE j.id = mine.id RETURNING j.claim_id
            """,
            row -> row.requiredUuid("claim_id"),
            claimIds.toArray(UUID[]::new),
            lease.toMillis()));
  }

  /** Which of these claims still hold. */
  public Set<UUID> holding(Tx tx, Collection<UUID> jobIds) {
    return tx
        .query(
            "SELECT claim_id FROM pipeline_jobs WHERE id = ANY(?) AND status = 'running' AND claim_id IS NOT NULL",
            row -> row.requiredUuid("claim_id"),
            (Object) jobIds.toArray(UUID[]::new))
        .stream()
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Cancels a job that is in this status still; empty if it isn't. */
  public Optional<Job> cancel(Tx tx, UUID id, JobStatus seen) {
    Optional<Job> canceled =
        tx.first(
            """
            UPDATE pipeline_jobs j
            SET status = 'canceled', finished_at = now(), secret = NULL, progress = NULL, rev = j.rev + 1"""
                + NOBODY_HOLDS
                + " WHERE j.id = ? AND j.status = ? AND j.runner = 'native'"
                + RETURNING,
            JobRows::job,
            id,
            seen.wireName());
    canceled.ifPresent(
        _ ->
            tx.update(
                "UPDATE job_attempts SET outcome = 'canceled', ended_at = now() WHERE job_id = ? AND outcome = 'running'",
                id));
    return canceled;
  }

  /**
   * Puts a job that ended in this status back on its queue with one more attempt granted; empty if
   * it isn't there.
   */
  public Optional<Job> requeue(Tx tx, UUID id, JobStatus seen) {
    return tx.first(
        """
        UPDATE pipeline_jobs j
        SET status = 'queued', run_at = now(), started_at = NULL, finished_at = NULL, result = NULL, error = NULL,
            error_code = NULL, max_attempts = greatest(j.max_attempts, j.attempt + 1), rev = j.rev + 1
        WHERE j.id = ? AND j.status = ? AND j.runner = 'native'
        """
            + RETURNING,
        JobRows::job,
        id,
        seen.wireName());
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
   * Takes jobs away from workers whose lease ran out: queued again, or failed where no attempt is
   * left. The attempt counts, as {@code worker_lost}.
   */
  public List<Job> rescueExpired(Tx tx, int limit) {
    return tx.query(
        """
        WITH lost AS MATERIALIZED (
          SELECT id, claim_id, worker FROM pipeline_jobs
          WHERE runner = 'native' AND status = 'running' AND lease_until < now()
          ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED),
        ended AS (
          UPDATE job_attempts a
          SET outcome = 'worker_lost', ended_at = now(), error_code = 'worker_lost',
              error = 'Worker ' || lost.worker || ' gave no sign of life until its lease ran out.'
          FROM lost WHERE a.claim_id = lost.claim_id)
        UPDATE pipeline_jobs j
        SET status = CASE WHEN j.attempt < j.max_attempts THEN 'queued' ELSE 'failed' END,
            finished_at = CASE WHEN j.attempt < j.max_attempts THEN NULL ELSE now() END,
            secret = CASE WHEN j.attempt < j.max_attempts THEN j.secret END,
            error_code = 'worker_lost',
            error = 'Worker ' || lost.worker || ' was lost while it ran this job.',
            started_at = CASE WHEN j.attempt < j.max_attempts THEN NULL ELSE j.started_at END,
            losses = j.losses + 1, run_at = now(), progress = NULL, rev = j.rev + 1,
            claim_id = NULL, worker = NULL, lease_until = NULL
        FROM lost WHERE j.id = lost.id
        """
            + RETURNING,
        JobRows::job,
        limit);
  }

  /** The ids of the queued jobs of ours on a queue, in the order in which they should start. */
  public List<UUID> oldestQueued(Tx tx, String queue, int limit) {
    return tx.query(
        """
        SELECT id FROM pipeline_jobs
        WHERE runner = 'native' AND status = 'queued' AND queue = ?
        ORDER BY run_at, id LIMIT ?
        """,
        row -> row.requiredUuid("id"),
        queue,
        limit);
  }

  /** Those of these jobs that are queued, in the order in which they should start. */
  public List<Job> stillQueued(Tx tx, Collection<UUID> ids) {
    return tx.query(
        "SELECT "
            + JobRows.COLUMNS
            + """
             FROM pipeline_jobs j
            WHERE j.id = ANY(?) AND j.runner = 'native' AND j.status = 'queued'
            ORDER BY j.run_at, j.id
            """,
        JobRows::job,
        (Object) ids.toArray(UUID[]::new));
  }

  /** The names of the queues on which jobs of ours wait. */
  public List<String> waitingQueues(Tx tx) {
    return tx.query(
        """
        WITH RECURSIVE q AS (
          (SELECT queue FROM pipeline_jobs WHERE runner = 'native' AND status IN ('queued', 'scheduled')
           ORDER BY queue LIMIT 1)
          UNION ALL
          SELECT (SELECT queue FROM pipeline_jobs
                  WHERE runner = 'native' AND status IN ('queued', 'scheduled') AND queue > q.queue
                  ORDER BY queue LIMIT 1)
          FROM q WHERE q.queue IS NOT NULL)
        SELECT queue FROM q WHERE queue IS NOT NULL
        """,
        row -> row.requiredText("queue"));
  }

  /** How many queued jobs of the queue are before this one, counted to {@code limit} at most. */
  public int queuedBefore(Tx tx, Job job, int limit) {
    return tx.query(
            """
            SELECT count(*) AS n FROM (
              SELECT FROM pipeline_jobs
              WHERE runner = 'native' AND status = 'queued' AND queue = ? AND (run_at, id) < (?, ?) LIMIT ?) before
            """,
            row -> Math.toIntExact(row.requiredLong("n")),
            job.queue(),
            job.runAt(),
            job.id(),
            limit)
        .getFirst();
  }

  /**
   * The encrypted password of a running job's document, if the claim still holds and there is one.
   */
  public Optional<String> secret(Tx tx, Claim claim) {
    return tx.first(
        "SELECT secret FROM pipeline_jobs WHERE id = ? AND claim_id = ? AND secret IS NOT NULL",
        row -> row.requiredText("secret"),
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
        .isPresent();
  }

  private static void endAttempt(
      Tx tx, Claim claim, String outcome, @Nullable ErrorCode code, @Nullable String error) {
    tx.update(
        "UPDATE job_attempts SET outcome = ?, ended_at = now(), error_code = ?, error = ? WHERE claim_id = ?",
        outcome,
        code == null ? null : code.wireName(),
        error,
        claim.claimId());
  }
}
