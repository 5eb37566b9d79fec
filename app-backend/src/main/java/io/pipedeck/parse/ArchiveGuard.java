package io.pipedeck.parse;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/**
 * Unpacks every archive-like document (Office, OpenDocument, EPUB, zip) once into nothing,
 * counting, before a parser sees it: a bomb is refused at a known cost.
 */
final class ArchiveGuard {
  private static final byte[] ZIP_MAGIC = {'P', 'K', 3, 4};
  private static final int MAX_ENTRIES = 20_000;

  /** Up to here any ratio is harmless: tables of zeros are packed small. */
  private static final long HARMLESS_BYTES = 32L << 20;

  private static final int COPY_BYTES = 1 << 16;

  private final byte[] buffer = new byte[COPY_BYTES];
  private final long maxBytes;
  private final int maxRatio;
  private final int maxNesting;
  private long allowed;
  private long bytes;
  private int entries;

  ArchiveGuard(Request.Limits limits) {
    this(limits.maxUnpackedMb() * (1L << 20), limits.maxRatio(), limits.maxNesting());
  }

  ArchiveGuard(long maxBytes, int maxRatio, int maxNesting) {
    this.maxBytes = maxBytes;
    this.maxRatio = maxRatio;
    this.maxNesting = maxNesting;
  }

  /**
   * @throws UnsafeArchive if it unpacks to more than it may
   * @throws IOException if it begins like an archive and isn't whole
   */
  void check(Path path) throws IOException {
    if (!isZip(path)) {
      return;
    }
    allowed = Math.min(maxBytes, Math.max(HARMLESS_BYTES, maxRatio * Files.size(path)));
    try (var zip = new ZipFile(path.toFile())) {
      refuseDeclared(zip);
      for (var all = zip.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        count();
        try (InputStream in = zip.getInputStream(entry)) {
          drain(in, 1);
        }
      }
    }
  }

  /** Whether the stream, which is not moved, begins like an archive. */
  static boolean isZip(InputStream in) throws IOException {
    in.mark(ZIP_MAGIC.length);
    byte[] head = in.readNBytes(ZIP_MAGIC.length);
    in.reset();
    return Arrays.equals(head, ZIP_MAGIC);
  }

  private static boolean isZip(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return Arrays.equals(in.readNBytes(ZIP_MAGIC.length), ZIP_MAGIC);
    }
  }

  private void refuseDeclared(ZipFile zip) throws UnsafeArchive {
    long declared = zip.stream().mapToLong(ZipEntry::getSize).filter(size -> size > 0).sum();
    if (declared > allowed) {
      throw new UnsafeArchive();
    }
  }

  private void drain(InputStream raw, int nesting) throws IOException {
    var in = new BufferedInputStream(raw, COPY_BYTES);
    if (isZip(in)) {
      if (nesting >= maxNesting) {
        throw new UnsafeArchive();
      }
      drainArchive(in, nesting + 1);
    }
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      add(read);
    }
  }

  private void drainArchive(InputStream in, int nesting) throws IOException {
    // Not closed: the bytes behind the archive belong to the entry that holds it.
    var zip = new ZipInputStream(in);
    try {
      while (zip.getNextEntry() != null) {
        count();
        drain(zip, nesting);
      }
    } catch (UnsafeArchive e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      // An attachment that only begins like an archive; its own parser says what it is.
    }
  }

  private void count() throws UnsafeArchive {
    if (++entries > MAX_ENTRIES) {
      throw new UnsafeArchive();
    }
  }

  private void add(int read) throws UnsafeArchive {
    bytes += read;
    if (bytes > allowed) {
      throw new UnsafeArchive();
    }
  }

  /** It unpacks to more than it may, or holds archives in archives without end. */
  static final class UnsafeArchive extends IOException {
    UnsafeArchive() {
      super("unpacks to more than allowed");
    }
  }
}
