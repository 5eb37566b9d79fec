package io.pipedeck.document;

import io.pipedeck.document.DocumentStore.Stored;
import io.pipedeck.document.DocumentStoreException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A document on its way in: a temporary file, hashed while it is written and synced to the disk.
 * Deleted by {@link #close} unless it was moved away.
 */
final class Incoming implements AutoCloseable {
  private static final int BUFFER = 64 * 1024;

  private final Path file;
  private final Stored stored;

  private Incoming(Path file, Stored stored) {
    this.file = file;
    this.stored = stored;
  }

  /** Reads the stream to its end into a file of this folder. */
  static Incoming read(InputStream content, long maxBytes, Path folder) throws IOException {
    Path file = newFile(folder);
    try {
      return new Incoming(file, write(content, maxBytes, file));
    } catch (IOException | RuntimeException | Error e) {
      delete(file);
      throw e;
    }
  }

  private static Path newFile(Path folder) {
    try {
      Files.createDirectories(folder);
      return Files.createTempFile(folder, "incoming-", ".part");
    } catch (IOException e) {
      throw diskRefused(e);
    }
  }

  private static Stored write(InputStream content, long maxBytes, Path file) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[BUFFER];
    long size = 0;
    try (FileChannel out = open(file)) {
      for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
        size += n;
        if (size > maxBytes) {
          throw new DocumentStoreException(
              Reason.TOO_LARGE,
              "The document is larger than the " + maxBytes / (1 << 20) + " MiB that are taken.",
              null);
        }
        digest.update(buffer, 0, n);
        append(out, buffer, n);
      }
      sync(out);
    }
    return new Stored(HexFormat.of().formatHex(digest.digest()), size);
  }

  // Reading and writing fail for different people: a broken upload is the sender's, a full disk is
  // ours.
  private static FileChannel open(Path file) {
    try {
      return FileChannel.open(file, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw diskRefused(e);
    }
  }

  private static void append(FileChannel out, byte[] buffer, int length) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, length);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
    } catch (IOException e) {
      throw diskRefused(e);
    }
  }

  private static void sync(FileChannel out) {
    try {
      out.force(true);
    } catch (IOException e) {
      throw diskRefused(e);
    }
  }

  static DocumentStoreException diskRefused(IOException cause) {
    return new DocumentStoreException(
        Reason.UNAVAILABLE,
        "The document can't be kept: the document store's disk is full or refuses to write.",
        cause);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  Path file() {
    return file;
  }

  Stored stored() {
    return stored;
  }

  @Override
  public void close() {
    delete(file);
  }

  static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw diskRefused(e);
    }
  }
}
