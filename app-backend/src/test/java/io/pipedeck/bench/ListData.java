package io.pipedeck.bench;

import io.pipedeck.db.Database;
import io.pipedeck.db.Migrations;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A table as it is after long use: 200 realms of which one has 40 percent of the jobs and the
 * smallest a few hundred, three queues, sixty days, 94 percent finished, 5 failed, the newest
 * percent still queued, one result of a thousand 20 KB long.
 */
final class ListData {
  private static final int PART = 250_000;

  private final Database.Login login;

  ListData(Database.Login login) {
    this.login = login;
  }

  /**
   * Adds the rows: without indexes and triggers, which are then as before. Pages are full, as they
   * are when jobs have gone through their whole life in them: what is left free for updates, they
   * have used.
   */
  void load(int rows) throws Exception {
    try (var pool = new Database(login, 0, 2, Duration.ofSeconds(30))) {
      Migrations.apply(pool, "0.1.0");
    }
    if (number("SELECT count(*) FROM (SELECT FROM pipeline_jobs LIMIT 1) j") > 0) {
      return;
    }
    List<String> indexes =
        texts(
            """
            SELECT indexdef FROM pg_indexes WHERE tablename = 'pipeline_jobs'
              AND indexname NOT IN ('pipeline_jobs_pkey', 'pipeline_jobs_rq_job_id_key')
            """);
    List<String> names =
        texts(
            """
            SELECT indexname FROM pg_indexes WHERE tablename = 'pipeline_jobs'
              AND indexname NOT IN ('pipeline_jobs_pkey', 'pipeline_jobs_rq_job_id_key')
            """);
    execute("DROP INDEX " + String.join(", ", names));
    execute(
        "ALTER TABLE pipeline_jobs DROP CONSTRAINT pipeline_jobs_pkey, DROP CONSTRAINT pipeline_jobs_rq_job_id_key,"
            + " DISABLE TRIGGER USER, SET (autovacuum_enabled = off, fillfactor = 100)");
    insert(rows);
    execute("SET maintenance_work_mem = '512MB'; ALTER TABLE pipeline_jobs ADD PRIMARY KEY (id)");
    execute("SET maintenance_work_mem = '512MB'; ALTER TABLE pipeline_jobs ADD UNIQUE (rq_job_id)");
    for (String index : indexes) {
      execute("SET maintenance_work_mem = '512MB'; " + index);
    }
    execute(
        """
        ALTER TABLE pipeline_jobs ENABLE TRIGGER USER, RESET (autovacuum_enabled), SET (fillfactor = 80);
        INSERT INTO job_counters (realm, queue, status, jobs)
        SELECT realm, queue, status, count(*) FROM pipeline_jobs GROUP BY 1, 2, 3
        """);
    execute("VACUUM (ANALYZE) pipeline_jobs");
  }

  private void insert(int rows) throws Exception {
    List<Future<Boolean>> parts = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(2)) {
      for (int from = 1; from <= rows; from += PART) {
        String part = part(rows, from, Math.min(rows, from + PART - 1));
        parts.add(
            threads.submit(
                () -> {
                  execute("SET synchronous_commit = off; " + part);
                  return true;
                }));
      }
      for (Future<Boolean> part : parts) {
        part.get();
      }
    }
  }

  /** Times and ids go up with the number, so that rows lie as if they had come one by one. */
  private static String part(int rows, int from, int to) {
    return """
      INSERT INTO pipeline_jobs (id, rq_job_id, realm, queue, status, payload, result, error, error_code, created_at,
          started_at, finished_at, runner, function, rev, attempt, max_attempts, run_at, sha256)
      SELECT id, id::text,
          CASE WHEN r < 0.40 THEN 'realm-001' WHEN r > 0.995 THEN NULL
              ELSE 'realm-' || lpad((2 + floor(199 * power((r - 0.4) / 0.6, 2.5)))::int::text, 3, '0') END,
          CASE WHEN q < 0.7 THEN 'default' WHEN q < 0.9 THEN 'urgent' ELSE 'slow' END, status,
          jsonb_build_object('filename', 'quarterly report ' || n || '.pdf', 'size_bytes', 10000 + n %% 900000,
              'media_type', 'application/pdf', 'sha256', sha, 'pages', n %% 40, 'title', 'Quarterly report number ' || n),
          CASE WHEN status = 'finished' THEN jsonb_build_object('chunks', n %% 50, 'embeddings', n %% 50, 'summary',
              CASE WHEN n %% 1000 = 0 THEN (SELECT string_agg(md5((n::bigint * 1000 + i)::text), ' ')
                  FROM generate_series(1, 600) i)
                  ELSE repeat('The report number ' || n || ' says that sales went up and costs went down. ', 4) END,
              'duration_sec', 1.5, 'pages', n %% 40, 'words', n %% 9000, 'language', 'en', 'warnings', '[]'::jsonb) END,
          CASE WHEN status = 'failed' THEN 'The document ' || n || ' has no text that could be read.' END,
          CASE WHEN status = 'failed' THEN 'no_text' END, at,
          CASE WHEN status IN ('finished', 'failed') THEN at + interval '2 s' END,
          CASE WHEN status IN ('finished', 'failed', 'canceled') THEN at + interval '4 s' END,
          'native', 'te_po.pipeline.jobs.process_document', 3,
          CASE WHEN status IN ('finished', 'failed') THEN 1 ELSE 0 END, 4, at, sha
      FROM (
        SELECT n, at, random() AS r, random() AS q, md5(n::text) || md5((-n)::text) AS sha,
            (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3) || 'a'
                || substr(md5(n::text), 4, 15))::uuid AS id,
            CASE WHEN n > %1$d - %5$d THEN 'queued' WHEN s < 0.94 THEN 'finished' WHEN s < 0.989 THEN 'failed'
                WHEN s < 0.99 THEN 'scheduled' ELSE 'canceled' END AS status
        FROM (SELECT n, now() - interval '60 days' * ((%2$d - n)::float8 / %2$d) AS at, random() AS s
              FROM generate_series(%3$d, %4$d) n) numbered) rows
      """
        .formatted(rows, rows, from, to, rows / 100);
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  long number(String sql) throws SQLException {
    return Long.parseLong(texts(sql).getFirst());
  }

  List<String> texts(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      List<String> texts = new ArrayList<>();
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(login.jdbcUrl(), login.user(), login.password());
  }
}
