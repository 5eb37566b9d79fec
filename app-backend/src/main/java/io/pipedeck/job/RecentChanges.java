package io.pipedeck.job;

import io.pipedeck.api.JobEvent;
import io.pipedeck.db.Row;
import io.pipedeck.db.Tx;
import java.util.List;

/** The jobs that changed a moment ago, as far as the rows tell it. */
public final class RecentChanges {
  /** Those that run, or came or ended within the last ten seconds, at most this many. */
  public List<JobEvents.Change> of(Tx tx, int most) {
    return tx.query(
        """
        SELECT id, realm, rev, status, progress FROM (
          (SELECT id, realm, rev, status, progress FROM pipeline_jobs
           WHERE runner = 'native' AND status = 'running' LIMIT ?)
          UNION
          (SELECT id, realm, rev, status, progress FROM pipeline_jobs
           WHERE created_at > now() - interval '10 seconds' ORDER BY created_at DESC LIMIT ?)
          UNION
          (SELECT j.id, j.realm, j.rev, j.status, j.progress FROM job_attempts a JOIN pipeline_jobs j ON j.id = a.job_id
           WHERE a.ended_at > now() - interval '10 seconds' ORDER BY a.ended_at DESC LIMIT ?)
        ) AS changed LIMIT ?
        """,
        RecentChanges::change,
        most,
        most,
        most,
        most);
  }

  private static JobEvents.Change change(Row row) {
    var progress = JobRows.progress(row);
    return new JobEvents.Change(
        row.text("realm"),
        new JobEvent(
            row.requiredUuid("id"),
            row.requiredLong("rev"),
            JobRows.status(row),
            progress == null ? null : progress.stage(),
            progress == null ? null : progress.percent()));
  }
}
