package io.pipedeck.job;

import io.pipedeck.api.JobView.Attempt;
import io.pipedeck.db.Tx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * The SQL about single jobs that ended long ago and were moved to the archive: they are found
 * there, and moved back when somebody acts on them.
 */
public final class ArchivedJobs {
  /** By how much a clock may be wrong that made an id; beyond, the job is found more slowly. */
  private static final Duration CLOCK_ERROR = Duration.ofDays(1);

  private static final Span ALWAYS =
      new Span(Instant.parse("0001-01-01T00:00:00Z"), Instant.parse("9999-12-31T00:00:00Z"));

  /** When the job was created, which tells its partition. */
  private record Span(Instant from, Instant to) {}

  /** The archived job of this id. */
  public Optional<Job> find(Tx tx, UUID id) {
    return within(
        id,
        span ->
            tx.first(
                "SELECT "
                    + JobRows.COLUMNS
                    + " FROM pipeline_jobs_archive j WHERE j.id = ? AND j.created_at BETWEEN ? AND ?",
                JobRows::job,
                id,
                span.from(),
                span.to()));
  }

  /** The attempts of an archived job, the newest first. */
  public List<Attempt> attempts(Tx tx, UUID id) {
    return within(
            id,
            span ->
                Optional.of(
                        tx.query(
                            """
                            SELECT a.* FROM pipeline_jobs_archive j
                            CROSS JOIN LATERAL jsonb_array_elements(j.attempts) e
                            CROSS JOIN LATERAL jsonb_populate_record(NULL::job_attempts, e) a
                            WHERE j.id = ? AND j.created_at BETWEEN ? AND ?
                            ORDER BY a.started_at DESC, a.attempt DESC LIMIT 100
                            """,
                            JobLists::attempt,
                            id,
                            span.from(),
                            span.to()))
                    .filter(found -> !found.isEmpty()))
        .orElse(List.of());
  }

  /**
   * Moves a job with its attempts back to the table, as it was; nobody else changes it until the
   * transaction ends. Empty if it is not archived.
   */
  public Optional<Job> restore(Tx tx, UUID id) {
    String columns = ArchiveColumns.shared(tx);
    String sql =
        """
        WITH back AS (
          DELETE FROM pipeline_jobs_archive WHERE id = ? AND created_at BETWEEN ? AND ?
          RETURNING %1$s, attempts),
        tried AS (
          INSERT INTO job_attempts
          SELECT a.* FROM back
          CROSS JOIN LATERAL jsonb_array_elements(back.attempts) e
          CROSS JOIN LATERAL jsonb_populate_record(NULL::job_attempts, e || jsonb_build_object('job_id', back.id)) a
          ON CONFLICT (claim_id) DO NOTHING)
        INSERT INTO pipeline_jobs AS j (%1$s) SELECT %1$s FROM back
        RETURNING %2$s
        """
            .formatted(columns, JobRows.COLUMNS);
    return within(id, span -> tx.first(sql, JobRows::job, id, span.from(), span.to()));
  }

  /** Looks first where an id of ours says that the job is: in one month or two. */
  private static <T> Optional<T> within(UUID id, Function<Span, Optional<T>> look) {
    if (id.version() != 7) {
      return look.apply(ALWAYS);
    }
    Instant made = Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
    return look.apply(new Span(made.minus(CLOCK_ERROR), made.plus(CLOCK_ERROR)))
        .or(() -> look.apply(ALWAYS));
  }
}
