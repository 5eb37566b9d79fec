package io.pipedeck.reconcile;

import io.pipedeck.db.Database;
import java.time.Duration;

/**
 * Who leads: a row with holder, end and epoch on the database's time. (An advisory lock would break
 * behind a pooler that hands out connections by transaction.)
 */
final class Leader {
  private static final Duration TERM = Duration.ofSeconds(15);
  private static final Duration RENEW_EVERY = Duration.ofSeconds(5);

  private final Database database;
  private final String self;
  private boolean leading;
  private long askedNanos;

  Leader(Database database, String self) {
    this.database = database;
    this.self = self;
    this.askedNanos = System.nanoTime() - RENEW_EVERY.toNanos();
  }

  /** Whether this process leads now; asks the database every few seconds. */
  boolean leads() {
    if (System.nanoTime() - askedNanos < RENEW_EVERY.toNanos()) {
      return leading;
    }
    leading = false;
    leading =
        database.inTransaction(
            tx ->
                tx.first(
                        """
                        INSERT INTO leader AS l (holder, until, epoch)
                        VALUES (?, now() + ? * interval '1 millisecond', 1)
                        ON CONFLICT (only_row) DO UPDATE
                        SET holder = excluded.holder, until = excluded.until,
                            epoch = l.epoch + CASE WHEN l.holder = excluded.holder THEN 0 ELSE 1 END
                        WHERE l.holder = excluded.holder OR l.until < now()
                        RETURNING l.epoch
                        """,
                        row -> row.requiredLong("epoch"),
                        self,
                        TERM.toMillis())
                    .isPresent());
    askedNanos = System.nanoTime();
    return leading;
  }

  /** Lets another process lead at once. */
  void resign() {
    if (leading) {
      leading = false;
      database.run(tx -> tx.update("UPDATE leader SET until = now() WHERE holder = ?", self));
    }
  }
}
