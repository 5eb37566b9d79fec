package io.pipedeck.search;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A document version as the table {@code document_versions} has it.
 *
 * @param revision fresh at each change
 * @param chunks how many it has; none: it is gone
 * @param mediaType of the document, null where its job is gone
 */
record Version(
    long id,
    long revision,
    int chunks,
    @Nullable String realm,
    String sha256,
    UUID jobId,
    @Nullable String mediaType) {

  /** What tells whether a copy is up to date. */
  record Stamp(long id, long revision, int chunks) {}

  /** One of its chunks. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Chunk(
      int ordinal,
      @Nullable String heading,
      String text,
      @Nullable String model,
      float @Nullable [] vector) {}
}
