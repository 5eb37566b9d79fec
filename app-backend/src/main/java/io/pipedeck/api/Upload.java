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
 * @param password opens the document; null for none
 */
public record Upload(
    Path file,
    String filename,
    String queue,
    @Nullable String realm,
    @Nullable String idempotencyKey,
    @Nullable String password) {

  /** A document that opens without a password. */
  public Upload(
      Path file,
      String filename,
      String queue,
      @Nullable String realm,
      @Nullable String idempotencyKey) {
    this(file, filename, queue, realm, idempotencyKey, null);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "Upload[file=" + file + ", queue=" + queue + ", realm=" + realm + "]";
  }
}
