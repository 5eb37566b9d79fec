package io.pipedeck.job;

import io.pipedeck.api.JobView.Attempt;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.db.Tx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL of taking jobs and holding them. */
final class JobClaims {
  /** What a job must be to be taken. A scheduled one may start within the second: so does RQ's. */
  private static final String MAY_START =
      """
      j.runner = 'native'
      AND (j.status = 'queued' OR j.status = 'scheduled' AND j.run_at <= now() + interval '1 second')
      """;

  private static final String NOT_LOST_TWICE = " AND j.losses < 2 ";

  private static final String LOST_TWICE_BUT_ALONE =
      """
       AND j.losses >= 2 AND NOT EXISTS (
        SELECT FROM pipeline_jobs r WHERE r.runner = 'native' AND r.losses >= 2
          AND r.status IN ('queued', 'running') AND r.status = 'running')
      """;

  /** Whoever holds it decides alone which job of the quarantine runs; any number would do. */
  private static final long QUARANTINE_LOCK = 0x7069_7065_7175_6172L;

  private static final String SET_RUNNING =
      """
      UPDATE pipeline_jobs j
      SET status = 'running', claim_id = t.claim_id, worker = t.worker, attempt = j.attempt + 1,
          lease_until = now() + ? * interval '1 millisecond', started_at = now(), rev = j.rev + 1,
          error = NULL, error_code = NULL
      FROM taken t WHERE j.id = t.id
      """;

  /**
   * Set before the first row is looked at, for this transaction alone. The claim is not waited for
   * on its way to the disk: {@link ForgottenClaims}.
   */
  private static final String SETTINGS =
      "set_config('lock_timeout', '50', true) || set_config('synchronous_commit', 'off', true) AS settings";

  private JobClaims() {}

  /** A job that a worker wants. */
  record Wish(UUID id, String worker) {}

  /**
   * Takes these jobs, each for its worker: those that wait. Rows held by others are skipped, not
   * waited for. Of the jobs that their workers did not survive twice, one at a time runs.
   */
  static List<Claim> claim(Tx tx, List<Wish> wishes, Duration lease) {
    List<Claim> claims = new ArrayList<>(take(tx, wishes, NOT_LOST_TWICE, lease));
    if (claims.size() < wishes.size()) {
      claims.addAll(claimOfQuarantine(tx, wishes, lease));
    }
    return claims;
  }

  /**
   * The same in one statement and without looking first which rows others hold; none of the
   * quarantine. Fails with {@link DatabaseException#lockNotAvailable} where a row is held for
   * longer than a moment.
   */
  static List<Claim> claimUnheld(Tx tx, List<Wish> wishes, Duration lease) {
    List<Job> jobs =
        wishes.size() == 1 ? claimOne(tx, wishes.getFirst(), lease) : claimMany(tx, wishes, lease);
    return jobs.stream().map(JobClaims::claimOf).toList();
  }

  private static List<Job> claimMany(Tx tx, List<Wish> wishes, Duration lease) {
    // The scan of the primary key sorts the ids first: two batches lock their rows in one order.
    UUID[] ids = wishes.stream().map(Wish::id).toArray(UUID[]::new);
    return tx.query(
        """
        WITH settings AS MATERIALIZED (SELECT
        """
            + SETTINGS
            + """
        ),
        taken AS MATERIALIZED (
          SELECT w.* FROM settings s, unnest(?::uuid[], ?::text[], ?::uuid[]) AS w (id, worker, claim_id)
          WHERE s.settings IS NOT NULL)
        """
            + SET_RUNNING
            + " AND j.id = ANY (?) AND "
            + MAY_START
            + NOT_LOST_TWICE
            + " RETURNING "
            + JobRows.COLUMNS,
        JobRows::job,
        ids,
        wishes.stream().map(Wish::worker).toArray(String[]::new),
        claimIds(ids.length),
        lease.toMillis(),
        ids);
  }

  /** Its plan is kept, other than that of {@link #claimMany}: see {@link JobEndings}. */
  private static List<Job> claimOne(Tx tx, Wish wish, Duration lease) {
    return tx.query(
        """
        WITH taken AS MATERIALIZED (
          SELECT ?::uuid AS id, ?::text AS worker, ?::uuid AS claim_id,
        """
            + SETTINGS
            + ") "
            + SET_RUNNING
            + " AND t.settings IS NOT NULL AND j.id = ? AND "
            + MAY_START
            + NOT_LOST_TWICE
            + " RETURNING "
            + JobRows.COLUMNS,
        JobRows::job,
        wish.id(),
        wish.worker(),
        Ids.next(),
        lease.toMillis(),
        wish.id());
  }

  /**
   * Takes of these jobs the next of the quarantine, if none of it runs. One at a time looks: the
   * statement that takes it began after the lock.
   */
  static List<Claim> claimOfQuarantine(Tx tx, List<Wish> wishes, Duration lease) {
    List<UUID> next =
        tx.query(
            "SELECT j.id FROM pipeline_jobs j WHERE j.id = ANY (?) AND "
                + MAY_START
                + LOST_TWICE_BUT_ALONE
                + " ORDER BY j.run_at, j.id LIMIT 1",
            row -> row.requiredUuid("id"),
            (Object) wishes.stream().map(Wish::id).toArray(UUID[]::new));
    if (next.isEmpty()) {
      return List.of();
    }
    tx.query("SELECT pg_advisory_xact_lock(?)", _ -> true, QUARANTINE_LOCK);
    List<Wish> wish = wishes.stream().filter(one -> one.id().equals(next.getFirst())).toList();
    return take(tx, wish.subList(0, 1), LOST_TWICE_BUT_ALONE, lease);
  }

  private static List<Claim> take(Tx tx, List<Wish> wishes, String which, Duration lease) {
    UUID[] ids = wishes.stream().map(Wish::id).toArray(UUID[]::new);
    return tx
        .query(
            """
            WITH wished AS (
              SELECT * FROM unnest(?::uuid[], ?::text[], ?::uuid[]) AS w (id, worker, claim_id)),
            due AS MATERIALIZED (
              SELECT j.id FROM pipeline_jobs j WHERE j.id = ANY (?) AND
            """
                + MAY_START
                + which
                + """
              ORDER BY j.id FOR UPDATE SKIP LOCKED),
            taken AS (SELECT id, worker, claim_id FROM due JOIN wished USING (id))
            """
                + SET_RUNNING
                + " RETURNING "
                + JobRows.COLUMNS,
            JobRows::job,
            ids,
            wishes.stream().map(Wish::worker).toArray(String[]::new),
            claimIds(ids.length),
            ids,
            lease.toMillis())
        .stream()
        .map(JobClaims::claimOf)
        .toList();
  }

  private static UUID[] claimIds(int count) {
    var ids = new UUID[count];
    for (int i = 0; i < count; i++) {
      ids[i] = Ids.next();
    }
    return ids;
  }

  private static Claim claimOf(Job job) {
    UUID claimId = job.claimId();
    if (claimId == null) {
      throw new IllegalStateException("claimed without a claim id: " + job.id());
    }
    return new Claim(claimId, job);
  }

  /**
   * Renews the leases of a worker's claims.
   *
   * @return those that still hold
   */
  static Set<UUID> renew(Tx tx, Collection<Claim> claims, Duration lease) {
    return withForgotten(
        tx,
        claims,
        tx.query(
            """
            WITH mine AS MATERIALIZED (
              SELECT id FROM pipeline_jobs
              WHERE id = ANY (?) AND claim_id = ANY (?) AND runner = 'native' AND status = 'running'
              ORDER BY id FOR UPDATE)
            UPDATE pipeline_jobs j SET lease_until = now() + ? * interval '1 millisecond'
            FROM mine WHERE j.id = mine.id RETURNING j.claim_id
            """,
            row -> row.requiredUuid("claim_id"),
            claims.stream().map(claim -> claim.job().id()).toArray(UUID[]::new),
            claims.stream().map(Claim::claimId).toArray(UUID[]::new),
            lease.toMillis()));
  }

  /** Which of these claims still hold. */
  static Set<UUID> holding(Tx tx, Collection<Claim> claims) {
    return withForgotten(
        tx,
        claims,
        tx.query(
            "SELECT claim_id FROM pipeline_jobs WHERE id = ANY (?) AND status = 'running' AND claim_id IS NOT NULL",
            row -> row.requiredUuid("claim_id"),
            (Object) claims.stream().map(claim -> claim.job().id()).toArray(UUID[]::new)));
  }

  private static Set<UUID> withForgotten(Tx tx, Collection<Claim> claims, List<UUID> held) {
    Set<UUID> holding = new HashSet<>(held);
    List<Claim> missing =
        claims.stream().filter(claim -> !holding.contains(claim.claimId())).toList();
    holding.addAll(ForgottenClaims.takeAgain(tx, missing));
    return holding;
  }

  /** The attempt that a running job is in, to be told among those that have ended. */
  static @Nullable Attempt runningAttempt(Job job) {
    return job.claimId() == null || job.worker() == null || job.startedAt() == null
        ? null
        : new Attempt(job.attempt(), job.worker(), job.startedAt(), null, "running", null, null);
  }
}
