package io.pipedeck.job;

import io.pipedeck.api.JobPage;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView;
import io.pipedeck.db.Row;
import io.pipedeck.db.Tx;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The statement behind the lists of newest jobs: one over table and archive, so that a job that
 * moves between them meanwhile is neither missed nor shown twice.
 *
 * <p>The table has few indexes, because each is written at every change of a job. A list that
 * leaves out the queue or the status is merged out of the newest of each queue and status that
 * there is; which there are is read off the index, one probe for each. Only ids and times go
 * through the merge, mostly without a look at the table. The archive is read only from where it
 * reaches into the page.
 */
// Relies on pipeline_jobs_recent_idx, pipeline_jobs_recent_queue_status_idx,
// pipeline_jobs_recent_realm_queue_status_idx, pipeline_jobs_recent_unnamed_idx, and on an index of
// pipeline_jobs_archive for each combination of filters. One plan fits all values, and to plan over
// many partitions takes longer than the rest. So that PostgreSQL keeps one, the number of rows
// stands
// in the text, where it sees it, and other values come from queries of their own, where it doesn't.
final class RecentJobs {
  private static final int NAME_PREVIEW = 200;
  private static final int SUMMARY_PREVIEW = 200;
  private static final int ERROR_PREVIEW = 240;

  // Cut in SQL, so that long values never leave the database; of the longest there are previews.
  private static final String COLUMNS =
      """
      j.id, j.rq_job_id, j.realm, j.queue, j.status, j.error_code, j.created_at, j.started_at, j.finished_at,
      j.attempt, j.max_attempts, j.run_at, j.worker, j.batch_id, j.progress, j.runner, left(j.error, %d) AS error,
      coalesce(j.filename_preview, left(j.payload ->> 'filename', %d)) AS filename,
      coalesce(j.summary_preview, left(j.result ->> 'summary', %d)) AS result_summary
      """
          .formatted(ERROR_PREVIEW, NAME_PREVIEW, SUMMARY_PREVIEW);

  private final JobPage.Filters filters;
  private final @Nullable Cursor before;
  private final int rows;
  private final StringBuilder sql = new StringBuilder();
  private final List<@Nullable Object> values = new ArrayList<>();

  /**
   * The newest jobs.
   *
   * @param before where the page before ended, null for the first page
   * @param rows how many at most
   */
  RecentJobs(JobPage.Filters filters, @Nullable Cursor before, int rows) {
    this.filters = filters;
    this.before = before;
    this.rows = rows;
    compose();
  }

  List<JobView> read(Tx tx) {
    return tx.query(sql(), RecentJobs::row, values());
  }

  String sql() {
    return sql.toString();
  }

  @Nullable Object[] values() {
    return values.toArray();
  }

  private void compose() {
    add("WITH RECURSIVE ");
    live();
    archived();
    add(", page AS MATERIALIZED (SELECT created_at, id, false AS old FROM live");
    add(" UNION ALL SELECT created_at, id, true FROM archived");
    newest();
    add(") SELECT " + COLUMNS);
    add("FROM page JOIN pipeline_jobs j ON j.id = page.id WHERE NOT page.old UNION ALL SELECT ");
    add(COLUMNS + "FROM page JOIN pipeline_jobs_archive j");
    add(" ON j.created_at = page.created_at AND j.id = page.id WHERE page.old");
    add(" ORDER BY created_at DESC, id DESC");
  }

  /** The page as it were without the archive: {@code live (created_at, id)}. */
  private void live() {
    boolean all = filters.equals(JobPage.Filters.NONE);
    if (all || (filters.queue() != null && filters.status() != null)) {
      add("live AS MATERIALIZED (SELECT j.created_at, j.id FROM pipeline_jobs j WHERE true");
      filtered();
      newest();
      add(")");
      return;
    }
    keys();
    add(", live AS MATERIALIZED (SELECT m.created_at, m.id FROM (");
    add("SELECT newest.created_at, newest.id FROM keys CROSS JOIN LATERAL (");
    add("SELECT j.created_at, j.id FROM pipeline_jobs j");
    add(" WHERE j.queue = keys.queue AND j.status = keys.status");
    realm();
    before();
    newest();
    add(") newest UNION ALL (SELECT j.created_at, j.id FROM pipeline_jobs j");
    add(" WHERE (j.queue IS NULL OR j.status IS NULL)");
    filtered();
    newest();
    add(")) m");
    newest();
    add(")");
  }

  /** Each queue and status that the list may hold: {@code keys (queue, status)}. */
  private void keys() {
    if (filters.status() != null) {
      distinct("queue");
      add(", keys (queue, status) AS (SELECT queue, ?::text FROM known)", status());
    } else if (filters.queue() != null) {
      distinct("status");
      add(", keys (queue, status) AS (SELECT ?::text, status FROM known)", filters.queue());
    } else {
      distinct("queue, status");
      add(", keys (queue, status) AS (SELECT queue, status FROM known)");
    }
  }

  /** The distinct values there are, from one to the next: {@code known (columns)}. */
  private void distinct(String columns) {
    add("known (" + columns + ") AS ((SELECT " + columns + " FROM pipeline_jobs j WHERE true");
    realm();
    queue();
    add(" ORDER BY " + columns + " LIMIT 1)");
    add(" UNION ALL SELECT n.* FROM known CROSS JOIN LATERAL (SELECT " + columns);
    add(" FROM pipeline_jobs j WHERE (" + columns + ") > (");
    add(columns.replace("queue", "known.queue").replace("status", "known.status") + ")");
    realm();
    queue();
    add(" ORDER BY " + columns + " LIMIT 1) n)");
  }

  /**
   * What may belong to the page of the archive: {@code archived (created_at, id)}. Nothing where
   * the page is full of younger jobs.
   */
  private void archived() {
    add(", archived AS MATERIALIZED (SELECT j.created_at, j.id FROM pipeline_jobs_archive j");
    add(" WHERE (SELECT count(*) < " + rows + " OR min(created_at) <=");
    add(" (SELECT max(created_at) FROM pipeline_jobs_archive) FROM live)");
    if (before != null && before.createdAt() != null) {
      // Says nothing that the comparison of rows doesn't; but only this leaves partitions out.
      add(" AND j.created_at <= (SELECT ?::timestamptz)", before.createdAt());
    }
    filtered();
    newest();
    add(")");
  }

  private void filtered() {
    realm();
    queue();
    if (filters.status() != null) {
      add(" AND j.status = (SELECT ?::text)", status());
    }
    before();
  }

  private void realm() {
    if (filters.realm() != null) {
      add(" AND j.realm = (SELECT ?::text)", filters.realm());
    }
  }

  private void queue() {
    if (filters.queue() != null) {
      add(" AND j.queue = (SELECT ?::text)", filters.queue());
    }
  }

  private void before() {
    if (before == null) {
      return;
    }
    if (before.createdAt() == null) {
      add(" AND (j.created_at IS NOT NULL OR j.id < ?)", before.id());
    } else {
      add(" AND (j.created_at, j.id) < ((SELECT ?::timestamptz), (SELECT ?::uuid))");
      bind(before.createdAt(), before.id());
    }
  }

  private void newest() {
    add(" ORDER BY created_at DESC, id DESC LIMIT " + rows);
  }

  private @Nullable String status() {
    JobStatus status = filters.status();
    return status == null ? null : status.wireName();
  }

  private void add(String fragment, @Nullable Object... bound) {
    sql.append(fragment);
    bind(bound);
  }

  private void bind(@Nullable Object... bound) {
    values.addAll(Arrays.asList(bound));
  }

  private static JobView row(Row row) {
    JobStatus status = JobRows.status(row);
    boolean ours = row.requiredText("runner").equals("native");
    return new JobView(
        row.requiredUuid("id"),
        row.text("rq_job_id"),
        row.text("realm"),
        JobRows.queue(row),
        status,
        null,
        null,
        row.text("filename"),
        row.text("result_summary"),
        row.text("error"),
        JobRows.errorCode(row),
        row.instant("created_at"),
        row.instant("started_at"),
        row.instant("finished_at"),
        row.uuid("batch_id"),
        ours ? row.integer("attempt") : null,
        ours ? row.integer("max_attempts") : null,
        status == JobStatus.SCHEDULED ? row.instant("run_at") : null,
        row.text("worker"),
        JobRows.progress(row),
        null,
        null);
  }
}
