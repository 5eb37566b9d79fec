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
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A document on its way in: a temporary file, hashed while it is written and synced to the disk.
 * Deleted by {@link #close} unless it was moved away.
 */
final class Incoming implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Incoming.class);
  private static final int BUFFER = 64 * 1024;

  /** Of every file that is only here for a while. */
  static final String SUFFIX = ".part";

  private static final Duration UPLOAD_AT_MOST = Duration.ofDays(1);

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
      deleteAfter(e, file);
      throw e;
    }
  }

  private static Path newFile(Path folder) {
    try {
      Files.createDirectories(folder);
      return Files.createTempFile(folder, "incoming-", SUFFIX);
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

  /** Deletes what is left over after a failure, which counts more than one of deleting. */
  static void deleteAfter(Throwable failure, Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** Deletes what processes that died left in this folder, a day ago or longer. */
  static void deleteLeftovers(Path folder, InstantSource clock) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    var before = clock.instant().minus(UPLOAD_AT_MOST);
    try (var files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (Path file : files) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      LOG.warn("Leftovers of uploads in {} not deleted", folder, e);
    }
  }

  static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw diskRefused(e);
    }
  }
}
