package io.pipedeck.mirror;

import io.pipedeck.db.Database;
import io.pipedeck.db.Tx;
import io.pipedeck.mirror.Position.Change;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The primary's feed of changed ids. What lies between two snapshots is read by transaction number:
 * those that began after the first, and those that the first saw open. So nothing is skipped that
 * was written early and committed late, nothing waits for a transaction that stays open, and what
 * was read before is not walked over again.
 */
final class Feed {
  private final Database database;

  Feed(Database database) {
    this.database = database;
  }

  /**
   * One entry.
   *
   * @param id the job that changed, null where the whole table was emptied
   */
  record Entry(Change at, @Nullable UUID id) {}

  /** What the transaction sees. */
  static String snapshot(Tx tx) {
    return tx.query(
            "SELECT pg_current_snapshot()::text AS snapshot", row -> row.requiredText("snapshot"))
        .getFirst();
  }

  /** Which database this is, for good. */
  static UUID databaseId(Tx tx) {
    return tx.query("SELECT database_id FROM mirror_feed", row -> row.requiredUuid("database_id"))
        .getFirst();
  }

  /** How far the mirror was when the feed was last trimmed. */
  static long trimmedMoves(Tx tx) {
    return tx.query(
            "SELECT trimmed_moves FROM mirror_feed", row -> row.requiredLong("trimmed_moves"))
        .getFirst();
  }

  private static void trimmed(Tx tx, Position position) {
    tx.update("UPDATE mirror_feed SET trimmed_moves = ?", position.moves());
  }

  /** To which server and timeline transaction numbers belong. */
  static String timeline(Tx tx) {
    return tx.query(
            """
            SELECT (SELECT system_identifier FROM pg_control_system()) || '/'
                || (SELECT timeline_id FROM pg_control_checkpoint()) AS timeline
            """,
            row -> row.requiredText("timeline"))
        .getFirst();
  }

  /**
   * Whether transaction numbers of this snapshot have not been given out yet: a restored backup.
   */
  static boolean isAhead(Tx tx, String snapshot) {
    return tx.query(
            "SELECT pg_snapshot_xmax(?::pg_snapshot) > pg_snapshot_xmax(pg_current_snapshot()) AS ahead",
            row -> row.requiredBoolean("ahead"),
            snapshot)
        .getFirst();
  }

  /** Entries that the later snapshot shows and the earlier doesn't, in the order of places. */
  static List<Entry> between(
      Tx tx, String earlier, String later, @Nullable Change after, int limit) {
    String xid = after == null ? "0" : after.xid();
    long seq = after == null ? -1 : after.seq();
    return tx.query(
        """
        SELECT xid::text AS number, seq, id FROM (
          (SELECT c.xid, c.seq, c.id FROM job_change c
           WHERE c.xid >= pg_snapshot_xmax(?::pg_snapshot) AND c.xid < pg_snapshot_xmax(?::pg_snapshot)
             AND pg_visible_in_snapshot(c.xid, ?::pg_snapshot) AND (c.xid, c.seq) > (?::xid8, ?)
           ORDER BY c.xid, c.seq LIMIT ?)
          UNION ALL
          (SELECT c.xid, c.seq, c.id FROM job_change c
           WHERE c.xid = ANY(ARRAY(SELECT pg_snapshot_xip(?::pg_snapshot)))
             AND pg_visible_in_snapshot(c.xid, ?::pg_snapshot) AND (c.xid, c.seq) > (?::xid8, ?)
           ORDER BY c.xid, c.seq LIMIT ?)) AS pending
        ORDER BY pending.xid, pending.seq LIMIT ?
        """,
        row ->
            new Entry(
                new Change(row.requiredText("number"), row.requiredLong("seq")), row.uuid("id")),
        earlier,
        later,
        later,
        xid,
        seq,
        limit,
        earlier,
        later,
        xid,
        seq,
        limit,
        limit);
  }

  /**
   * Removes what lies between an earlier snapshot and the position, all of which is in the mirror.
   */
  void trim(String earlier, Position position) {
    String later = position.snapshot();
    database.run(
        tx -> {
          tx.update(
              """
              DELETE FROM job_change
              WHERE xid >= pg_snapshot_xmax(?::pg_snapshot) AND xid < pg_snapshot_xmax(?::pg_snapshot)
                AND pg_visible_in_snapshot(xid, ?::pg_snapshot)
              """,
              earlier,
              later,
              later);
          tx.update(
              """
              DELETE FROM job_change
              WHERE xid = ANY(ARRAY(SELECT pg_snapshot_xip(?::pg_snapshot)))
                AND pg_visible_in_snapshot(xid, ?::pg_snapshot)
              """,
              earlier,
              later);
          trimmed(tx, position);
        });
  }

  /** Removes everything before the position: what a process left that died before its trim. */
  void trimAll(Position position) {
    database.run(
        tx -> {
          tx.update(
              """
              DELETE FROM job_change
              WHERE xid < pg_snapshot_xmax(?::pg_snapshot) AND pg_visible_in_snapshot(xid, ?::pg_snapshot)
              """,
              position.snapshot(),
              position.snapshot());
          trimmed(tx, position);
        });
  }

  /** The backlog behind a position. */
  record Lag(long rows, double seconds) {
    static final Lag NONE = new Lag(0, 0);
  }

  /** How many entries the snapshot doesn't show, and the age of the oldest. */
  Lag behind(Position position) {
    String reached = position.snapshot();
    String begun = position.target() == null ? reached : position.target();
    Change after = position.after();
    return database
        .inTransaction(
            tx ->
                tx.query(
                    """
                    SELECT count(*) AS n, coalesce(extract(epoch FROM now() - min(changed_at)), 0)::text AS seconds
                    FROM (SELECT changed_at FROM job_change
                          WHERE xid >= pg_snapshot_xmin(?::pg_snapshot)
                            AND NOT pg_visible_in_snapshot(xid, ?::pg_snapshot)
                            AND NOT (pg_visible_in_snapshot(xid, ?::pg_snapshot) AND (xid, seq) <= (?::xid8, ?))
                          ORDER BY xid, seq LIMIT ?) AS pending
                    """,
                    row ->
                        new Lag(
                            row.requiredLong("n"),
                            Math.max(0, Double.parseDouble(row.requiredText("seconds")))),
                    reached,
                    reached,
                    begun,
                    after == null ? "0" : after.xid(),
                    after == null ? -1L : after.seq(),
                    MirrorStatus.COUNTED_TO))
        .getFirst();
  }

  /**
   * Leaves of each job's entries only the last, so that a backlog never has more entries than there
   * are jobs. Only of those that no group has begun to apply.
   */
  int fold(Position position) {
    String begun = position.target() == null ? position.snapshot() : position.target();
    return database.inTransaction(
        tx ->
            tx.update(
                """
                DELETE FROM job_change WHERE (xid, seq) IN (
                  SELECT xid, seq FROM (
                    SELECT xid, seq, row_number() OVER (PARTITION BY id ORDER BY xid DESC, seq DESC) AS nth
                    FROM job_change
                    WHERE xid >= pg_snapshot_xmin(?::pg_snapshot)
                      AND NOT pg_visible_in_snapshot(xid, ?::pg_snapshot)) AS pending
                  WHERE nth > 1)
                """,
                begun,
                begun));
  }

  /** What it takes on the primary's disk. */
  long sizeBytes() {
    return database
        .inTransaction(
            tx ->
                tx.query(
                    "SELECT pg_total_relation_size('job_change') AS n",
                    row -> row.requiredLong("n")))
        .getFirst();
  }
}
