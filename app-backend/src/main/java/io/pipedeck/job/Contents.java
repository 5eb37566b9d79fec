package io.pipedeck.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipedeck.api.EnqueueAnswer.Duplicate;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.Json;
import io.pipedeck.api.OnDuplicate;
import io.pipedeck.db.JsonText;
import io.pipedeck.db.Tx;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which job of a realm had a content before. */
public final class Contents {
  /** Member of the payload of a job whose content was processed before. */
  private static final String DUPLICATE = "duplicate";

  private final JobStore store = new JobStore();
  private final ArchivedJobs archived = new ArchivedJobs();

  /**
   * Which of these jobs' contents were processed before, by what the document versions say; one
   * look into their small index for each.
   *
   * @return by the new job's id
   */
  static Map<UUID, Duplicate> before(Tx tx, List<NewJob> jobs) {
    List<NewJob> documents = jobs.stream().filter(job -> job.sha256() != null).toList();
    Map<UUID, Duplicate> before = new HashMap<>();
    if (documents.isEmpty()) {
      return before;
    }
    // Relies on document_versions_content_idx (sha256, coalesce(realm, '')).
    tx.query(
            """
            SELECT w.id, v.job_id, v.written_at
            FROM unnest(?::uuid[], ?::text[], ?::text[]) AS w (id, sha256, realm)
            CROSS JOIN LATERAL (
              SELECT job_id, written_at FROM document_versions
              WHERE sha256 = w.sha256 AND coalesce(realm, '') = coalesce(w.realm, '') AND chunks > 0
              ORDER BY written_at DESC LIMIT 1) v
            """,
            row ->
                Map.entry(
                    row.requiredUuid("id"),
                    new Duplicate(row.requiredUuid("job_id"), row.requiredInstant("written_at"))),
            documents.stream().map(NewJob::id).toArray(UUID[]::new),
            documents.stream().map(NewJob::sha256).toArray(String[]::new),
            documents.stream().map(NewJob::realm).toArray(String[]::new))
        .forEach(found -> before.put(found.getKey(), found.getValue()));
    return before;
  }

  /** The payload, which tells of the earlier job. */
  static JsonNode tell(JsonNode payload, Duplicate earlier) {
    ObjectNode told = payload.deepCopy();
    told.set(DUPLICATE, Json.mapper().valueToTree(earlier));
    return told;
  }

  /** The earlier job that the payload of this one tells of, null for none. */
  public static @Nullable Duplicate duplicateOf(Job job) {
    JsonNode payload = job.payload();
    JsonNode told = payload == null ? null : payload.get(DUPLICATE);
    if (told == null || !job.nativeRow()) {
      return null;
    }
    return Json.mapper().convertValue(told, Duplicate.class);
  }

  /** A job as the one that another one is a duplicate of. */
  public static Duplicate asDuplicate(Job earlier) {
    Instant at = earlier.finishedAt() == null ? earlier.createdAt() : earlier.finishedAt();
    return new Duplicate(earlier.id(), at == null ? earlier.runAt() : at);
  }

  /**
   * The earlier job with the content of this one, which then stands for it; else this one does,
   * until it has ended. Waits for others who ask the same now.
   *
   * @param wish with {@code REUSE} only a job with the same options will do
   */
  Optional<Job> claim(Tx tx, NewJob job, OnDuplicate wish) {
    String sha256 = job.sha256();
    if (sha256 == null || wish == OnDuplicate.AGAIN) {
      return Optional.empty();
    }
    return finished(tx, job, sha256, wish).or(() -> underWay(tx, job, sha256, wish));
  }

  private Optional<Job> finished(Tx tx, NewJob job, String sha256, OnDuplicate wish) {
    String sameOptions =
        wish == OnDuplicate.REUSE
            ? " AND coalesce(j.options, '{}') = coalesce(?::jsonb, '{}')"
            : " AND ?::jsonb IS NULL";
    JsonText options = wish == OnDuplicate.REUSE ? JsonText.of(job.options()) : null;
    return List.of("pipeline_jobs", "pipeline_jobs_archive").stream()
        .flatMap(
            table ->
                tx
                    .first(
                        "SELECT "
                            + JobRows.COLUMNS
                            + " FROM "
                            + table
                            + """
                             j WHERE j.sha256 = ? AND j.realm IS NOT DISTINCT FROM ? AND j.status = 'finished'
                              AND j.finished_at IS NOT NULL
                            """
                            + sameOptions
                            + " ORDER BY j.finished_at DESC LIMIT 1",
                        JobRows::job,
                        sha256,
                        job.realm(),
                        options)
                    .stream())
        .findFirst();
  }

  private Optional<Job> underWay(Tx tx, NewJob job, String sha256, OnDuplicate wish) {
    int taken =
        tx.update(
            "INSERT INTO content_claims (realm, sha256, job_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            job.realm(),
            sha256,
            job.id());
    if (taken == 1) {
      forgetOld(tx);
      return Optional.empty();
    }
    Optional<Job> holder =
        tx.first(
                """
                SELECT job_id FROM content_claims WHERE sha256 = ? AND realm IS NOT DISTINCT FROM ? FOR UPDATE
                """,
                row -> row.requiredUuid("job_id"),
                sha256,
                job.realm())
            .flatMap(id -> store.find(tx, id).or(() -> archived.find(tx, id)))
            .filter(earlier -> willDo(earlier, job, wish));
    if (holder.isEmpty()) {
      tx.update(
          """
          UPDATE content_claims SET job_id = ?, claimed_at = now()
          WHERE sha256 = ? AND realm IS NOT DISTINCT FROM ?
          """,
          job.id(),
          sha256,
          job.realm());
    }
    return holder;
  }

  private static boolean willDo(Job earlier, NewJob job, OnDuplicate wish) {
    boolean endedBadly =
        earlier.status() == JobStatus.FAILED || earlier.status() == JobStatus.CANCELED;
    return !endedBadly
        && (wish == OnDuplicate.REFUSE
            || options(earlier.options()).equals(options(job.options())));
  }

  private static JsonNode options(@Nullable JsonNode options) {
    return options == null || options.isNull() ? Json.mapper().createObjectNode() : options;
  }

  /** A claim is of no use once its job has ended; each new one takes two of the oldest away. */
  private static void forgetOld(Tx tx) {
    tx.update(
        """
        DELETE FROM content_claims WHERE ctid IN (
          SELECT ctid FROM content_claims WHERE claimed_at < now() - interval '30 days'
          ORDER BY claimed_at LIMIT 2 FOR UPDATE SKIP LOCKED)
        """);
  }

  /**
   * Lets the chunks of a job that is deleted go with it, unless another finished job of the realm
   * has the same content: then they are that one's.
   */
  static void release(Tx tx, Job deleted) {
    if (deleted.sha256() == null) {
      return;
    }
    Optional<UUID> heir =
        tx.first(
            """
            SELECT id FROM (
              SELECT id, finished_at FROM pipeline_jobs
              WHERE sha256 = ? AND realm IS NOT DISTINCT FROM ? AND status = 'finished' AND finished_at IS NOT NULL
              UNION ALL
              SELECT id, finished_at FROM pipeline_jobs_archive
              WHERE sha256 = ? AND realm IS NOT DISTINCT FROM ? AND status = 'finished') heirs
            WHERE id <> ? ORDER BY finished_at DESC LIMIT 1
            """,
            row -> row.requiredUuid("id"),
            deleted.sha256(),
            deleted.realm(),
            deleted.sha256(),
            deleted.realm(),
            deleted.id());
    if (heir.isPresent()) {
      tx.update("UPDATE document_chunks SET job_id = ? WHERE job_id = ?", heir.get(), deleted.id());
    } else {
      tx.update("DELETE FROM document_chunks WHERE job_id = ?", deleted.id());
    }
  }
}
