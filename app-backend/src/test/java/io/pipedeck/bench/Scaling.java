package io.pipedeck.bench;

import io.pipedeck.job.NewJob;
import io.pipedeck.stand.Node;
import io.pipedeck.stand.Sql;
import io.pipedeck.stand.Stand;
import io.pipedeck.stand.TestFunctions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * More worker processes with one slot each, on jobs that only wait: how near they come to never
 * being between two jobs.
 */
final class Scaling implements Benchmark {
  private static final int MILLIS = 20;

  /** Jobs that do nothing, until the code of each process is compiled. */
  private static final int NOOPS_EACH = 20_000;

  /** Jobs that wait, before those that are measured. */
  private static final int WARM_UP_EACH = 1_000;

  private static final int JOBS_EACH = 300;
  private static final Duration PATIENCE = Duration.ofMinutes(8);

  /** The rate is told by the rows themselves. */
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  @Override
  public String name() {
    return "scaling";
  }

  @Override
  public void run(Session session) throws Exception {
    System.out.println("worker processes of concurrency 1, jobs that wait " + MILLIS + " ms");
    for (int workers : List.of(1, 2, 4, 8)) {
      measure(session, workers);
    }
  }

  private static void measure(Session session, int workers) throws Exception {
    Stand.Db db = session.freshStores();
    var nodes = new ArrayList<Node>();
    try (var library = new Library(session, db);
        var progress = new Progress(db);
        var sql = new Sql(db)) {
      for (int i = 0; i < workers; i++) {
        nodes.add(session.worker(db, "worker-of-" + workers + "-" + i, 1).start());
      }
      for (Node node : nodes) {
        node.awaitUp();
      }
      int noops = workers * NOOPS_EACH;
      for (int done = 0; done < noops; done += 1_000) {
        library.enqueue(Jobs.of(TestFunctions.NOOP, 1_000));
      }
      progress.await(noops, PATIENCE, LOOK_EVERY);
      int warmUp = noops + workers * WARM_UP_EACH;
      library.enqueue(jobs(workers * WARM_UP_EACH));
      progress.await(warmUp, PATIENCE, LOOK_EVERY);
      int count = workers * JOBS_EACH;
      var usage = new Usage(session.stand(), pids(nodes));
      library.enqueue(jobs(count));
      progress.await(warmUp + count, PATIENCE, LOOK_EVERY);
      usage.tell(session.report(), count);
      double rate = rate(sql, warmUp, count);
      session
          .report()
          .atLeast(
              workers + " workers of concurrency 1: share of ideal",
              100 * rate / (workers * 1000.0 / MILLIS),
              90,
              " %");
    } finally {
      nodes.forEach(Node::close);
    }
  }

  private static Map<String, Long> pids(List<Node> nodes) {
    var pids = new LinkedHashMap<String, Long>();
    for (int i = 0; i < nodes.size(); i++) {
      pids.put("worker " + (i + 1), nodes.get(i).pid());
    }
    return pids;
  }

  private static List<NewJob> jobs(int count) {
    var jobs = new ArrayList<NewJob>();
    for (int i = 0; i < count; i++) {
      jobs.add(Jobs.sleeping(TestFunctions.SLEEP, MILLIS));
    }
    return jobs;
  }

  /**
   * Jobs a second in the middle of the run, when all workers are at it, by the database's clock.
   */
  private static double rate(Sql sql, int warmUp, int count) throws Exception {
    String nth =
        "SELECT extract(epoch FROM finished_at) * 1000000 FROM pipeline_jobs ORDER BY finished_at LIMIT 1 OFFSET ?";
    long first = sql.number(nth, warmUp + count / 10);
    long last = sql.number(nth, warmUp + count - 1 - count / 10);
    return (count - 1 - 2 * (count / 10)) / ((last - first) / 1e6);
  }
}
