package io.pipedeck.document;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/** Keeps documents under the SHA-256 of their content. Safe for all threads; calls block. */
public interface DocumentStore {
  /**
   * Keeps what the stream gives; durable when this returns. After any failure nothing is left
   * behind.
   *
   * @param maxBytes more than this is refused
   * @throws DocumentStoreException if it is too large or the store can't take it
   * @throws IOException if the stream breaks off
   */
  Stored put(InputStream content, long maxBytes) throws IOException;

  /**
   * The document as a file, empty if there is none of that hash. To be closed when it was read.
   *
   * @throws DocumentStoreException if the store can't be read
   */
  Optional<LocalFile> open(String sha256);

  /**
   * A document that is kept.
   *
   * @param sha256 of its content, 64 lower-case hex digits
   */
  record Stored(String sha256, long sizeBytes) {}

  /** A document's bytes on this machine, for as long as this is open. */
  interface LocalFile extends AutoCloseable {
    Path path();

    @Override
    void close();
  }
}
