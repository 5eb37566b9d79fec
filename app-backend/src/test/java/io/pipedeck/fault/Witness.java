package io.pipedeck.fault;

import io.pipedeck.stand.Sql;
import io.pipedeck.stand.Stand;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Sees every change of a job's status with its time, by a trigger that the program knows nothing
 * of. Asks on a new connection each time: the server may be another one than before.
 */
final class Witness {
  private static final String SETUP =
      """
      CREATE TABLE fault_seen (job_id uuid NOT NULL, status text NOT NULL, claim_id uuid, worker text,
          at timestamptz NOT NULL DEFAULT clock_timestamp());
      CREATE INDEX fault_seen_job ON fault_seen (job_id, at);
      CREATE INDEX fault_seen_at ON fault_seen (status, at);
      CREATE FUNCTION fault_see() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO fault_seen (job_id, status, claim_id, worker) VALUES (NEW.id, NEW.status, NEW.claim_id, NEW.worker);
        RETURN NULL;
      END $$;
      CREATE TRIGGER fault_see AFTER UPDATE OF status ON pipeline_jobs FOR EACH ROW EXECUTE FUNCTION fault_see();
      """;

  private final Stand.Db db;

  Witness(Stand.Db db) throws SQLException {
    this.db = db;
    try (var sql = new Sql(db)) {
      sql.run(SETUP);
    }
  }

  /** The first time after this one that a job finished; empty if none did yet. */
  Optional<Instant> finishedAfter(Instant time) throws SQLException {
    try (var sql = new Sql(db)) {
      return sql
          .rows(
              "SELECT at FROM fault_seen WHERE status = 'finished' AND at > ? ORDER BY at LIMIT 1",
              row -> row.getObject(1, OffsetDateTime.class).toInstant(),
              time.atOffset(ZoneOffset.UTC))
          .stream()
          .findFirst();
    }
  }

  /** What a process runs, by the worker names it uses. */
  List<World.Running> runningOn(long pid) throws SQLException {
    try (var sql = new Sql(db)) {
      return sql.rows(
          "SELECT id, claim_id FROM pipeline_jobs WHERE status = 'running' AND worker LIKE '%.' || ? || '.%'",
          row -> new World.Running(row.getObject(1, UUID.class), row.getObject(2, UUID.class)),
          Long.toString(pid));
    }
  }

  /**
   * How long it took until each of these jobs ran again under another claim, or ended; empty as
   * long as one did not. An end counts whenever it was: a job may have been ending while its worker
   * was asked what it runs.
   */
  Optional<Duration> allOnAgain(World.Lost lost) throws SQLException {
    if (lost.jobs().isEmpty()) {
      return Optional.of(Duration.ZERO);
    }
    try (var sql = new Sql(db)) {
      List<Instant> on =
          sql.rows(
              """
              SELECT min(at) FROM fault_seen
              JOIN unnest(?, ?) AS lost (job, claim) ON lost.job = job_id
              WHERE status IN ('finished', 'failed', 'canceled')
                  OR status = 'running' AND claim_id <> claim AND at > ?
              GROUP BY job_id
              """,
              row -> row.getObject(1, OffsetDateTime.class).toInstant(),
              lost.jobs().stream().map(World.Running::job).toArray(UUID[]::new),
              lost.jobs().stream().map(World.Running::claim).toArray(UUID[]::new),
              lost.since().atOffset(ZoneOffset.UTC));
      return on.size() < lost.jobs().size()
          ? Optional.empty()
          : on.stream()
              .max(Instant::compareTo)
              .map(last -> Duration.between(lost.since(), last))
              .map(after -> after.isNegative() ? Duration.ZERO : after);
    }
  }
}
