package io.pipedeck.bench;

import io.pipedeck.stand.Node;
import io.pipedeck.stand.Sql;
import io.pipedeck.stand.Stand;
import java.sql.Connection;

/**
 * The throughput while some session holds a snapshot open for the whole run, so that nothing that
 * dies can be cleared away; beside the same without it.
 */
final class IdleInTransaction implements Benchmark {
  @Override
  public String name() {
    return "idle-in-transaction";
  }

  @Override
  public void run(Session session) throws Exception {
    System.out.println("a session idle in transaction");
    double alone = rate(session, false);
    double beside = rate(session, true);
    session
        .report()
        .note(
            "without %,.0f jobs/s, beside the open snapshot %,.0f jobs/s".formatted(alone, beside));
    session
        .report()
        .atMost("idle in transaction: loss of throughput", 100 * (1 - beside / alone), 30, " %");
  }

  private static double rate(Session session, boolean held) throws Exception {
    Stand.Db db = session.freshStores();
    try (Connection idle = Sql.connect(db);
        var library = new Library(session, db);
        var progress = new Progress(db);
        Node worker =
            session
                .worker(db, "worker-idle-" + held, session.options().concurrency())
                .start()
                .awaitUp()) {
      if (held) {
        hold(idle);
      }
      return Tracked.steady(session, library, progress, worker).rate();
    }
  }

  private static void hold(Connection idle) throws Exception {
    idle.setAutoCommit(false);
    idle.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    try (var statement = idle.createStatement()) {
      statement.execute("SELECT count(*) FROM pipeline_jobs");
    }
  }
}
