package io.pipedeck.job;

import io.pipedeck.api.EnqueueAnswer.Duplicate;
import io.pipedeck.api.JobStatus;
import io.pipedeck.db.JsonText;
import io.pipedeck.db.Row;
import io.pipedeck.db.Tx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL that adds jobs, many at once, with their documents where those are small. */
final class JobInserts {
  private static final String INSERT =
      """
      INSERT INTO pipeline_jobs AS j (id, rq_job_id, realm, queue, status, payload, runner, function, max_attempts,
          run_at, batch_id, sha256, options, secret, timeout_seconds, rev)
      SELECT v.id, v.id::text, v.realm, v.queue, CASE WHEN v.run_at > now() THEN 'scheduled' ELSE 'queued' END,
          v.payload::jsonb, 'native', v.function, v.max_attempts, coalesce(v.run_at, now()), v.batch_id, v.sha256,
          v.options::jsonb, v.secret, v.timeout_seconds, 1
      FROM unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[], ?::int[], ?::timestamptz[], ?::uuid[],
          ?::text[], ?::text[], ?::text[], ?::int[])
        AS v (id, realm, queue, payload, function, max_attempts, run_at, batch_id, sha256, options, secret,
              timeout_seconds)
      ON CONFLICT (id) DO NOTHING
      RETURNING j.id, j.status, j.created_at, j.run_at
      """;

  private JobInserts() {}

  /**
   * Adds jobs of different ids.
   *
   * @return each job as it is then, in their order; empty for one whose id another job has
   */
  static List<Optional<Job>> insert(Tx tx, List<NewJob> wanted) {
    Map<UUID, Duplicate> before = Contents.before(tx, wanted);
    List<NewJob> jobs = wanted.stream().map(job -> told(job, before.get(job.id()))).toList();
    keepDocuments(tx, jobs);
    Map<UUID, NewJob> byId = new HashMap<>();
    jobs.forEach(job -> byId.put(job.id(), job));
    Map<UUID, Job> added = new HashMap<>();
    tx.query(INSERT, row -> jobOf(row, byId), values(jobs))
        .forEach(job -> added.put(job.id(), job));
    if (added.size() < jobs.size()) {
      addedBefore(tx, jobs, added);
    }
    return jobs.stream().map(job -> Optional.ofNullable(added.get(job.id()))).toList();
  }

  private static NewJob told(NewJob job, @Nullable Duplicate earlier) {
    return earlier == null ? job : job.withPayload(Contents.tell(job.payload(), earlier));
  }

  /** The commit of an earlier try may have arrived although its answer did not. */
  private static void addedBefore(Tx tx, List<NewJob> jobs, Map<UUID, Job> added) {
    List<UUID> missing =
        jobs.stream().map(NewJob::id).filter(id -> !added.containsKey(id)).toList();
    Map<UUID, NewJob> byId = new HashMap<>();
    jobs.forEach(job -> byId.put(job.id(), job));
    for (Job known : new JobStore().find(tx, missing)) {
      NewJob wanted = byId.get(known.id());
      if (wanted != null && wanted.isSameAs(known)) {
        added.put(known.id(), known);
      }
    }
  }

  /** In the order of their hashes, so that two batches can't wait for each other. */
  private static void keepDocuments(Tx tx, List<NewJob> jobs) {
    Map<String, byte[]> documents = new TreeMap<>();
    for (NewJob job : jobs) {
      if (job.document() != null && job.sha256() != null) {
        documents.put(job.sha256(), job.document().bytes());
      }
    }
    if (!documents.isEmpty()) {
      tx.update(
          """
          INSERT INTO small_documents (sha256, bytes) SELECT * FROM unnest(?::text[], ?::bytea[])
          ON CONFLICT DO NOTHING
          """,
          documents.keySet().toArray(String[]::new),
          documents.values().toArray(byte[][]::new));
    }
  }

  private static @Nullable Object[] values(List<NewJob> jobs) {
    List<@Nullable Object> values = new ArrayList<>();
    values.add(jobs.stream().map(NewJob::id).toArray(UUID[]::new));
    values.add(jobs.stream().map(NewJob::realm).toArray(String[]::new));
    values.add(jobs.stream().map(NewJob::queue).toArray(String[]::new));
    values.add(jobs.stream().map(job -> JsonText.of(job.payload())).toArray(JsonText[]::new));
    values.add(jobs.stream().map(NewJob::function).toArray(String[]::new));
    values.add(jobs.stream().map(NewJob::maxAttempts).toArray(Integer[]::new));
    values.add(jobs.stream().map(NewJob::runAt).toArray(Instant[]::new));
    values.add(jobs.stream().map(NewJob::batchId).toArray(UUID[]::new));
    values.add(jobs.stream().map(NewJob::sha256).toArray(String[]::new));
    values.add(jobs.stream().map(job -> JsonText.of(job.options())).toArray(JsonText[]::new));
    values.add(jobs.stream().map(NewJob::secret).toArray(String[]::new));
    values.add(jobs.stream().map(NewJob::timeoutSeconds).toArray(Integer[]::new));
    return values.toArray();
  }

  private static Job jobOf(Row row, Map<UUID, NewJob> jobs) {
    NewJob job = jobs.get(row.requiredUuid("id"));
    if (job == null) {
      throw new IllegalStateException("added another job than asked for");
    }
    JobStatus status = JobRows.status(row);
    return new Job(
        job.id(),
        job.id().toString(),
        job.realm(),
        job.queue(),
        status,
        true,
        job.function(),
        job.payload(),
        null,
        null,
        null,
        row.instant("created_at"),
        null,
        null,
        1,
        0,
        job.maxAttempts(),
        null,
        null,
        row.requiredInstant("run_at"),
        job.timeoutSeconds(),
        job.batchId(),
        job.sha256(),
        job.options(),
        null);
  }
}
