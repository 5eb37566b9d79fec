package io.pipedeck.mirror;

import io.pipedeck.db.Database;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.db.Tx;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the primary's feed of changed ids on and off: while no mirror is set, writing a job costs
 * nothing more. Safe for all threads.
 */
final class FeedSwitch {
  private static final Logger LOG = LoggerFactory.getLogger(FeedSwitch.class);
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

  FeedSwitch(Database database) {
    this.database = database;
  }

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
