package io.pipedeck.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipedeck.embedded.TestServers;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class MigrationsTest {
  private static final String RELEASE = "0.1.0";

  private final TestServers.Database database = TestServers.freshDatabase();

  @Test
  void theSecondTimeNothingIsLeftToDo() {
    try (var pool = MigratedDatabase.pool(database)) {
      assertThat(Migrations.apply(pool, RELEASE)).isPositive();
      assertThat(Migrations.apply(pool, RELEASE)).isZero();
    }
  }

  @RepeatedTest(5)
  void severalNodesMayStartAtOnce() throws Exception {
    int nodes = 4;
    var started = new CyclicBarrier(nodes);
    List<Future<Integer>> applied = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int node = 0; node < nodes; node++) {
        applied.add(
            threads.submit(
                () -> {
                  try (var pool = MigratedDatabase.pool(database)) {
                    started.await(30, TimeUnit.SECONDS);
                    return Migrations.apply(pool, RELEASE);
                  }
                }));
      }
    }

    int all = 0;
    for (Future<Integer> node : applied) {
      all += node.get();
    }
    assertThat(all)
        .isEqualTo(number("SELECT count(*) FROM flyway_schema_history WHERE type = 'SQL'"))
        .isPositive();
  }

  @Test
  void rowsOfAnotherProgramStayAndBecomeForeign() throws Exception {
    sql(
        """
        CREATE TABLE pipeline_jobs (
          id uuid PRIMARY KEY DEFAULT gen_random_uuid(), rq_job_id text UNIQUE, realm text,
          queue text DEFAULT 'default', status text DEFAULT 'queued', payload jsonb, result jsonb, error text,
          created_at timestamptz DEFAULT now(), started_at timestamptz, finished_at timestamptz);
        CREATE INDEX idx_pipeline_jobs_status ON pipeline_jobs (status);
        INSERT INTO pipeline_jobs (rq_job_id, realm, status, payload)
        VALUES ('a', 'r', 'running', '{"file": "x"}'), ('b', NULL, 'deferred', NULL), ('c', 'r', 'finished', '[1]')
        """);
    String before =
        text("SELECT string_agg(p::text, E'\\n' ORDER BY rq_job_id) FROM pipeline_jobs p");

    migrate();

    assertThat(
            text(
                """
                SELECT string_agg((id, rq_job_id, realm, queue, status, payload, result, error, created_at,
                    started_at, finished_at)::text, E'\\n' ORDER BY rq_job_id) FROM pipeline_jobs
                """))
        .isEqualTo(before);
    assertThat(number("SELECT count(*) FROM pipeline_jobs WHERE runner = 'foreign' AND rev = 0"))
        .isEqualTo(3);
    assertThat(number("SELECT sum(jobs)::int FROM job_counters")).isEqualTo(3);
  }

  @Test
  void anotherProgramGoesOnWritingAsBefore() throws SQLException {
    migrate();

    sql("INSERT INTO pipeline_jobs (rq_job_id, status) VALUES ('a', 'whatever')");
    sql("UPDATE pipeline_jobs SET status = 'failed', error = 'no' WHERE rq_job_id = 'a'");
    sql("SET search_path TO ''; DELETE FROM public.pipeline_jobs WHERE rq_job_id = 'a'");
    sql("SET search_path TO ''; INSERT INTO public.pipeline_jobs (rq_job_id) VALUES ('b')");

    assertThat(number("SELECT sum(jobs)::int FROM job_counter_deltas")).isEqualTo(1);
    sql("TRUNCATE pipeline_jobs");
    assertThat(number("SELECT count(*) FROM job_counter_deltas")).isZero();
  }

  /** Such as a release has it that knew no archive yet. */
  @Test
  void rowsOfAnEarlierReleaseStay() throws Exception {
    for (String name : List.of("V001__pipeline_jobs", "V002__tracking", "V003__counters")) {
      sql(migration(name));
    }
    sql(
        """
        INSERT INTO pipeline_jobs (rq_job_id, runner, status, created_at, finished_at, result, sha256)
        SELECT n, 'native', 'finished', now() - n * interval '1 day', now(),
            jsonb_build_object('summary', repeat('long ', 1000 * n)), repeat('a', 64) FROM generate_series(1, 3) n
        """);
    String before =
        text(
            "SELECT string_agg((to_jsonb(p))::text, E'\\n' ORDER BY rq_job_id) FROM pipeline_jobs p");

    sql(migration("V004__counters_beside_other_programs"));
    sql(migration("V015__archive"));
    sql(migration("V016__lists"));

    assertThat(
            text(
                """
                SELECT string_agg((to_jsonb(p) - 'filename_preview' - 'summary_preview')::text, E'\\n' ORDER BY rq_job_id)
                FROM pipeline_jobs p
                """))
        .isEqualTo(before);
    assertThat(number("SELECT count(*) FROM pipeline_jobs_archive")).isZero();
    assertThat(
            rows(
                """
                SELECT indexname FROM pg_indexes WHERE tablename = 'pipeline_jobs' AND indexname LIKE 'idx_%' ORDER BY 1
                """))
        .containsExactly(
            "idx_pipeline_jobs_created_at",
            "idx_pipeline_jobs_queue_status",
            "idx_pipeline_jobs_realm_status",
            "idx_pipeline_jobs_status");
  }

  @Test
  void theFirstMigrationIsPlainSqlThatMayRunAgain() throws Exception {
    sql(firstMigration());
    sql("INSERT INTO pipeline_jobs (rq_job_id) VALUES ('kept')");
    sql(firstMigration());

    assertThat(number("SELECT count(*) FROM pipeline_jobs WHERE rq_job_id = 'kept'")).isEqualTo(1);
  }

  private static String firstMigration() throws Exception {
    return migration("V001__pipeline_jobs");
  }

  private static String migration(String name) throws Exception {
    try (InputStream in =
        MigrationsTest.class.getResourceAsStream("/db/migration/" + name + ".sql")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void theTableHasTheColumnsThatEveryProgramAroundItKnows() throws Exception {
    sql(firstMigration());

    assertThat(
            rows(
                """
                SELECT column_name || ' ' || data_type || coalesce(' ' || column_default, '')
                FROM information_schema.columns WHERE table_name = 'pipeline_jobs' ORDER BY ordinal_position
                """))
        .containsExactly(
            "id uuid gen_random_uuid()",
            "rq_job_id text",
            "realm text",
            "queue text 'default'::text",
            "status text 'queued'::text",
            "payload jsonb",
            "result jsonb",
            "error text",
            "created_at timestamp with time zone now()",
            "started_at timestamp with time zone",
            "finished_at timestamp with time zone");
    assertThat(
            rows(
                """
                SELECT regexp_replace(indexdef, '^CREATE (UNIQUE )?INDEX (\\S+) ON \\S+ USING btree ', '\\1\\2 ')
                FROM pg_indexes WHERE tablename = 'pipeline_jobs' ORDER BY indexname
                """))
        .containsExactly(
            "idx_pipeline_jobs_created_at (created_at DESC)",
            "idx_pipeline_jobs_queue_status (queue, status)",
            "idx_pipeline_jobs_realm_status (realm, status)",
            "idx_pipeline_jobs_status (status)",
            "UNIQUE pipeline_jobs_pkey (id)",
            "UNIQUE pipeline_jobs_rq_job_id_key (rq_job_id)");
  }

  @Test
  void aProgramThatIsTooOldRefusesAndChangesNothing() throws SQLException {
    migrate();
    sql("UPDATE schema_compatibility SET oldest_release = '0.10.0'");
    sql("DELETE FROM flyway_schema_history WHERE version = '004'");
    int history = number("SELECT count(*) FROM flyway_schema_history");

    try (var pool = MigratedDatabase.pool(database)) {
      assertThatThrownBy(() -> Migrations.apply(pool, "0.9.3"))
          .isInstanceOf(Migrations.SchemaTooNewException.class)
          .hasMessageContaining("release 0.10.0 or newer; this is 0.9.3. Nothing was changed.");
    }

    assertThat(number("SELECT count(*) FROM flyway_schema_history")).isEqualTo(history);
  }

  @Test
  void aNewerSchemaThatThisReleaseMayUseIsAccepted() throws SQLException {
    migrate();
    sql(
        """
        INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, checksum,
            installed_by, execution_time, success)
        VALUES (99, '999', 'of tomorrow', 'SQL', 'V999__of_tomorrow.sql', 1, 'x', 1, true)
        """);

    try (var pool = MigratedDatabase.pool(database)) {
      for (String release : List.of("0.1.0", "0.1.0-SNAPSHOT", "0.1", "1.0.0", "0.10.0")) {
        assertThat(Migrations.apply(pool, release)).as(release).isZero();
      }
    }
  }

  private void migrate() {
    try (var pool = MigratedDatabase.pool(database)) {
      Migrations.apply(pool, RELEASE);
    }
  }

  private void sql(String sql) throws SQLException {
    try (Connection connection = database.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private List<String> rows(String sql) throws SQLException {
    try (Connection connection = database.connect();
        var statement = connection.createStatement();
        var result = statement.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      while (result.next()) {
        rows.add(result.getString(1));
      }
      return rows;
    }
  }

  private String text(String sql) throws SQLException {
    return rows(sql).getFirst();
  }

  private int number(String sql) throws SQLException {
    return Integer.parseInt(text(sql));
  }
}
