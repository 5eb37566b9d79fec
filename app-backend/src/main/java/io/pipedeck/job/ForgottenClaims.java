package io.pipedeck.job;

import io.pipedeck.db.Tx;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Claims that PostgreSQL gave and does not know any more. A claim is committed but not waited for
 * on its way to the disk; a server that dies within the next half second has forgotten it when it
 * is back. The row is then as it was before, and as long as nothing else has happened to it, which
 * its revision says, the worker that runs the job takes it again under the same claim. Everything
 * that is written under a claim is waited for, and so is the claim then: only claims under which
 * nothing was written can be forgotten.
 */
final class ForgottenClaims {
  /** Until the worker's next sign of life; see {@link JobClaims#renew}. */
  private static final int LEASE_SECONDS = 15;

  private ForgottenClaims() {}

  /**
   * Takes those again that were forgotten; the others have moved on, and stay as they are.
   *
   * @return the claims that hold again
   */
  static Set<UUID> takeAgain(Tx tx, Collection<Claim> claims) {
    if (claims.isEmpty()) {
      return Set.of();
    }
    List<Job> jobs = claims.stream().map(Claim::job).toList();
    UUID[] ids = jobs.stream().map(Job::id).toArray(UUID[]::new);
    return new HashSet<>(
        tx.query(
            """
            WITH given AS (
              SELECT * FROM unnest(?::uuid[], ?::uuid[], ?::text[], ?::int[], ?::timestamptz[], ?::bigint[])
                AS g (id, claim_id, worker, attempt, started_at, rev)),
            forgotten AS MATERIALIZED (
              SELECT g.* FROM pipeline_jobs j JOIN given g USING (id)
              WHERE j.id = ANY (?) AND j.runner = 'native' AND j.status IN ('queued', 'scheduled')
                AND j.claim_id IS NULL AND j.rev = g.rev - 1 AND j.attempt = g.attempt - 1
              ORDER BY j.id FOR UPDATE OF j)
            UPDATE pipeline_jobs j
            SET status = 'running', claim_id = f.claim_id, worker = f.worker, attempt = f.attempt,
                lease_until = now() + ? * interval '1 second', started_at = f.started_at, rev = f.rev,
                error = NULL, error_code = NULL
            FROM forgotten f WHERE j.id = f.id
            RETURNING j.claim_id
            """,
            row -> row.requiredUuid("claim_id"),
            ids,
            claims.stream().map(Claim::claimId).toArray(UUID[]::new),
            jobs.stream().map(Job::worker).toArray(String[]::new),
            jobs.stream().map(Job::attempt).toArray(Integer[]::new),
            jobs.stream().map(Job::startedAt).toArray(Instant[]::new),
            jobs.stream().map(Job::rev).toArray(Long[]::new),
            ids,
            LEASE_SECONDS));
  }

  /** Does what is done under a claim, and if it is not there but was forgotten, once more. */
  static <T> Optional<T> under(Tx tx, Claim claim, Supplier<Optional<T>> work) {
    Optional<T> done = work.get();
    return done.isEmpty() && tookAgain(tx, claim) ? work.get() : done;
  }

  /** Whether this one was forgotten and holds again. */
  static boolean tookAgain(Tx tx, Claim claim) {
    return !takeAgain(tx, List.of(claim)).isEmpty();
  }
}
