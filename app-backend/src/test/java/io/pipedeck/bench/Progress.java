package io.pipedeck.bench;

import io.pipedeck.stand.Pause;
import io.pipedeck.stand.Sql;
import io.pipedeck.stand.Stand;
import java.sql.SQLException;
import java.time.Duration;

/** How many jobs have finished, by the counters that the schema keeps; for one thread. */
final class Progress implements AutoCloseable {
  private final Sql sql;

  Progress(Stand.Db db) throws SQLException {
    this.sql = new Sql(db);
  }

  long finished() throws SQLException {
    return sql.number(
        """
        SELECT coalesce(sum(jobs), 0) FROM (
          SELECT jobs FROM job_counters WHERE status = 'finished'
          UNION ALL SELECT jobs FROM job_counter_deltas WHERE status = 'finished') c
        """);
  }

  /** Counts the rows themselves: what the counters said must be true. */
  void check(long expected) throws SQLException {
    long rows = sql.number("SELECT count(*) FROM pipeline_jobs WHERE status = 'finished'");
    long others = sql.number("SELECT count(*) FROM pipeline_jobs WHERE status <> 'finished'");
    if (rows != expected || others != 0) {
      throw new IllegalStateException(
          rows + " jobs finished and " + others + " did not, of " + expected);
    }
  }

  /** Waits until this many have finished. */
  void await(long jobs, Duration atMost) throws InterruptedException, SQLException {
    await(jobs, atMost, Duration.ofMillis(50));
  }

  /** The same for who needn't hear it at once, looking so seldom that it costs nothing. */
  void await(long jobs, Duration atMost, Duration lookEvery)
      throws InterruptedException, SQLException {
    if (!Pause.until(atMost, lookEvery, () -> finished() >= jobs)) {
      throw new IllegalStateException(finished() + " of " + jobs + " jobs finished in " + atMost);
    }
  }

  @Override
  public void close() throws SQLException {
    sql.close();
  }
}
