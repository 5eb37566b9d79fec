package io.pipedeck.embedded;

import io.pipedeck.security.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server's password: 192 random bits in a file that only its user may read. */
final class Secret {
  private static final Logger LOG = LoggerFactory.getLogger(Secret.class);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Set<PosixFilePermission> OWNERS =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private Secret() {}

  /** A new password: hexadecimal, so that it needs no quoting anywhere. */
  static String random() {
    byte[] bytes = new byte[24];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /**
   * The kept password; empty if there is none, or none that is still a secret: a file that others
   * may read is not trusted any more, the caller makes a new one.
   */
  static Optional<String> read(Path file) throws IOException {
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    if (Durable.POSIX && !OWNERS.containsAll(Files.getPosixFilePermissions(file))) {
      LOG.warn("The password in {} could be read by others; a new one takes its place", file);
      return Optional.empty();
    }
    String kept = Files.readString(file).strip();
    return kept.matches("[0-9a-f]{48}") ? Optional.of(kept) : Optional.empty();
  }

  /** Keeps a password, in place of one before. */
  static void write(Path file, String password) throws IOException {
    Durable.folder(Durable.folderOf(file), "rwx------");
    PrivateFiles.replace(file, password + "\n");
  }
}
