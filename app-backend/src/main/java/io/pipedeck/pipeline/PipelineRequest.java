package io.pipedeck.pipeline;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A document to run.
 *
 * @param document where its bytes lie; not changed
 * @param filename the name it came under: a hint at most, the content decides the type
 * @param password opens an encrypted document; null for none
 */
public record PipelineRequest(
    Path document, String filename, @Nullable String password, PipelineOptions options) {
  /** Without the password. */
  @Override
  public String toString() {
    return "PipelineRequest[document="
        + document
        + ", filename="
        + filename
        + ", options="
        + options
        + "]";
  }
}
