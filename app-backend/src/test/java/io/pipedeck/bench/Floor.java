package io.pipedeck.bench;

import io.pipedeck.job.Ids;
import io.pipedeck.stand.Sql;
import io.pipedeck.stand.Stand;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What this machine and this schema can do at best: the three row changes of a job as bare batched
 * statements over arrays, each committed, with all columns that the program writes, all indexes and
 * all triggers.
 *
 * @param jobsPerSecond of the best size of batch and number of connections
 * @param micros processor time a job of all who took part in that
 */
record Floor(double jobsPerSecond, double micros) {
  private static final double SECONDS_EACH = 4;
  private static final double SECONDS_WARM_UP = 4;

  private static final String INSERT =
      """
      INSERT INTO pipeline_jobs (id, rq_job_id, realm, queue, status, payload, runner, function, max_attempts, run_at,
          batch_id, sha256, options, secret, timeout_seconds, rev)
      SELECT v.id, v.id::text, v.realm, v.queue, 'queued', v.payload::jsonb, 'native', v.function, v.max_attempts, now(),
          v.batch_id, v.sha256, v.options::jsonb, v.secret, v.timeout_seconds, 1
      FROM unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[], ?::int[], ?::uuid[], ?::text[], ?::text[],
          ?::text[], ?::int[])
        AS v(id, realm, queue, payload, function, max_attempts, batch_id, sha256, options, secret, timeout_seconds)
      ON CONFLICT (id) DO NOTHING
      """;

  private static final String START =
      """
      UPDATE pipeline_jobs j
      SET status = 'running', claim_id = v.claim_id, worker = v.worker, attempt = j.attempt + 1,
          lease_until = now() + interval '30 seconds', started_at = now(), rev = j.rev + 1, error = NULL,
          error_code = NULL, progress = NULL
      FROM unnest(?::uuid[], ?::uuid[], ?::text[]) AS v(id, claim_id, worker)
      WHERE j.id = v.id AND j.status = 'queued'
      """;

  private static final String FINISH =
      """
      UPDATE pipeline_jobs j
      SET status = 'finished', finished_at = now(), result = v.result::jsonb, secret = NULL, progress = NULL,
          rev = j.rev + 1, claim_id = NULL, worker = NULL, lease_until = NULL
      FROM unnest(?::uuid[], ?::uuid[], ?::text[]) AS v(id, claim_id, result)
      WHERE j.id = v.id AND j.claim_id = v.claim_id
      """;

  /** Tries all combinations; on a database of its own. */
  static Floor measure(Session session) throws IOException, SQLException, InterruptedException {
    System.out.println("floor");
    Report report = session.report();
    Stand.Db db = session.freshStores();
    run(db, 500, 2, SECONDS_WARM_UP);
    try (var sql = new Sql(db)) {
      sql.run("ANALYZE pipeline_jobs"); // as autovacuum does within a minute
    }
    var best = new Floor(0, 0);
    for (int batch : List.of(100, 500)) {
      for (int connections : List.of(1, 2, 4)) {
        report.note("%d a statement, %d connections".formatted(batch, connections));
        var usage = new Usage(session.stand(), Map.of());
        double rate = run(db, batch, connections, SECONDS_EACH);
        double micros = usage.tell(report, rate * SECONDS_EACH).all();
        report.note("%,.0f jobs/s".formatted(rate));
        best = rate > best.jobsPerSecond() ? new Floor(rate, micros) : best;
      }
    }
    report.figure(
        "floor: bare batched statements",
        "%s jobs/s, %s µs of CPU a job"
            .formatted(Report.text(best.jobsPerSecond()), Report.text(best.micros())));
    return best;
  }

  private static double run(Stand.Db db, int batch, int connections, double seconds)
      throws SQLException, InterruptedException {
    long began = System.nanoTime();
    long until = began + (long) (seconds * 1e9);
    long jobs = 0;
    try (var threads = Executors.newFixedThreadPool(connections)) {
      var parts = new ArrayList<Future<Integer>>();
      for (int i = 0; i < connections; i++) {
        parts.add(threads.submit(() -> work(db, batch, until)));
      }
      for (Future<Integer> part : parts) {
        jobs += part.get();
      }
    } catch (ExecutionException e) {
      throw new SQLException(e.getCause());
    }
    return jobs / ((System.nanoTime() - began) / 1e9);
  }

  private static int work(Stand.Db db, int batch, long untilNanos) throws SQLException {
    int jobs = 0;
    try (Connection connection = Sql.connect(db)) {
      connection.setAutoCommit(false);
      try (PreparedStatement insert = connection.prepareStatement(INSERT);
          PreparedStatement start = connection.prepareStatement(START);
          PreparedStatement finish = connection.prepareStatement(FINISH)) {
        while (System.nanoTime() < untilNanos) {
          var rows = new Batch(connection, batch);
          rows.insert(insert);
          connection.commit();
          rows.start(start);
          connection.commit();
          rows.finish(finish);
          connection.commit();
          jobs += batch;
        }
      }
    }
    return jobs;
  }

  /** The values of some jobs. */
  private static final class Batch {
    private final Connection connection;
    private final int size;
    private final UUID[] ids;
    private final UUID[] claims;

    Batch(Connection connection, int size) {
      this.connection = connection;
      this.size = size;
      this.ids = new UUID[size];
      this.claims = new UUID[size];
      for (int i = 0; i < size; i++) {
        ids[i] = Ids.next();
        claims[i] = UUID.randomUUID();
      }
    }

    void insert(PreparedStatement statement) throws SQLException {
      array(statement, 1, "uuid", ids);
      array(statement, 2, "text", same("bench"));
      array(statement, 3, "text", same("default"));
      array(statement, 4, "text", same("{\"filename\": \"a.pdf\"}"));
      array(statement, 5, "text", same("test.noop"));
      Integer[] attempts = new Integer[size];
      java.util.Arrays.fill(attempts, 4);
      array(statement, 6, "int4", attempts);
      array(statement, 7, "uuid", new UUID[size]);
      array(statement, 8, "text", new String[size]);
      array(statement, 9, "text", new String[size]);
      array(statement, 10, "text", new String[size]);
      array(statement, 11, "int4", new Integer[size]);
      changed(statement);
    }

    void start(PreparedStatement statement) throws SQLException {
      array(statement, 1, "uuid", ids);
      array(statement, 2, "uuid", claims);
      array(statement, 3, "text", same("machine.12345.0a1b2c3d.7"));
      changed(statement);
    }

    void finish(PreparedStatement statement) throws SQLException {
      array(statement, 1, "uuid", ids);
      array(statement, 2, "uuid", claims);
      array(statement, 3, "text", new String[size]);
      changed(statement);
    }

    private void changed(PreparedStatement statement) throws SQLException {
      int rows = statement.executeUpdate();
      if (rows != size) {
        throw new IllegalStateException(rows + " rows changed instead of " + size);
      }
    }

    private String[] same(String text) {
      String[] all = new String[size];
      java.util.Arrays.fill(all, text);
      return all;
    }

    private void array(PreparedStatement statement, int index, String type, Object[] values)
        throws SQLException {
      statement.setArray(index, connection.createArrayOf(type, values));
    }
  }
}
