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
 */
public record Upload(
    Path file,
    String filename,
    String queue,
    @Nullable String realm,
    @Nullable String idempotencyKey,
    OnDuplicate onDuplicate) {

  /** One that becomes a job whether or not the realm has processed it before. */
  public Upload(
      Path file,
      String filename,
      String queue,
      @Nullable String realm,
      @Nullable String idempotencyKey) {
    this(file, filename, queue, realm, idempotencyKey, OnDuplicate.AGAIN);
  }
}
