package io.pipedeck.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A job to enqueue.
 *
 * @param queue {@code [a-z0-9-]+}
 * @param function name of the registered function to run
 * @param maxAttempts at least 1
 * @param runAt null for at once
 * @param idempotencyKey the same key in the same realm gives the first job again; null for none
 * @param secret the document's password, encrypted (Base64); null for none
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
    @Nullable String secret) {

  private static final Pattern QUEUE = Pattern.compile("[a-z0-9-]{1,64}");

  public NewJob {
    if (!isQueueName(queue)) {
      throw new IllegalArgumentException(
          "a queue name is [a-z0-9-], at most 64 long, not " + queue);
    }
    if (maxAttempts < 1 || maxAttempts > 100) {
      throw new IllegalArgumentException("max_attempts must be 1 to 100, not " + maxAttempts);
    }
  }

  /** Whether a queue may be called so. */
  public static boolean isQueueName(String name) {
    return QUEUE.matcher(name).matches();
  }
}
