package io.pipedeck.job;

import io.pipedeck.db.Tx;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which job a sender's key stands for: the same key in the same realm gives the first one again.
 */
final class IdempotencyKeys {
  private IdempotencyKeys() {}

  /**
   * Takes the key for a job, waiting for others who take it now.
   *
   * @return empty if the key is this job's; else the job that it stands for already
   */
  static Optional<UUID> take(Tx tx, @Nullable String realm, String key, UUID jobId) {
    int taken =
        tx.update(
            "INSERT INTO idempotency_keys (realm, key, job_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            realm,
            key,
            jobId);
    return taken == 1 ? Optional.empty() : find(tx, realm, key);
  }

  /** The job that the key stands for; it may have been deleted meanwhile. */
  static Optional<UUID> find(Tx tx, @Nullable String realm, String key) {
    return tx.first(
        "SELECT job_id FROM idempotency_keys WHERE realm IS NOT DISTINCT FROM ? AND key = ?",
        row -> row.requiredUuid("job_id"),
        realm,
        key);
  }

  /**
   * Lets the key of a job that is gone stand for another one.
   *
   * @return false if somebody else did that meanwhile
   */
  static boolean move(Tx tx, @Nullable String realm, String key, UUID from, UUID to) {
    return tx.update(
            """
            UPDATE idempotency_keys SET job_id = ?, created_at = now()
            WHERE realm IS NOT DISTINCT FROM ? AND key = ? AND job_id = ?
            """,
            to,
            realm,
            key,
            from)
        == 1;
  }
}
