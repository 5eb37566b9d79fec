package io.pipedeck.api;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A document to enqueue.
 *
 * @param file where it lies
 * @param filename the name it is sent under
 * @param queue {@code auto}, {@code urgent}, {@code default} or {@code slow}
 * @param realm the tenant, null for none
 * @param idempotencyKey the same key in the same realm gives the first answer again; null for none
 * @param onDuplicate if the realm has processed the same content before
 * @param password opens the document; null for none
 */
public record Upload(
    Path file,
    String filename,
    String queue,
    @Nullable String realm,
    @Nullable String idempotencyKey,
    OnDuplicate onDuplicate,
    @Nullable String password) {

  /** One that opens without a password and becomes a job whatever was processed before. */
  public Upload(
      Path file,
      String filename,
      String queue,
      @Nullable String realm,
      @Nullable String idempotencyKey) {
    this(file, filename, queue, realm, idempotencyKey, OnDuplicate.AGAIN, null);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "Upload[file=" + file + ", queue=" + queue + ", realm=" + realm + "]";
  }
}
