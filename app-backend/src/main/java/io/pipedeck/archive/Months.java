package io.pipedeck.archive;

import io.pipedeck.db.Database;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.db.Tx;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions of the archive, one a month of {@code created_at} in UTC, whatever the time zone
 * of a session or of this program: {@code pipeline_jobs_archive_2026_01}. Safe for all threads.
 */
final class Months {
  private static final Logger LOG = LoggerFactory.getLogger(Months.class);
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("'pipeline_jobs_archive_'uuuu'_'MM");

  /** Any number that nobody else takes. */
  private static final long LOCK = 0x717e_a2c4L;

  private static final String LOCK_TIMED_OUT = "55P03";

  private final Database database;

  Months(Database database) {
    this.database = database;
  }

  /** The month that the database's clock shows, and the one after it, are made ahead. */
  void ensureAhead() {
    YearMonth now =
        database.inTransaction(
            tx ->
                tx.query(
                        "SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM') AS month",
                        row -> YearMonth.parse(row.requiredText("month")))
                    .getFirst());
    ensure(now);
    ensure(now.plusMonths(1));
  }

  /** Makes the partition of a month unless it is there. */
  void ensure(YearMonth month) {
    database.run(tx -> ensure(tx, month));
  }

  /** The same when this transaction commits; until then nobody is kept from the archive. */
  static void ensure(Tx tx, YearMonth month) {
    String name = NAME.format(month);
    if (exists(tx, name)) {
      return;
    }
    // Ends with the transaction; two that make the same one would trip over each other.
    tx.query("SELECT pg_advisory_xact_lock(?)", _ -> true, LOCK);
    if (exists(tx, name)) {
      return;
    }
    // Attached, not created as a partition: that would stop all who read the archive.
    tx.update(
        "CREATE TABLE "
            + name
            + " (LIKE pipeline_jobs_archive INCLUDING DEFAULTS INCLUDING CONSTRAINTS)");
    tx.update(
        "ALTER TABLE pipeline_jobs_archive ATTACH PARTITION %s FOR VALUES FROM ('%s') TO ('%s')"
            .formatted(name, start(month), start(month.plusMonths(1))));
    LOG.info("The archive has a partition for {} now", month);
  }

  private static String start(YearMonth month) {
    return month.atDay(1).atStartOfDay().atOffset(ZoneOffset.UTC).toString();
  }

  private static boolean exists(Tx tx, String name) {
    // Not to_regclass: what it did not find before the lock it may not find after it either.
    return tx.query(
            """
            SELECT EXISTS (SELECT FROM pg_class
              WHERE relname = ? AND relnamespace = current_schema()::regnamespace) AS known
            """,
            row -> row.requiredBoolean("known"),
            name)
        .getFirst();
  }

  /**
   * Drops the months in which the last job ended before so many days, as a whole: nothing is read.
   * A month that somebody reads just now is left for another time.
   *
   * @param days of 24 hours
   */
  void dropOlderThan(int days) {
    for (YearMonth month : over(days)) {
      try {
        if (database.inTransaction(tx -> drop(tx, month, days))) {
          database.run(tx -> dropKeys(tx, month));
          dropChunks();
          LOG.info("The archive's jobs of {} are gone: all ended over {} days ago", month, days);
        }
      } catch (DatabaseException e) {
        if (!e.sqlState().equals(LOCK_TIMED_OUT)) {
          throw e;
        }
        LOG.info("The archive's partition of {} is being read; it is dropped later", month);
      }
    }
  }

  private List<YearMonth> over(int days) {
    return database.inTransaction(
        tx ->
            tx.query(
                """
                SELECT to_char(month, 'YYYY-MM') AS month FROM job_archive_months
                GROUP BY month HAVING max(last_end) < now() - ? * interval '24 hours' ORDER BY 1
                """,
                row -> YearMonth.parse(row.requiredText("month")),
                days));
  }

  private static boolean drop(Tx tx, YearMonth month, int days) {
    tx.update("SET LOCAL lock_timeout = '200ms'");
    tx.update("LOCK TABLE ONLY pipeline_jobs_archive IN ACCESS EXCLUSIVE MODE");
    // Only now nobody adds to it.
    int counted =
        tx.update(
            """
            WITH gone AS (
              DELETE FROM job_archive_months WHERE month = ?::date AND NOT EXISTS (
                SELECT FROM job_archive_months
                WHERE month = ?::date AND last_end >= now() - ? * interval '24 hours')
              RETURNING realm, queue, status, jobs)
            INSERT INTO job_counter_deltas (realm, queue, status, jobs)
            SELECT realm, queue, status, -jobs FROM gone
            """,
            month.atDay(1).toString(),
            month.atDay(1).toString(),
            days);
    if (counted == 0) {
      return false;
    }
    // No trigger tells of it; a mirror, if there is one, follows what is written here.
    tx.update(
        """
        INSERT INTO job_change (id)
        SELECT id FROM %s WHERE EXISTS (SELECT FROM mirror_feed WHERE identity IS NOT NULL)
        """
            .formatted(NAME.format(month)));
    tx.update("DROP TABLE " + NAME.format(month));
    return true;
  }

  /** What senders called those jobs, unless the word stands for one that is not archived. */
  private static void dropKeys(Tx tx, YearMonth month) {
    tx.update(
        """
        DELETE FROM idempotency_keys k
        WHERE k.created_at >= ?::timestamptz AND k.created_at < ?::timestamptz
          AND NOT EXISTS (SELECT FROM pipeline_jobs j WHERE j.id = k.job_id)
        """,
        start(month),
        start(month.plusMonths(1)));
  }

  /** What was read in the documents of jobs that are nowhere any more, a few at a time. */
  private void dropChunks() {
    int dropped;
    do {
      dropped =
          database.inTransaction(
              tx ->
                  tx.update(
                      """
                      DELETE FROM document_chunks WHERE job_id IN (
                        SELECT v.job_id FROM document_versions v
                        WHERE v.chunks > 0
                          AND NOT EXISTS (SELECT FROM pipeline_jobs j WHERE j.id = v.job_id)
                          AND NOT EXISTS (SELECT FROM pipeline_jobs_archive a WHERE a.id = v.job_id)
                        LIMIT 100)
                      """));
    } while (dropped > 0);
  }
}
