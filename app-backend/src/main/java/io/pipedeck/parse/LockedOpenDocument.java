package io.pipedeck.parse;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.apache.tika.exception.EncryptedDocumentException;
import org.jspecify.annotations.Nullable;

/**
 * An OpenDocument package whose files are encrypted. Its parser can't open one: a plain copy is
 * made for it, of the parts that hold text.
 */
final class LockedOpenDocument {
  private static final String MANIFEST = "META-INF/manifest.xml";
  private static final String TYPE = "application/vnd.oasis.opendocument";
  private static final int COPY_BYTES = 1 << 16;

  private final Path document;
  private final Map<String, SealedPart> sealed;

  private LockedOpenDocument(Path document, Map<String, SealedPart> sealed) {
    this.document = document;
    this.sealed = sealed;
  }

  /** Empty if the document is another one, or an open one. */
  static Optional<LockedOpenDocument> of(Path document) throws IOException {
    try (var zip = new ZipFile(document.toFile())) {
      @Nullable ZipEntry type = zip.getEntry("mimetype");
      @Nullable ZipEntry manifest = zip.getEntry(MANIFEST);
      if (type == null || manifest == null || !isOpenDocument(zip, type)) {
        return Optional.empty();
      }
      try (InputStream in = zip.getInputStream(manifest)) {
        Map<String, SealedPart> sealed = SealedManifest.read(in);
        return sealed.isEmpty()
            ? Optional.empty()
            : Optional.of(new LockedOpenDocument(document, sealed));
      }
    } catch (ZipException e) {
      return Optional.empty(); // whoever reads it says what is wrong
    }
  }

  private static boolean isOpenDocument(ZipFile zip, ZipEntry type) throws IOException {
    try (InputStream in = zip.getInputStream(type)) {
      return new String(in.readNBytes(TYPE.length()), StandardCharsets.US_ASCII).equals(TYPE);
    }
  }

  /** Whether it is encrypted in a way that can be undone here. */
  boolean canBeOpened() {
    return sealed.entrySet().stream()
        .filter(part -> holdsText(part.getKey()))
        .allMatch(part -> part.getValue().canBeOpened());
  }

  /**
   * Writes a plain copy.
   *
   * @throws EncryptedDocumentException if the password is a wrong one
   * @throws ArchiveGuard.UnsafeArchive if it unpacks to more
   */
  Path open(String password, Request.Limits limits) throws IOException, EncryptedDocumentException {
    Path plain = Files.createTempFile("opened", ".zip");
    try (var zip = new ZipFile(document.toFile());
        var out = new ZipOutputStream(Files.newOutputStream(plain))) {
      long left = limits.maxUnpackedMb() * (1L << 20);
      for (var all = zip.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        if (holdsText(entry.getName())) {
          out.putNextEntry(new ZipEntry(entry.getName()));
          left -= copy(zip, entry, password, new Limited(out, left));
          out.closeEntry();
        }
      }
    }
    new ArchiveGuard(limits).check(plain);
    return plain;
  }

  private long copy(ZipFile zip, ZipEntry entry, String password, Limited out)
      throws IOException, EncryptedDocumentException {
    @Nullable SealedPart part = sealed.get(entry.getName());
    try (InputStream raw = zip.getInputStream(entry);
        InputStream in = part == null ? raw : part.open(raw, password)) {
      return out.copy(in);
    } catch (ZipException e) {
      if (part != null && part.checksum().length == 0) {
        throw new EncryptedDocumentException("wrong password", e);
      }
      throw e;
    }
  }

  private static boolean holdsText(String name) {
    return name.equals("mimetype")
        || name.endsWith("content.xml")
        || name.endsWith("styles.xml")
        || name.endsWith("meta.xml");
  }

  private record Limited(OutputStream out, long most) {
    long copy(InputStream in) throws IOException {
      byte[] buffer = new byte[COPY_BYTES];
      long copied = 0;
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        copied += read;
        if (copied > most) {
          throw new ArchiveGuard.UnsafeArchive();
        }
        out.write(buffer, 0, read);
      }
      return copied;
    }
  }
}
