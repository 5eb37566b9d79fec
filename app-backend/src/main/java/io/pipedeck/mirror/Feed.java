package io.pipedeck.mirror;

import io.pipedeck.db.Database;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.db.Tx;
import io.pipedeck.mirror.Position.Change;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The primary's feed of changed ids. What lies between two snapshots is read by transaction number:
 * those that began after the first, and those that the first saw open. So nothing is skipped that
 * was written early and committed late, nothing waits for a transaction that stays open, and what
 * was read before is not walked over again.
 */
final class Feed {
  private static final Logger LOG = LoggerFactory.getLogger(Feed.class);
  private static final List<String> TRIGGERS =
      List.of(
          "job_change_inserted",
          "job_change_updated",
          "job_change_deleted",
          "job_change_truncated",
          "job_change_renamed");

  /**
   * Waiting for a lock makes all writers wait behind us. An autovacuum gives way to who has waited
   * for deadlock_timeout, a second.
   */
  private static final String LOCK_AT_MOST = "SET LOCAL lock_timeout = '1500ms'";

  private static final String LOCK_NOT_AVAILABLE = "55P03";

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

  /** Which feed this is, empty while it is off. */
  Optional<UUID> identity() {
    return database.inTransaction(
        tx ->
            tx.first(
                "SELECT identity FROM mirror_feed WHERE identity IS NOT NULL",
                row -> row.requiredUuid("identity")));
  }

  /**
   * Turns the feed on if it is off. Waits for open transactions that have written the table, but
   * not for long: from then on every change is written down.
   *
   * @return which feed it is; empty if such a transaction stays open, and then nothing was changed
   */
  Optional<UUID> turnOn() {
    try {
      return database.inTransaction(
          tx -> {
            tx.update(LOCK_AT_MOST);
            Optional<UUID> on =
                tx.first(
                    "SELECT identity FROM mirror_feed WHERE identity IS NOT NULL",
                    row -> row.requiredUuid("identity"));
            if (on.isPresent()) {
              return on;
            }
            tx.update(alterTriggers("ENABLE"));
            tx.update("DELETE FROM job_change");
            return tx.first(
                "UPDATE mirror_feed SET identity = gen_random_uuid(), trimmed_moves = 0 RETURNING identity",
                row -> row.requiredUuid("identity"));
          });
    } catch (DatabaseException e) {
      if (e.sqlState().equals(LOCK_NOT_AVAILABLE)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Has deletions from the archive written down too, if there is one; a job that moves there is
   * seen leaving {@code pipeline_jobs}.
   *
   * @return false if open transactions stand against it
   */
  boolean coverArchive() {
    return unlessLocked(
        tx -> {
          boolean uncovered =
              tx.query(
                      """
                      SELECT to_regclass('pipeline_jobs_archive') IS NOT NULL AND NOT EXISTS (
                        SELECT FROM pg_trigger WHERE tgrelid = to_regclass('pipeline_jobs_archive')
                          AND tgname = 'job_change_archive_deleted') AS uncovered
                      """,
                      row -> row.requiredBoolean("uncovered"))
                  .getFirst();
          if (uncovered) {
            tx.update(
                """
                CREATE TRIGGER job_change_archive_deleted AFTER DELETE ON pipeline_jobs_archive
                    REFERENCING OLD TABLE AS old_rows
                    FOR EACH STATEMENT EXECUTE FUNCTION job_change_deletes()
                """);
            tx.update(
                """
                CREATE TRIGGER job_change_archive_truncated AFTER TRUNCATE ON pipeline_jobs_archive
                    FOR EACH STATEMENT EXECUTE FUNCTION job_change_truncates()
                """);
          }
        });
  }

  private static void uncoverArchive(Tx tx) {
    boolean archived =
        tx.query(
                "SELECT to_regclass('pipeline_jobs_archive') IS NOT NULL AS archived",
                row -> row.requiredBoolean("archived"))
            .getFirst();
    if (archived) {
      tx.update("DROP TRIGGER IF EXISTS job_change_archive_deleted ON pipeline_jobs_archive");
      tx.update("DROP TRIGGER IF EXISTS job_change_archive_truncated ON pipeline_jobs_archive");
    }
  }

  private boolean unlessLocked(Consumer<Tx> work) {
    try {
      database.run(
          tx -> {
            tx.update(LOCK_AT_MOST);
            work.accept(tx);
          });
      return true;
    } catch (DatabaseException e) {
      if (e.sqlState().equals(LOCK_NOT_AVAILABLE)) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Turns the feed off and forgets what is in it; a mirror that comes back later is compared and
   * copied anew.
   *
   * @return false if open transactions stand against it
   */
  boolean turnOff() {
    return unlessLocked(
        tx -> {
          tx.update(alterTriggers("DISABLE"));
          uncoverArchive(tx);
          tx.update("TRUNCATE job_change");
          tx.update(
              "UPDATE mirror_feed SET identity = NULL, state = 'off', lag_rows = 0, lag_seconds = 0");
        });
  }

  private static String alterTriggers(String verb) {
    return "ALTER TABLE pipeline_jobs "
        + String.join(
            ", ", TRIGGERS.stream().map(trigger -> verb + " TRIGGER " + trigger).toList());
  }

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

  /**
   * Turns the feed off if nobody has followed it for an hour: no node has a mirror set any more.
   */
  void turnOffIfAbandoned() {
    boolean abandoned =
        database
            .inTransaction(
                tx ->
                    tx.query(
                        "SELECT identity IS NOT NULL AND until < now() - interval '1 hour' AS abandoned FROM mirror_feed",
                        row -> row.requiredBoolean("abandoned")))
            .getFirst();
    if (abandoned && turnOff()) {
      LOG.warn(
          "No process has followed the change feed for an hour: it is off now. A mirror that comes back is compared anew.");
    }
  }
}
