package io.pipedeck.archive;

import io.pipedeck.db.Database;
import io.pipedeck.db.Tx;
import io.pipedeck.job.ArchiveColumns;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.UUID;

/**
 * Moves jobs whose end is old enough to the archive, the oldest end first: each chunk in one short
 * transaction, so that at every moment a job is in one of the two tables. Rows that somebody holds
 * are left for the next pass. For one thread.
 */
// Relies on pipeline_jobs_ended_idx (runner, finished_at, id) WHERE finished_at IS NOT NULL.
final class Moves {
  private static final String PICK =
      """
      SELECT id, finished_at, to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month FROM pipeline_jobs
      WHERE runner = ? AND finished_at IS NOT NULL AND (finished_at, id) > (?, ?)
        AND finished_at < now() - ? * interval '24 hours' AND status IN ('finished', 'failed', 'canceled')
        AND created_at BETWEEN '1970-01-01Z' AND now()
      ORDER BY finished_at, id LIMIT ? FOR UPDATE SKIP LOCKED
      """;

  private static final Picked START =
      new Picked(new UUID(0, 0), Instant.parse("0001-01-01T00:00:00Z"), YearMonth.of(1, 1));

  private final Database database;
  private final String runner;
  private final int days;
  private Picked last = START;

  record Picked(UUID id, Instant end, YearMonth month) {}

  /**
   * @param runner whose rows: {@code native} or {@code foreign}
   * @param days of 24 hours since the end of a job
   */
  Moves(Database database, String runner, int days) {
    this.database = database;
    this.runner = runner;
    this.days = days;
  }

  /**
   * Moves the next ones, and begins anew where it came to the end.
   *
   * @return how many were moved; less than {@code chunk} ends the pass
   */
  int next(int chunk) {
    List<Picked> moved = database.inTransaction(tx -> move(tx, chunk));
    last = moved.size() < chunk ? START : moved.getLast();
    return moved.size();
  }

  /** Moves the next ones when this transaction commits. */
  List<Picked> move(Tx tx, int chunk) {
    List<Picked> picked = pick(tx, chunk);
    picked.stream().map(Picked::month).distinct().forEach(month -> Months.ensure(tx, month));
    int stored = picked.isEmpty() ? 0 : move(tx, picked);
    if (stored != picked.size()) {
      throw new IllegalStateException(
          "%d jobs were to move to the archive, %d would have".formatted(picked.size(), stored));
    }
    return picked;
  }

  private static int move(Tx tx, List<Picked> picked) {
    UUID[] ids = picked.stream().map(Picked::id).toArray(UUID[]::new);
    return tx.update(
        """
        WITH moved AS (DELETE FROM pipeline_jobs WHERE id = ANY(?) RETURNING *),
        tried AS (DELETE FROM job_attempts WHERE job_id = ANY(?) RETURNING *),
        attempts AS (
          SELECT job_id AS of_job, jsonb_agg(to_jsonb(tried) - 'job_id' ORDER BY started_at, attempt) AS attempts
          FROM tried GROUP BY job_id)
        INSERT INTO pipeline_jobs_archive (%1$s, attempts)
        SELECT %1$s, attempts FROM moved LEFT JOIN attempts ON of_job = id
        """
            .formatted(ArchiveColumns.shared(tx)),
        ids,
        ids);
  }

  private List<Picked> pick(Tx tx, int chunk) {
    return tx.query(
        PICK,
        row ->
            new Picked(
                row.requiredUuid("id"),
                row.requiredInstant("finished_at"),
                YearMonth.parse(row.requiredText("month"))),
        runner,
        last.end(),
        last.id(),
        days,
        chunk);
  }
}
