package io.pipedeck.job;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.db.Database;
import io.pipedeck.db.JsonText;
import io.pipedeck.db.Row;
import io.pipedeck.db.Tx;
import java.lang.reflect.Array;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL that ends attempts: many at once, each under its claim. */
final class JobEndings {
  private static final String MANY =
      """
      SELECT * FROM unnest(?::uuid[], ?::uuid[], ?::int[], ?::text[], ?::timestamptz[], ?::text[], ?::text[],
          ?::text[], ?::text[], ?::bigint[])
        AS g (id, claim_id, attempt, worker, started_at, outcome, result, error, error_code, pause)
      """;

  /**
   * PostgreSQL keeps the plan of a statement about one row. How many rows an array has it learns by
   * planning anew each time, which takes longer than the row.
   */
  private static final String ONE =
      """
      SELECT ?::uuid AS id, ?::uuid AS claim_id, ?::int AS attempt, ?::text AS worker, ?::timestamptz AS started_at,
          ?::text AS outcome, ?::text AS result, ?::text AS error, ?::text AS error_code, ?::bigint AS pause
      """;

  private static final String END_MANY = end(MANY, "ANY (?)");
  private static final String END_ONE = end(ONE, "?");

  private JobEndings() {}

  /**
   * The rows are found by the primary key, whose scan sorts the ids first, so that two batches lock
   * their rows in one order; locking them beforehand cost as much again as the update itself.
   */
  private static String end(String given, String ids) {
    return """
        WITH given AS (%s),
        ended AS (
          UPDATE pipeline_jobs j
          SET status = CASE g.outcome WHEN 'finished' THEN 'finished' WHEN 'failed' THEN 'failed'
                       WHEN 'retry' THEN 'scheduled' ELSE 'queued' END,
              finished_at = CASE WHEN g.outcome IN ('finished', 'failed') THEN now() END,
              secret = CASE WHEN g.outcome IN ('retry', 'given_back') THEN j.secret END,
              started_at = CASE WHEN g.outcome = 'given_back' THEN NULL ELSE j.started_at END,
              attempt = j.attempt - CASE WHEN g.outcome = 'given_back' THEN 1 ELSE 0 END,
              run_at = CASE WHEN g.outcome = 'retry' THEN now() + g.pause * interval '1 millisecond' ELSE j.run_at END,
              result = CASE WHEN g.outcome = 'finished' THEN g.result::jsonb ELSE j.result END,
              error = g.error, error_code = g.error_code, rev = j.rev + 1,
              progress = CASE WHEN g.outcome IN ('retry', 'given_back') THEN j.progress END,
              claim_id = NULL, worker = NULL, lease_until = NULL
          FROM given g WHERE j.id = %s AND j.id = g.id AND j.claim_id = g.claim_id
          RETURNING j.id, j.status, j.rev, j.attempt, j.run_at, j.started_at, j.finished_at, j.error),
        kept AS (
          INSERT INTO job_attempts (claim_id, job_id, attempt, worker, started_at, ended_at, outcome, error_code, error)
          SELECT g.claim_id, g.id, g.attempt, g.worker, g.started_at, now(), g.outcome, g.error_code, g.error
          FROM ended e JOIN given g USING (id))
        SELECT * FROM ended
        """
        .formatted(given, ids);
  }

  /**
   * Ends attempts of different jobs.
   *
   * @return each job as it is then, in the order of the endings; empty where the claim had moved on
   *     and nothing was written
   */
  static List<Optional<Job>> end(Tx tx, List<Ending> endings) {
    Map<UUID, Job> ended = write(tx, endings);
    if (ended.size() < endings.size()) {
      ended.putAll(ofTheRest(tx, missing(endings, ended)));
    }
    return inOrder(endings, ended);
  }

  /** The same, committed, and in one statement where all claims hold. */
  static List<Optional<Job>> end(Database database, List<Ending> endings) {
    Map<UUID, Job> ended = database.inStatement(tx -> write(tx, endings));
    if (ended.size() < endings.size()) {
      List<Ending> rest = missing(endings, ended);
      ended.putAll(database.inTransaction(tx -> ofTheRest(tx, rest)));
    }
    return inOrder(endings, ended);
  }

  private static List<Optional<Job>> inOrder(List<Ending> endings, Map<UUID, Job> ended) {
    return endings.stream()
        .map(ending -> Optional.ofNullable(ended.get(ending.claim().job().id())))
        .toList();
  }

  private static Map<UUID, Job> write(Tx tx, List<Ending> endings) {
    Map<UUID, Ending> byId = new HashMap<>();
    endings.forEach(ending -> byId.put(ending.claim().job().id(), ending));
    Map<UUID, Job> ended = new HashMap<>();
    List<Job> jobs =
        endings.size() == 1
            ? tx.query(END_ONE, row -> jobOf(row, byId), value(endings.getFirst()))
            : tx.query(END_MANY, row -> jobOf(row, byId), values(endings));
    jobs.forEach(job -> ended.put(job.id(), job));
    return ended;
  }

  /** What could not be written: it was before, or its claim was forgotten or has moved on. */
  private static Map<UUID, Job> ofTheRest(Tx tx, List<Ending> endings) {
    Map<UUID, Job> ended = endedBefore(tx, endings);
    List<Ending> missing = missing(endings, ended);
    Set<UUID> again = ForgottenClaims.takeAgain(tx, missing.stream().map(Ending::claim).toList());
    if (!again.isEmpty()) {
      ended.putAll(
          write(
              tx,
              missing.stream()
                  .filter(ending -> again.contains(ending.claim().claimId()))
                  .toList()));
    }
    return ended;
  }

  private static List<Ending> missing(List<Ending> endings, Map<UUID, Job> ended) {
    return endings.stream()
        .filter(ending -> !ended.containsKey(ending.claim().job().id()))
        .toList();
  }

  /** The commit of an earlier try may have arrived although its answer did not. */
  private static Map<UUID, Job> endedBefore(Tx tx, List<Ending> endings) {
    Map<UUID, String> outcomes = new HashMap<>();
    tx.query(
        "SELECT claim_id, outcome FROM job_attempts WHERE claim_id = ANY (?)",
        row -> outcomes.put(row.requiredUuid("claim_id"), row.requiredText("outcome")),
        (Object) endings.stream().map(ending -> ending.claim().claimId()).toArray(UUID[]::new));
    List<UUID> written =
        endings.stream()
            .filter(
                ending -> ending.kind().outcome().equals(outcomes.get(ending.claim().claimId())))
            .map(ending -> ending.claim().job().id())
            .toList();
    Map<UUID, Job> ended = new HashMap<>();
    if (!written.isEmpty()) {
      new JobStore().find(tx, written).forEach(job -> ended.put(job.id(), job));
    }
    return ended;
  }

  /** The same values as {@link #values}, of one. */
  private static @Nullable Object[] value(Ending ending) {
    return Arrays.stream(values(List.of(ending))).map(column -> Array.get(column, 0)).toArray();
  }

  private static @Nullable Object[] values(List<Ending> endings) {
    int n = endings.size();
    var ids = new UUID[n];
    var claims = new UUID[n];
    var attempts = new Integer[n];
    var workers = new @Nullable String[n];
    var starts = new @Nullable Instant[n];
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
      attempts[i] = ending.claim().job().attempt();
      workers[i] = ending.claim().job().worker();
      starts[i] = ending.claim().job().startedAt();
      outcomes[i] = ending.kind().outcome();
      results[i] = JsonText.of(ending.result());
      errors[i] = ending.error();
      codes[i] = code == null ? null : code.wireName();
      pauses[i] = ending.pause().toMillis();
    }
    return new @Nullable Object[] {
      ids, claims, attempts, workers, starts, outcomes, results, errors, codes, pauses, ids
    };
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
