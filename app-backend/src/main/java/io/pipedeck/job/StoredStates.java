package io.pipedeck.job;

import io.pipedeck.api.JobStatus;
import io.pipedeck.db.Row;
import io.pipedeck.db.Tx;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL that compares what PostgreSQL has with what Redis shows. */
public final class StoredStates {
  private static final String COLUMNS =
      """
      id, coalesce(rq_job_id, id::text) AS shown_id, queue, status, rev,
      runner = 'native' AND NOT coalesce(jsonb_exists(payload, 'rq'), false) AS ours""";

  /**
   * What a row says.
   *
   * @param shownId its id in Redis
   * @param ours whether we enqueued it: neither another program's row nor one that was adopted
   */
  public record Stored(
      UUID id, String shownId, String queue, JobStatus status, long rev, boolean ours) {}

  /** The rows of these ids in Redis, by that id. */
  public Map<String, Stored> find(Tx tx, Collection<String> shownIds) {
    Map<String, Stored> found = new HashMap<>();
    tx.query(
            "SELECT " + COLUMNS + " FROM pipeline_jobs WHERE rq_job_id = ANY (?)",
            StoredStates::stored,
            (Object) shownIds.toArray(String[]::new))
        .forEach(stored -> found.put(stored.shownId(), stored));
    return found;
  }

  /** The next of our jobs that run, by their ids after this one; null for the first. */
  public List<Stored> running(Tx tx, @Nullable UUID after, int most) {
    return tx.query(
        "SELECT "
            + COLUMNS
            + """
             FROM pipeline_jobs WHERE runner = 'native' AND status = 'running' AND id > ?
            ORDER BY id LIMIT ?
            """,
        StoredStates::stored,
        after == null ? new UUID(0, 0) : after,
        most);
  }

  private static Stored stored(Row row) {
    return new Stored(
        row.requiredUuid("id"),
        row.requiredText("shown_id"),
        JobRows.queue(row),
        JobRows.status(row),
        row.requiredLong("rev"),
        row.requiredBoolean("ours"));
  }
}
