package io.pipedeck.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A job to enqueue.
 *
 * @param queue {@code [a-z0-9-]+}
 * @param function name of the registered function to run
 * @param payload a JSON object
 * @param maxAttempts at least 1
 * @param runAt null for at once
 * @param sha256 content hash of its document, lower-case hex; null without one
 * @param idempotencyKey the same key in the same realm gives the first job again; null for none
 * @param secret the document's password, encrypted (Base64); null for none
 * @param timeoutSeconds how long one attempt may take, null for the queue's time
 * @param document a small document, kept in the same commit under {@code sha256}; null for one that
 *     is kept elsewhere
 */
public record NewJob(
    UUID id,
    @Nullable String realm,
    String queue,
    String function,
    JsonNode payload,
    int maxAttempts,
    @Nullable Instant runAt,
    @Nullable UUID batchId,
    @Nullable String sha256,
    @Nullable JsonNode options,
    @Nullable String idempotencyKey,
    @Nullable String secret,
    @Nullable Integer timeoutSeconds,
    @Nullable SmallDocument document) {

  private static final Pattern QUEUE = Pattern.compile("[a-z0-9-]{1,64}");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /** Beyond what every reader of ISO 8601 understands. */
  private static final Instant TOO_LATE = Instant.parse("9999-12-31T00:00:00Z");

  public NewJob {
    if (!isQueueName(queue)) {
      throw new IllegalArgumentException(
          "a queue name is [a-z0-9-], at most 64 long, not " + queue);
    }
    if (function.isBlank()) {
      throw new IllegalArgumentException("a job runs a function; its name is blank");
    }
    if (!payload.isObject()) {
      throw new IllegalArgumentException(
          "a payload is a JSON object, not " + payload.getNodeType());
    }
    if (payload.has("rq")) {
      throw new IllegalArgumentException("the member rq of a payload is Pipedeck's own");
    }
    if (sha256 != null && !SHA256.matcher(sha256).matches()) {
      throw new IllegalArgumentException("no SHA-256 in lower-case hex: " + sha256);
    }
    if (runAt != null && !runAt.isBefore(TOO_LATE)) {
      throw new IllegalArgumentException("a start time is before the year 10000, not " + runAt);
    }
    if (timeoutSeconds != null && timeoutSeconds < 1) {
      throw new IllegalArgumentException("a time-out is at least 1 s, not " + timeoutSeconds);
    }
    if (maxAttempts < 1 || maxAttempts > 100) {
      throw new IllegalArgumentException("max_attempts must be 1 to 100, not " + maxAttempts);
    }
  }

  /** Whether a queue may be called so. */
  public static boolean isQueueName(String name) {
    return QUEUE.matcher(name).matches();
  }

  /** The same with another payload. */
  NewJob withPayload(JsonNode other) {
    return new NewJob(
        id,
        realm,
        queue,
        function,
        other,
        maxAttempts,
        runAt,
        batchId,
        sha256,
        options,
        idempotencyKey,
        secret,
        timeoutSeconds,
        document);
  }

  /** Whether a stored job is this one, as far as an enqueue that is repeated could tell. */
  boolean isSameAs(Job stored) {
    return stored.nativeRow()
        && function.equals(stored.function())
        && queue.equals(stored.queue())
        && Objects.equals(realm, stored.realm())
        && Objects.equals(sha256, stored.sha256());
  }
}
