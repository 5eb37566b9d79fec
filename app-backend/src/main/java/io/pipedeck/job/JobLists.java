package io.pipedeck.job;

import io.pipedeck.api.Counts;
import io.pipedeck.api.JobPage;
import io.pipedeck.api.JobView;
import io.pipedeck.api.JobView.Attempt;
import io.pipedeck.api.QueueView;
import io.pipedeck.api.RealmView;
import io.pipedeck.db.Row;
import io.pipedeck.db.Tx;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What people look at: lists of jobs, counts, attempts. Reads only. */
public final class JobLists {
  /**
   * The newest jobs, archived ones included.
   *
   * @param limit 1 to 500
   * @param before from {@link JobPage#next}, null for the first page
   */
  public JobPage recent(Tx tx, JobPage.Filters filters, int limit, @Nullable Cursor before) {
    List<JobView> rows = new RecentJobs(filters, before, limit + 1).read(tx);
    boolean more = rows.size() > limit;
    List<JobView> page = more ? List.copyOf(rows.subList(0, limit)) : rows;
    return new JobPage(
        page, page.size(), filters, more ? Cursor.after(page.getLast()).text() : null);
  }

  /** The attempts of a job, the newest first. */
  public List<Attempt> attempts(Tx tx, UUID jobId) {
    return tx.query(
        """
        SELECT attempt, worker, started_at, ended_at, outcome, error_code, error
        FROM job_attempts WHERE job_id = ? ORDER BY started_at DESC, attempt DESC LIMIT 100
        """,
        JobLists::attempt,
        jobId);
  }

  static Attempt attempt(Row row) {
    return new Attempt(
        row.requiredInteger("attempt"),
        row.requiredText("worker"),
        row.requiredInstant("started_at"),
        row.instant("ended_at"),
        row.requiredText("outcome"),
        JobRows.errorCode(row),
        row.text("error"));
  }

  /** The counts over all jobs. */
  public Counts counts(Tx tx) {
    return grouped(tx, _ -> "all").getOrDefault("all", Counts.NONE);
  }

  /** The queues that ever had a job, with their counts. */
  public List<QueueView> queues(Tx tx) {
    return grouped(tx, JobRows::queue).entrySet().stream()
        .map(entry -> new QueueView(entry.getKey(), entry.getValue()))
        .toList();
  }

  /** The realms that ever had a job, with their counts; the jobs without a realm as one of null. */
  public List<RealmView> realms(Tx tx) {
    return grouped(tx, row -> row.text("realm") == null ? "" : "=" + row.text("realm"))
        .entrySet()
        .stream()
        .map(
            entry ->
                new RealmView(
                    entry.getKey().isEmpty() ? null : entry.getKey().substring(1),
                    entry.getValue()))
        .toList();
  }

  private static Map<String, Counts> grouped(Tx tx, Function<Row, String> key) {
    Map<String, Counts> counts = new TreeMap<>();
    tx.query(
            """
            SELECT realm, queue, status, sum(jobs)::bigint AS jobs
            FROM (SELECT realm, queue, status, jobs FROM job_counters
                  UNION ALL
                  SELECT realm, queue, status, jobs FROM job_counter_deltas) AS counted
            GROUP BY realm, queue, status HAVING sum(jobs) <> 0
            """,
            row ->
                Map.entry(
                    key.apply(row),
                    Counts.NONE.plus(JobRows.status(row), row.requiredLong("jobs"))))
        .forEach(entry -> counts.merge(entry.getKey(), entry.getValue(), Counts::plus));
    return counts;
  }

  /** Folds the deltas of the counters; for the leader. */
  public int foldCounters(Tx tx) {
    return tx.update(
        """
        WITH taken AS (DELETE FROM job_counter_deltas RETURNING realm, queue, status, jobs)
        INSERT INTO job_counters AS c (realm, queue, status, jobs)
        SELECT realm, queue, status, sum(jobs) FROM taken GROUP BY realm, queue, status
        ON CONFLICT (realm, queue, status) DO UPDATE SET jobs = c.jobs + excluded.jobs
        """);
  }
}
