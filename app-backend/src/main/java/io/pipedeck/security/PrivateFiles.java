package io.pipedeck.security;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * Small files that only their owner may read (mode 0600 where the file system has modes): whole or
 * not there, also after a power cut, and never readable by others, not even for a moment.
 */
public final class PrivateFiles {
  private PrivateFiles() {}

  /**
   * Makes a file; whoever finds it finds all of it.
   *
   * @throws java.nio.file.FileAlreadyExistsException if it is there
   */
  public static void create(Path file, String content) throws IOException {
    Path fresh = write(file, content);
    try {
      link(fresh, file);
    } finally {
      Files.deleteIfExists(fresh);
    }
    syncFolder(file);
  }

  /** A link refuses a name that is taken, which a rename doesn't everywhere. */
  private static void link(Path fresh, Path file) throws IOException {
    try {
      Files.createLink(file, fresh);
    } catch (UnsupportedOperationException _) {
      Files.move(fresh, file);
    }
  }

  /** Makes the file or replaces it whole: readers see the old content or the new. */
  public static void replace(Path file, String content) throws IOException {
    Path fresh = write(file, content);
    try {
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
    syncFolder(file);
  }

  private static Path write(Path file, String content) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".new");
    var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (FileChannel out = FileChannel.open(fresh, options, ownerOnly(file))) {
      ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(fresh);
      throw e;
    }
    return fresh;
  }

  /** A name is on the disk only when its folder is; Windows has no such call and needs none. */
  private static void syncFolder(Path file) throws IOException {
    if (isPosix(file)) {
      Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private static FileAttribute<?>[] ownerOnly(Path file) {
    return isPosix(file)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private static boolean isPosix(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
