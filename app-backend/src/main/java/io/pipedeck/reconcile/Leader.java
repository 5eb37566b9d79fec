package io.pipedeck.reconcile;

import io.pipedeck.db.Database;
import java.time.Duration;

/**
 * Who leads: a row with holder, end and epoch on the database's time. (An advisory lock would break
 * behind a pooler that hands out connections by transaction.)
 */
final class Leader {
  private final Database database;
  private final String self;
  private final Term term;
  private boolean leading;
  private long askedNanos;

  /** How long leadership lasts without renewal, and how often it is asked for. */
  record Term(Duration length, Duration renewEvery) {
    static final Term NORMAL = new Term(Duration.ofSeconds(15), Duration.ofSeconds(5));
  }

  Leader(Database database, String self, Term term) {
    this.database = database;
    this.self = self;
    this.term = term;
    this.askedNanos = System.nanoTime() - term.renewEvery().toNanos();
  }

  /** Whether this process leads now; asks the database every few seconds. */
  boolean leads() {
    if (System.nanoTime() - askedNanos < term.renewEvery().toNanos()) {
      return leading;
    }
    leading = false;
    leading =
        database.inStatement(
            tx ->
                tx.first(
                        """
                        INSERT INTO leader AS l (holder, until, epoch)
                        VALUES (?, now() + ? * interval '1 millisecond', 1)
                        ON CONFLICT (only_row) DO UPDATE
                        SET holder = excluded.holder, until = excluded.until,
                            since = CASE WHEN l.holder = excluded.holder THEN l.since ELSE now() END,
                            epoch = l.epoch + CASE WHEN l.holder = excluded.holder THEN 0 ELSE 1 END
                        WHERE l.holder = excluded.holder OR l.until < now()
                        RETURNING l.epoch
                        """,
                        row -> row.requiredLong("epoch"),
                        self,
                        term.length().toMillis())
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
