package io.pipedeck.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.config.RetentionConfig;
import io.pipedeck.db.Database;
import io.pipedeck.db.MigratedDatabase;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MonthsTest {
  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();

  /** The driver gives the session the time zone of the JVM. */
  private static Database poolIn(String zone) {
    TimeZone ours = TimeZone.getDefault();
    try {
      TimeZone.setDefault(TimeZone.getTimeZone(zone));
      Database pool = DB.another();
      String session =
          pool.inTransaction(tx -> tx.query("SHOW timezone", row -> row.requiredText("TimeZone")))
              .getFirst();
      assertThat(session).isEqualTo(zone);
      return pool;
    } finally {
      TimeZone.setDefault(ours);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Pacific/Auckland", "America/New_York", "Pacific/Chatham", "UTC"})
  void aMonthIsOneOfUtcInWhateverTimeZone(String zone) {
    // Years of their own, as partitions outlive a test.
    int year = 2010 + Math.floorMod(zone.hashCode(), 10);
    for (String created :
        List.of(
            "01-31 23:59:59.999999", "02-01 00:00:00", "02-28 23:59:59.999999", "03-01 00:00")) {
      addFinished(year + "-" + created);
    }
    try (Database pool = poolIn(zone)) {
      OldJobs.archive(pool);
    }

    assertThat(
            DB.text(
                """
                SELECT string_agg(right(tableoid::regclass::text, 5), ' ' ORDER BY created_at) AS text
                FROM pipeline_jobs_archive
                """))
        .isEqualTo(
            "%1$s_01 %1$s_02 %1$s_02 %1$s_03".formatted(Integer.toString(year).substring(2)));
    assertThat(bounds(year + "_03"))
        .isEqualTo(
            "FOR VALUES FROM ('%1$d-03-01 00:00:00+00') TO ('%1$d-04-01 00:00:00+00')"
                .formatted(year));
  }

  /** In half a year New York moves its clocks once; a day there has 23 or 25 hours then. */
  @Test
  void daysHave24HoursAlsoWhereClocksWereMoved() {
    addEnded("183 * interval '24 hours' + interval '30 minutes'");
    addEnded("183 * interval '24 hours' - interval '30 minutes'");
    try (Database pool = poolIn("America/New_York")) {
      OldJobs.archive(pool, new RetentionConfig(183, false, 0));
    }

    assertThat(archived()).isEqualTo(1);
    assertThat(DB.number("SELECT count(*) AS n FROM pipeline_jobs")).isEqualTo(1);
  }

  @Test
  void theMonthAndTheNextAreMadeAheadOnceByWhoeverComesFirst() throws Exception {
    int nodes = 4;
    var start = new CyclicBarrier(nodes);
    List<Future<?>> made = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int node = 0; node < nodes; node++) {
        made.add(
            threads.submit(
                () -> {
                  start.await(30, TimeUnit.SECONDS);
                  new Months(DB.pool()).ensureAhead();
                  new Months(DB.pool()).ensure(YearMonth.of(1987, 12));
                  return true;
                }));
      }
    }
    for (Future<?> one : made) {
      one.get();
    }

    assertThat(bounds("1987_12"))
        .isEqualTo("FOR VALUES FROM ('1987-12-01 00:00:00+00') TO ('1988-01-01 00:00:00+00')");
    assertThat(
            DB.number(
                """
                SELECT count(*) AS n FROM pg_inherits
                WHERE inhparent = 'pipeline_jobs_archive'::regclass
                  AND inhrelid::regclass::text IN (
                    to_char(now() AT TIME ZONE 'UTC', '"pipeline_jobs_archive_"YYYY_MM'),
                    to_char((now() AT TIME ZONE 'UTC') + interval '1 month', '"pipeline_jobs_archive_"YYYY_MM'))
                """))
        .isEqualTo(2);
  }

  @Test
  void aMonthIsDroppedWhenItsLastJobEndedLongAgo() {
    addFinished("2001-05-03 10:00");
    addFinished("2001-05-04 10:00");
    addFinished("2001-06-04 10:00");
    DB.foreign(
        "UPDATE pipeline_jobs SET finished_at = now() - interval '40 days' WHERE created_at >= '2001-06-01'");
    DB.foreign(
        """
        INSERT INTO pipeline_jobs (rq_job_id, status, created_at) VALUES ('x', 'started', '2001-05-05Z');
        INSERT INTO idempotency_keys (key, job_id, created_at) SELECT rq_job_id, id, created_at FROM pipeline_jobs;
        INSERT INTO document_chunks (sha256, pipeline_version, options_hash, ordinal, job_id, start_offset, end_offset,
            text, tokens)
        SELECT md5(id::text), 1, 'o', n, id, n, n + 1, 'x', 1 FROM pipeline_jobs, generate_series(0, 2) n
        """);

    OldJobs.archive(DB.pool(), new RetentionConfig(30, false, 365));

    assertThat(
            DB.number(
                """
                SELECT count(*) AS n FROM document_chunks c
                WHERE EXISTS (SELECT FROM pipeline_jobs WHERE id = c.job_id)
                   OR EXISTS (SELECT FROM pipeline_jobs_archive WHERE id = c.job_id)
                """))
        .isEqualTo(6);
    assertThat(DB.number("SELECT count(*) AS n FROM document_chunks")).isEqualTo(6);
    assertThat(DB.text("SELECT created_at::date::text AS text FROM pipeline_jobs_archive"))
        .isEqualTo("2001-06-04");
    assertThat(
            DB.number(
                "SELECT count(*) AS n FROM pg_class WHERE relname = 'pipeline_jobs_archive_2001_05'"))
        .isZero();
    assertThat(
            DB.text(
                "SELECT string_agg(status, ' ' ORDER BY status) AS text FROM ("
                    + "SELECT status FROM pipeline_jobs j JOIN idempotency_keys k ON k.job_id = j.id UNION ALL"
                    + " SELECT status FROM pipeline_jobs_archive j JOIN idempotency_keys k ON k.job_id = j.id) j"))
        .isEqualTo("finished started");
    assertThat(DB.number("SELECT count(*) AS n FROM idempotency_keys")).isEqualTo(2);
    assertThat(ArchiverTest.counted(DB)).isEqualTo(ArchiverTest.rows(DB));
    assertThat(DB.number("SELECT sum(jobs)::bigint AS n FROM job_archive_months")).isEqualTo(1);
    assertThat(DB.number("SELECT count(*) AS n FROM job_change")).as("no mirror is set").isZero();
  }

  @Test
  void aMirrorHearsOfEachJobOfADroppedMonth() {
    DB.foreign("UPDATE mirror_feed SET identity = gen_random_uuid()");
    try {
      addFinished("2003-05-03 10:00");
      addFinished("2003-05-04 10:00");
      String ids = "SELECT string_agg(id::text, ' ' ORDER BY id) AS text FROM ";
      String dropped = DB.text(ids + "pipeline_jobs");

      OldJobs.archive(DB.pool(), new RetentionConfig(30, false, 365));

      assertThat(DB.number("SELECT count(*) AS n FROM pipeline_jobs_archive")).isZero();
      assertThat(DB.text(ids + "job_change")).isEqualTo(dropped);
    } finally {
      DB.foreign("UPDATE mirror_feed SET identity = NULL; DELETE FROM job_change");
    }
  }

  @Test
  void aMonthThatSomebodyReadsIsDroppedLater() throws Exception {
    addFinished("2002-05-03 10:00");
    var keep = new RetentionConfig(30, false, 365);
    new Months(DB.pool()).ensure(YearMonth.of(2002, 5));
    try (var reader = DB.connect();
        var statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.executeQuery("SELECT count(*) FROM pipeline_jobs_archive");

      OldJobs.archive(DB.pool(), keep);

      assertThat(archived()).isEqualTo(1);
      reader.rollback();
    }
    OldJobs.archive(DB.pool(), keep);
    assertThat(archived()).isZero();
    assertThat(ArchiverTest.counted(DB)).isEmpty();
  }

  private static long archived() {
    return DB.number("SELECT count(*) AS n FROM pipeline_jobs_archive");
  }

  private static String bounds(String month) {
    return DB.text(
        """
        SELECT pg_get_expr(relpartbound, oid) AS text FROM pg_class,
            set_config('timezone', 'UTC', true) WHERE relname = ?
        """,
        "pipeline_jobs_archive_" + month);
  }

  private static void addFinished(String created) {
    DB.foreign(
        """
        INSERT INTO pipeline_jobs (rq_job_id, runner, status, created_at, finished_at)
        VALUES (gen_random_uuid(), 'native', 'finished', '%1$sZ', '%1$sZ')
        """
            .formatted(created));
  }

  private static void addEnded(String ago) {
    DB.foreign(
        """
        INSERT INTO pipeline_jobs (rq_job_id, runner, status, created_at, finished_at)
        VALUES (gen_random_uuid(), 'native', 'finished', now() - interval '1 year', now() - (%s))
        """
            .formatted(ago));
  }
}
