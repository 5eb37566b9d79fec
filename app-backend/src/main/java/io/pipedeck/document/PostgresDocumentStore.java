package io.pipedeck.document;

import io.pipedeck.db.Database;
import io.pipedeck.db.Tx;
import io.pipedeck.document.DocumentStoreException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Documents in PostgreSQL, in parts of 1 MiB: for nodes that share no folder. */
public final class PostgresDocumentStore implements DocumentStore {
  private static final int PART = 1 << 20;

  private final Database database;
  private final Path scratch;

  /**
   * A store in this database.
   *
   * @param scratch folder for documents on their way in and out
   */
  public PostgresDocumentStore(Database database, Path scratch) {
    this.database = database;
    this.scratch = scratch;
  }

  @Override
  public Stored put(InputStream content, long maxBytes) throws IOException {
    try (var document = Incoming.read(content, maxBytes, scratch)) {
      Stored stored = document.stored();
      database.run(
          tx -> {
            int added =
                tx.update(
                    "INSERT INTO documents (sha256, size_bytes) VALUES (?, ?) ON CONFLICT DO NOTHING",
                    stored.sha256(),
                    stored.sizeBytes());
            if (added == 1) {
              insertParts(tx, document);
            }
          });
      return stored;
    }
  }

  private static void insertParts(Tx tx, Incoming document) {
    try (InputStream in = Files.newInputStream(document.file())) {
      byte[] bytes = in.readNBytes(PART);
      for (int part = 0; bytes.length > 0; part++) {
        tx.update(
            "INSERT INTO document_parts (sha256, part, bytes) VALUES (?, ?, ?)",
            document.stored().sha256(),
            part,
            bytes);
        bytes = in.readNBytes(PART);
      }
    } catch (IOException e) {
      throw Incoming.diskRefused(e);
    }
  }

  @Override
  public Optional<LocalFile> open(String sha256) {
    return database
        .inTransaction(
            tx ->
                tx.first(
                    "SELECT size_bytes FROM documents WHERE sha256 = ?",
                    row -> row.requiredLong("size_bytes"),
                    sha256))
        .map(size -> new Copy(copy(sha256, size)));
  }

  private Path copy(String sha256, long size) {
    try {
      Files.createDirectories(scratch);
      Path file = Files.createTempFile(scratch, "document-", Incoming.SUFFIX);
      try (OutputStream out = Files.newOutputStream(file)) {
        writeParts(sha256, size, out);
        return file;
      } catch (IOException | RuntimeException e) {
        Incoming.deleteAfter(e, file);
        throw e;
      }
    } catch (IOException e) {
      throw Incoming.diskRefused(e);
    }
  }

  private void writeParts(String sha256, long size, OutputStream out) throws IOException {
    long written = 0;
    for (int part = 0; written < size; part++) {
      byte[] bytes = part(sha256, part);
      if (bytes.length == 0) {
        throw new DocumentStoreException(
            Reason.UNAVAILABLE, "The document was deleted while it was read.", null);
      }
      out.write(bytes);
      written += bytes.length;
    }
  }

  /** Deletes what processes that died left in the scratch folder, a day ago or longer. */
  public void deleteLeftovers(InstantSource clock) {
    Incoming.deleteLeftovers(scratch, clock);
  }

  /** One part, empty behind the last. */
  private byte[] part(String sha256, int part) {
    List<byte[]> parts =
        database.inTransaction(
            tx ->
                tx.query(
                    "SELECT bytes FROM document_parts WHERE sha256 = ? AND part = ?",
                    row -> row.requiredBytes("bytes"),
                    sha256,
                    part));
    return parts.isEmpty() ? new byte[0] : parts.getFirst();
  }

  private record Copy(Path path) implements LocalFile {
    @Override
    public void close() {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
