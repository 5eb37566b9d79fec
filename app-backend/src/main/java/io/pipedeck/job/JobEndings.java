package io.pipedeck.job;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.db.JsonText;
import io.pipedeck.db.Row;
import io.pipedeck.db.Tx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL that ends attempts: many at once, each under its claim. */
final class JobEndings {
  /** Rows are locked in the order of their ids, so that batches of two processes can't deadlock. */
  private static final String END =
      """
      WITH given AS (
        SELECT * FROM unnest(?::uuid[], ?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[])
          AS g (id, claim_id, outcome, result, error, error_code, pause)),
      held AS MATERIALIZED (
        SELECT id, claim_id, attempt, worker, started_at FROM pipeline_jobs
        WHERE id = ANY (?) AND status = 'running' ORDER BY id FOR UPDATE),
      ending AS (
        SELECT g.*, h.attempt, h.worker, h.started_at FROM held h JOIN given g USING (id, claim_id)),
      ended AS (
        INSERT INTO job_attempts (claim_id, job_id, attempt, worker, started_at, ended_at, outcome, error_code, error)
        SELECT claim_id, id, attempt, worker, started_at, now(), outcome, error_code, error FROM ending)
      UPDATE pipeline_jobs j
      SET status = CASE e.outcome WHEN 'finished' THEN 'finished' WHEN 'failed' THEN 'failed'
                   WHEN 'retry' THEN 'scheduled' ELSE 'queued' END,
          finished_at = CASE WHEN e.outcome IN ('finished', 'failed') THEN now() END,
          secret = CASE WHEN e.outcome IN ('retry', 'given_back') THEN j.secret END,
          started_at = CASE WHEN e.outcome = 'given_back' THEN NULL ELSE j.started_at END,
          attempt = j.attempt - CASE WHEN e.outcome = 'given_back' THEN 1 ELSE 0 END,
          run_at = CASE WHEN e.outcome = 'retry' THEN now() + e.pause * interval '1 millisecond' ELSE j.run_at END,
          result = CASE WHEN e.outcome = 'finished' THEN e.result::jsonb ELSE j.result END,
          error = e.error, error_code = e.error_code, progress = NULL, rev = j.rev + 1,
          claim_id = NULL, worker = NULL, lease_until = NULL
      FROM ending e WHERE j.id = e.id
      RETURNING j.id, j.status, j.error, j.rev, j.attempt, j.run_at, j.started_at, j.finished_at
      """;

  private JobEndings() {}

  /**
   * Ends attempts of different jobs.
   *
   * @return each job as it is then, in the order of the endings; empty where the claim had moved on
   *     and nothing was written
   */
  static List<Optional<Job>> end(Tx tx, List<Ending> endings) {
    Map<UUID, Job> ended = new HashMap<>();
    Map<UUID, Ending> byId = new HashMap<>();
    endings.forEach(ending -> byId.put(ending.claim().job().id(), ending));
    tx.query(END, row -> jobOf(row, byId), values(endings))
        .forEach(job -> ended.put(job.id(), job));
    if (ended.size() < endings.size()) {
      endedBefore(tx, endings, ended);
    }
    return endings.stream()
        .map(ending -> Optional.ofNullable(ended.get(ending.claim().job().id())))
        .toList();
  }

  /** The commit of an earlier try may have arrived although its answer did not. */
  private static void endedBefore(Tx tx, List<Ending> endings, Map<UUID, Job> ended) {
    List<Ending> missing =
        endings.stream().filter(ending -> !ended.containsKey(ending.claim().job().id())).toList();
    Map<UUID, String> outcomes = new HashMap<>();
    tx.query(
        "SELECT claim_id, outcome FROM job_attempts WHERE claim_id = ANY (?)",
        row -> outcomes.put(row.requiredUuid("claim_id"), row.requiredText("outcome")),
        (Object) missing.stream().map(ending -> ending.claim().claimId()).toArray(UUID[]::new));
    List<UUID> written =
        missing.stream()
            .filter(
                ending -> ending.kind().outcome().equals(outcomes.get(ending.claim().claimId())))
            .map(ending -> ending.claim().job().id())
            .toList();
    if (!written.isEmpty()) {
      new JobStore().find(tx, written).forEach(job -> ended.put(job.id(), job));
    }
  }

  private static @Nullable Object[] values(List<Ending> endings) {
    int n = endings.size();
    var ids = new UUID[n];
    var claims = new UUID[n];
    var outcomes = new String[n];
    var results = new @Nullable JsonText[n];
    var errors = new @Nullable String[n];
    var codes = new @Nullable String[n];
    var pauses = new Long[n];
    for (int i = 0; i < n; i++) {
      Ending ending = endings.get(i);
      ErrorCode code = ending.code();
      ids[i] = ending.claim().job().id();
      claims[i] = ending.claim().claimId();
      outcomes[i] = ending.kind().outcome();
      results[i] = JsonText.of(ending.result());
      errors[i] = ending.error();
      codes[i] = code == null ? null : code.wireName();
      pauses[i] = ending.pause().toMillis();
    }
    return new @Nullable Object[] {ids, claims, outcomes, results, errors, codes, pauses, ids};
  }

  private static Job jobOf(Row row, Map<UUID, Ending> endings) {
    Ending ending = endings.get(row.requiredUuid("id"));
    if (ending == null) {
      throw new IllegalStateException("ended another job than asked for");
    }
    Job before = ending.claim().job();
    JobStatus status = JobRows.status(row);
    return new Job(
        before.id(),
        before.rqJobId(),
        before.realm(),
        before.queue(),
        status,
        true,
        before.function(),
        before.payload(),
        status == JobStatus.FINISHED ? ending.result() : before.result(),
        row.text("error"),
        ending.code(),
        before.createdAt(),
        row.instant("started_at"),
        row.instant("finished_at"),
        row.requiredLong("rev"),
        row.requiredInteger("attempt"),
        before.maxAttempts(),
        null,
        null,
        row.requiredInstant("run_at"),
        before.timeoutSeconds(),
        before.batchId(),
        before.sha256(),
        before.options(),
        null);
  }
}
