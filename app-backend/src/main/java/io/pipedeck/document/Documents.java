package io.pipedeck.document;

import io.pipedeck.db.Database;
import io.pipedeck.document.DocumentStore.LocalFile;
import io.pipedeck.document.DocumentStore.Stored;
import io.pipedeck.job.SmallDocument;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All documents: small ones stand in PostgreSQL and come there in the commit of their job, the
 * others in the document store. Safe for all threads; calls block.
 */
public final class Documents {
  private final Database database;
  private final DocumentStore store;
  private final Path scratch;
  private final int smallBytes;

  /**
   * Documents over a store.
   *
   * @param scratch folder for documents that are read as files
   * @param smallBytes up to which size a document is small
   */
  public Documents(Database database, DocumentStore store, Path scratch, int smallBytes) {
    this.database = database;
    this.store = store;
    this.scratch = scratch;
    this.smallBytes = smallBytes;
  }

  /**
   * A document that came in.
   *
   * @param small its bytes, which are not kept yet and belong into the commit of the job; null for
   *     one that the store keeps
   */
  public record Received(Stored stored, @Nullable SmallDocument small) {}

  /**
   * Takes what the stream gives. A large document is durable when this returns; after any failure
   * nothing is left behind.
   *
   * @param maxBytes more than this is refused
   * @throws DocumentStoreException if it is too large or the store can't take it
   * @throws IOException if the stream breaks off
   */
  public Received receive(InputStream content, long maxBytes) throws IOException {
    byte[] head = content.readNBytes(smallBytes + 1);
    if (head.length > smallBytes || head.length > maxBytes) {
      InputStream all = new SequenceInputStream(new ByteArrayInputStream(head), content);
      return new Received(store.put(all, maxBytes), null);
    }
    String sha256 = HexFormat.of().formatHex(Incoming.sha256().digest(head));
    return new Received(new Stored(sha256, head.length), new SmallDocument(head));
  }

  /**
   * Keeps what the stream gives in the store, whatever its size; durable when this returns.
   *
   * @throws DocumentStoreException if it is too large or the store can't take it
   * @throws IOException if the stream breaks off
   */
  Stored keep(InputStream content, long maxBytes) throws IOException {
    return store.put(content, maxBytes);
  }

  /** A document that came in, as a file; to be closed when it was read. */
  public Optional<LocalFile> open(Received received) {
    SmallDocument small = received.small();
    return small == null
        ? store.open(received.stored().sha256())
        : Optional.of(copy(small.bytes()));
  }

  /**
   * The document as a file, empty if there is none of that hash. To be closed when it was read.
   *
   * @throws DocumentStoreException if the store can't be read
   */
  public Optional<LocalFile> open(String sha256) {
    Optional<byte[]> small =
        database.inTransaction(
            tx ->
                tx.first(
                    "SELECT bytes FROM small_documents WHERE sha256 = ?",
                    row -> row.requiredBytes("bytes"),
                    sha256));
    return small.<LocalFile>map(this::copy).or(() -> store.open(sha256));
  }

  private LocalFile copy(byte[] bytes) {
    try {
      Files.createDirectories(scratch);
      Path file = Files.createTempFile(scratch, "document-", Incoming.SUFFIX);
      try {
        Files.write(file, bytes);
        return new Copy(file);
      } catch (IOException e) {
        Incoming.deleteAfter(e, file);
        throw e;
      }
    } catch (IOException e) {
      throw Incoming.diskRefused(e);
    }
  }

  private record Copy(Path path) implements LocalFile {
    @Override
    public void close() {
      Incoming.delete(path);
    }
  }
}
