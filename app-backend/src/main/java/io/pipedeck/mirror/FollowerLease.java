package io.pipedeck.mirror;

import io.pipedeck.db.Database;
import io.pipedeck.mirror.Feed.Lag;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which process follows: a row with holder, end and epoch on the database's time, as of the
 * reconciler's leader. The holder reports with each renewal how far the mirror is. For one thread.
 */
final class FollowerLease {
  static final Duration RENEW_EVERY = Duration.ofSeconds(2);
  private static final Duration LENGTH = Duration.ofSeconds(8);

  private final Database database;
  private final String self;
  private long epoch;
  private long askedNanos = System.nanoTime() - RENEW_EVERY.toNanos();

  /**
   * @param self identity of this process
   */
  FollowerLease(Database database, String self) {
    this.database = database;
    this.self = self;
  }

  /** What is told to the other nodes. */
  record Report(MirrorStatus.State state, Lag lag, @Nullable String detail) {}

  /** Whether it is time to renew. */
  boolean isDue() {
    return epoch == 0 || System.nanoTime() - askedNanos >= RENEW_EVERY.toNanos();
  }

  /**
   * Takes or renews the lease.
   *
   * @return its epoch, 0 if another process holds it; a new epoch means that somebody else may have
   *     held it in between
   */
  long renew(Report report) {
    epoch = 0;
    epoch =
        database
            .inTransaction(
                tx ->
                    tx.first(
                        """
                        UPDATE mirror_feed
                        SET epoch = epoch + CASE WHEN holder = ? AND until >= now() THEN 0 ELSE 1 END,
                            holder = ?, until = now() + ? * interval '1 millisecond', state = ?, lag_rows = ?,
                            lag_seconds = ?, detail = ?, reported_at = now()
                        WHERE holder = ? OR until < now()
                        RETURNING epoch
                        """,
                        row -> row.requiredLong("epoch"),
                        self,
                        self,
                        LENGTH.toMillis(),
                        report.state().wireName(),
                        report.lag().rows(),
                        report.lag().seconds(),
                        report.detail(),
                        self))
            .orElse(0L);
    askedNanos = System.nanoTime();
    return epoch;
  }

  /** Lets another process follow at once. */
  void resign() {
    if (epoch != 0) {
      epoch = 0;
      database.run(tx -> tx.update("UPDATE mirror_feed SET until = now() WHERE holder = ?", self));
    }
  }
}
