package io.pipedeck.archive;

import io.pipedeck.config.RetentionConfig;
import io.pipedeck.db.Database;
import io.pipedeck.db.MigratedDatabase;
import io.pipedeck.db.Tx;

/** Test data: jobs that ended long ago, and an archiver that moves them all. */
public final class OldJobs {
  public static final RetentionConfig RETENTION = new RetentionConfig(30, false, 0);

  private OldJobs() {}

  /**
   * Adds finished jobs of ours with an attempt each, a day between the ends of two; the first one
   * ended 40 days ago.
   */
  public static void add(Database database, int count) {
    database.run(tx -> add(tx, count));
  }

  private static void add(Tx tx, int count) {
    tx.update(
        """
        WITH old AS (
          INSERT INTO pipeline_jobs (id, rq_job_id, realm, queue, status, payload, result, runner, function, rev, attempt,
              max_attempts, created_at, started_at, finished_at, run_at)
          SELECT gen_random_uuid(), gen_random_uuid(), 'realm-' || n % 3, 'default', 'finished', '{"filename": "a.pdf"}',
              '{"summary": "short"}', 'native', 'test', 3, 1, 4, ended - interval '1 hour', ended, ended, ended
          FROM (SELECT n, now() - (39 + n) * interval '24 hours' AS ended FROM generate_series(1, ?) n) days
          RETURNING id, finished_at)
        INSERT INTO job_attempts (claim_id, job_id, attempt, worker, started_at, ended_at, outcome)
        SELECT gen_random_uuid(), id, 1, 'w-1', finished_at - interval '1 minute', finished_at, 'finished' FROM old
        """,
        count);
  }

  /** Makes all jobs of ours older by so many days, as if they had been enqueued then. */
  public static void age(MigratedDatabase database, int days) {
    for (String column : new String[] {"created_at", "started_at", "finished_at", "run_at"}) {
      database.foreign(
          "UPDATE pipeline_jobs SET %1$s = %1$s - %2$d * interval '24 hours' WHERE runner = 'native'"
              .formatted(column, days));
    }
  }

  /** Moves all that is old enough. */
  public static void archive(Database database) {
    archive(database, RETENTION);
  }

  static void archive(Database database, RetentionConfig retention) {
    var archiver = new Archiver(database, retention, "test");
    while (archiver.run(50)) {}
  }
}
