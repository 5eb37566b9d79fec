package io.pipedeck.bench;

import io.pipedeck.job.NewJob;
import io.pipedeck.stand.Node;
import io.pipedeck.stand.Pause;
import io.pipedeck.stand.Sql;
import io.pipedeck.stand.Stand;
import io.pipedeck.stand.TestFunctions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * How soon a job starts where nothing else is to do: from its commit in the enqueuing process to
 * the first instruction of its function in the worker, both on the machine's monotonic clock.
 */
final class Latency implements Benchmark {
  /** A service runs for days; its code is compiled by then. */
  private static final int WARM_UP = 3_000;

  private static final Duration BETWEEN_WARM_UPS = Duration.ofMillis(4);
  private static final int JOBS = 400;
  private static final Duration BETWEEN = Duration.ofMillis(40);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Override
  public String name() {
    return "latency";
  }

  @Override
  public void run(Session session) throws Exception {
    System.out.println("idle system: committed to started");
    Stand.Db db = session.freshStores();
    try (var library = new Library(session, db);
        var progress = new Progress(db);
        var sql = new Sql(db);
        Node _ = session.worker(db, "worker-latency", 4).start().awaitUp()) {
      send(library, WARM_UP, BETWEEN_WARM_UPS);
      progress.await(WARM_UP, PATIENCE);
      Map<UUID, Long> committed = send(library, JOBS, BETWEEN);
      progress.await(WARM_UP + JOBS, PATIENCE);
      var times = new Latencies(JOBS);
      for (var each : committed.entrySet()) {
        long started =
            sql.number(
                "SELECT (result->>'started_nanos')::bigint FROM pipeline_jobs WHERE id = ?",
                each.getKey());
        times.add(started - each.getValue());
      }
      Report report = session.report();
      report.note("%d jobs, slowest %.1f ms".formatted(times.count(), times.millis(1)));
      report.atMost("idle: committed to started, p50", times.millis(0.50), 2, " ms");
      report.atMost("idle: committed to started, p99", times.millis(0.99), 8, " ms");
    }
  }

  /** One at a time, with pauses; when each was committed. */
  private static Map<UUID, Long> send(Library library, int jobs, Duration between)
      throws InterruptedException {
    Map<UUID, Long> committed = new LinkedHashMap<>();
    for (int i = 0; i < jobs; i++) {
      NewJob job = Jobs.of(TestFunctions.CLOCK);
      committed.put(job.id(), library.enqueueOne(job));
      Pause.of(between);
    }
    return committed;
  }
}
