package io.pipedeck.ui.send;

import java.nio.file.Path;

/**
 * A file that may be sent.
 *
 * @param path where it lies
 * @param folder the folder it came from, as seen from the dropped one; empty for a file dropped
 *     itself
 * @param sizeBytes when it was gathered
 */
public record OutgoingFile(Path path, String folder, long sizeBytes) {
  /** The name it is sent under. */
  public String name() {
    return String.valueOf(path.getFileName());
  }
}
