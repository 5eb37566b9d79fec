package io.pipedeck.api;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job as the API tells it. In lists {@code payload} and {@code result} are left out in favour of
 * {@code resultSummary} and {@code filename}; {@code attempts}, the newest first, comes with the
 * status call only.
 *
 * @param rqJobId the id in Redis, null while the job was never pushed
 * @param realm the tenant, null for none
 * @param payload what was sent: {@code filename, size_bytes, media_type, sha256, pages …}; any JSON
 *     for rows of others
 * @param result what came of it: {@code chunks, embeddings, summary, duration_sec …}
 * @param filename list rows only: the document's name
 * @param resultSummary list rows only: the beginning of the summary
 * @param error what went wrong, in words
 * @param errorCode wire name of an {@link ErrorCode}; null for rows of others
 * @param attempt how often a worker took the job so far
 * @param worker who holds it, null unless running
 * @param waiting why it does not run yet; queued and scheduled only
 * @param source where the answer comes from while PostgreSQL is away, such as {@code mirror}: it
 *     may be a little old; null for the truth
 */
@JsonPropertyOrder({
  "id",
  "rq_job_id",
  "realm",
  "queue",
  "status",
  "payload",
  "result",
  "error",
  "error_code",
  "created_at",
  "started_at",
  "finished_at"
})
public record JobView(
    UUID id,
    @Nullable String rqJobId,
    @Nullable String realm,
    String queue,
    JobStatus status,
    @Nullable JsonNode payload,
    @Nullable JsonNode result,
    @Nullable String filename,
    @Nullable String resultSummary,
    @Nullable String error,
    @Nullable ErrorCode errorCode,
    @Nullable Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    @Nullable UUID batchId,
    @Nullable Integer attempt,
    @Nullable Integer maxAttempts,
    @Nullable Instant runAt,
    @Nullable String worker,
    @Nullable Progress progress,
    @Nullable Waiting waiting,
    @Nullable List<Attempt> attempts,
    @Nullable String source) {

  /** A job as PostgreSQL has it. */
  public JobView(
      UUID id,
      @Nullable String rqJobId,
      @Nullable String realm,
      String queue,
      JobStatus status,
      @Nullable JsonNode payload,
      @Nullable JsonNode result,
      @Nullable String filename,
      @Nullable String resultSummary,
      @Nullable String error,
      @Nullable ErrorCode errorCode,
      @Nullable Instant createdAt,
      @Nullable Instant startedAt,
      @Nullable Instant finishedAt,
      @Nullable UUID batchId,
      @Nullable Integer attempt,
      @Nullable Integer maxAttempts,
      @Nullable Instant runAt,
      @Nullable String worker,
      @Nullable Progress progress,
      @Nullable Waiting waiting,
      @Nullable List<Attempt> attempts) {
    this(
        id,
        rqJobId,
        realm,
        queue,
        status,
        payload,
        result,
        filename,
        resultSummary,
        error,
        errorCode,
        createdAt,
        startedAt,
        finishedAt,
        batchId,
        attempt,
        maxAttempts,
        runAt,
        worker,
        progress,
        waiting,
        attempts,
        null);
  }

  /** The same job read somewhere else, with these attempts. */
  public JobView from(String place, @Nullable List<Attempt> itsAttempts) {
    return new JobView(
        id,
        rqJobId,
        realm,
        queue,
        status,
        payload,
        result,
        filename,
        resultSummary,
        error,
        errorCode,
        createdAt,
        startedAt,
        finishedAt,
        batchId,
        attempt,
        maxAttempts,
        runAt,
        worker,
        progress,
        waiting,
        itsAttempts,
        place);
  }

  /**
   * How far a running job is.
   *
   * @param stage wire name of the pipeline stage: parse, clean, chunk, embed, summarise
   * @param percent of the whole job, 0 to 100, never going back until the job has ended
   * @param detail such as "page 12 of 240"
   */
  public record Progress(String stage, int percent, @Nullable String detail, Instant at) {}

  /**
   * Why a job does not run yet.
   *
   * @param reason exactly one of the contract's reasons, such as {@code next_in_line}
   * @param position how many jobs are before it, from 0; null where order says nothing
   * @param etaSeconds estimate until it starts, null where nothing can be said
   */
  public record Waiting(
      String reason,
      @Nullable Integer position,
      @Nullable Long etaSeconds,
      @Nullable String detail) {}

  /**
   * One run of a job.
   *
   * @param attempt its number, from 1
   * @param outcome running, finished, retry, failed, worker_lost, canceled or given_back
   */
  public record Attempt(
      int attempt,
      String worker,
      Instant startedAt,
      @Nullable Instant endedAt,
      String outcome,
      @Nullable ErrorCode errorCode,
      @Nullable String error) {}
}
