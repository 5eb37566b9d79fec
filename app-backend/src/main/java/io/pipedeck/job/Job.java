package io.pipedeck.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView.Progress;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job as stored. Immutable, safe to share between threads.
 *
 * @param rqJobId its id in Redis; the same as {@code id} for jobs of ours
 * @param realm the tenant, null for none
 * @param nativeRow whether Pipedeck runs and guards it; another program's row is shown and never
 *     touched
 * @param function name of the function that it runs, null for rows of others
 * @param rev +1 at every change
 * @param attempt how often a worker took it so far
 * @param maxAttempts how often one may
 * @param claimId of the attempt that runs, null when nobody holds it
 * @param worker who holds it, null when nobody does
 * @param runAt not to be started before
 * @param timeoutSeconds how long one attempt may take, null for the queue's time
 * @param sha256 content hash of its document, lower-case hex; null without one
 * @param options what the sender chose for the pipeline; null for the defaults
 * @param createdAt null only for rows of others that say so
 */
public record Job(
    UUID id,
    @Nullable String rqJobId,
    @Nullable String realm,
    String queue,
    JobStatus status,
    boolean nativeRow,
    @Nullable String function,
    @Nullable JsonNode payload,
    @Nullable JsonNode result,
    @Nullable String error,
    @Nullable ErrorCode errorCode,
    @Nullable Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    long rev,
    int attempt,
    int maxAttempts,
    @Nullable UUID claimId,
    @Nullable String worker,
    Instant runAt,
    @Nullable Integer timeoutSeconds,
    @Nullable UUID batchId,
    @Nullable String sha256,
    @Nullable JsonNode options,
    @Nullable Progress progress) {

  /** Whether it stands only in a spool so far, and in no database. */
  public boolean spooled() {
    return nativeRow && rev == 0;
  }

  /** Its id in Redis: the row's own, or RQ's where a Python program enqueued it. */
  public String idInRedis() {
    return Adopted.is(this) && rqJobId != null ? rqJobId : id.toString();
  }

  /** Whether the retry policy leaves another attempt. */
  public boolean hasAttemptsLeft() {
    return attempt < maxAttempts;
  }

  /** A text member of the payload, null where there is none. */
  public @Nullable String payloadText(String member) {
    if (payload == null) {
      return null;
    }
    JsonNode node = payload.get(member);
    return node == null || !node.isTextual() ? null : node.textValue();
  }
}
