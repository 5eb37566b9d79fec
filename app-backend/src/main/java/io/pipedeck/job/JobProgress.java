package io.pipedeck.job;

import io.pipedeck.api.JobEvent;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView.Progress;
import io.pipedeck.db.JsonText;
import io.pipedeck.db.Tx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The SQL that writes how far attempts are; no index is touched by it. */
final class JobProgress {
  private JobProgress() {}

  /** How far the attempt of a claim is. */
  record Report(Claim claim, Progress progress) {}

  /** Writes the progress of different jobs; empty for one whose claim had moved on. */
  static List<Optional<JobEvents.Change>> write(Tx tx, List<Report> reports) {
    Map<UUID, Long> revs = new HashMap<>();
    tx.query(
        """
        WITH held AS MATERIALIZED (
          SELECT id FROM pipeline_jobs WHERE id = ANY (?) AND status = 'running' ORDER BY id FOR UPDATE)
        UPDATE pipeline_jobs j SET progress = g.progress::jsonb, rev = j.rev + 1
        FROM held h JOIN unnest(?::uuid[], ?::uuid[], ?::text[]) AS g (id, claim_id, progress) USING (id)
        WHERE j.id = h.id AND j.claim_id = g.claim_id
        RETURNING j.id, j.rev
        """,
        row -> revs.put(row.requiredUuid("id"), row.requiredLong("rev")),
        ids(reports),
        ids(reports),
        reports.stream().map(report -> report.claim().claimId()).toArray(UUID[]::new),
        reports.stream().map(report -> JsonText.of(report.progress())).toArray(JsonText[]::new));
    return reports.stream()
        .map(
            report ->
                Optional.ofNullable(revs.get(report.claim().job().id()))
                    .map(rev -> change(report, rev)))
        .toList();
  }

  private static UUID[] ids(List<Report> reports) {
    return reports.stream().map(report -> report.claim().job().id()).toArray(UUID[]::new);
  }

  private static JobEvents.Change change(Report report, long rev) {
    Job job = report.claim().job();
    return new JobEvents.Change(
        job.realm(),
        new JobEvent(
            job.id(),
            rev,
            JobStatus.RUNNING,
            report.progress().stage(),
            report.progress().percent()));
  }
}
