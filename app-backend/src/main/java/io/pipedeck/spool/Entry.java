package io.pipedeck.spool;

import io.pipedeck.job.SmallDocument;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that waits to be written to PostgreSQL.
 *
 * @param id its own, so that a conflict is kept once
 * @param realm and {@code key}: how a repeated enqueue finds its first job; null without a key
 * @param body as JSON
 * @param document a small document of a job, null for none
 */
record Entry(
    UUID id,
    Kind kind,
    UUID jobId,
    @Nullable String realm,
    @Nullable String key,
    String body,
    @Nullable SmallDocument document) {

  /** What it is. */
  enum Kind {
    /** A job that was accepted. */
    JOB,
    /** The end of an attempt. */
    ENDING
  }

  /** About how much room it takes. */
  long sizeBytes() {
    return 200L + body.length() + (document == null ? 0 : document.bytes().length);
  }

  /**
   * An entry as it stands in the file.
   *
   * @param seq its place
   */
  record Kept(long seq, Entry entry) {}
}
