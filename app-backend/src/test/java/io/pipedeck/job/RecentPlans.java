package io.pipedeck.job;

import io.pipedeck.api.JobPage;
import io.pipedeck.db.Tx;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How PostgreSQL answers the lists of newest jobs; for benchmarks. */
public final class RecentPlans {
  private RecentPlans() {}

  /** The plan of one page with its times and buffers, a line each. */
  public static List<String> explain(
      Tx tx, JobPage.Filters filters, @Nullable Cursor before, int limit) {
    var statement = new RecentJobs(filters, before, limit + 1);
    return tx.query(
        "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) " + statement.sql(),
        row -> row.requiredText("QUERY PLAN"),
        statement.values());
  }

  /** As {@link JobPage#next} tells it. */
  public static String text(Cursor cursor) {
    return cursor.text();
  }
}
