package io.pipedeck.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** Files that are whole or not there, also after a power cut; and their permissions. */
final class Durable {
  static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private Durable() {}

  /** Renames within one file system, and makes the new name last. */
  static void moveInto(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    syncFolder(folderOf(to));
  }

  /** Makes the names in a folder last; Windows has no such call and does it by itself. */
  static void syncFolder(Path folder) throws IOException {
    if (POSIX) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /** The folder that a file or folder is in; never the root's. */
  static Path folderOf(Path path) {
    return Objects.requireNonNull(path.toAbsolutePath().getParent());
  }

  /** Creates a folder if it is not there, and gives it a mode such as {@code rwx------}. */
  static Path folder(Path folder, String mode) throws IOException {
    Files.createDirectories(folder);
    setMode(folder, mode);
    return folder;
  }

  static void setMode(Path path, String mode) throws IOException {
    if (POSIX) {
      var wanted = PosixFilePermissions.fromString(mode);
      if (!Files.getPosixFilePermissions(path).equals(wanted)) {
        Files.setPosixFilePermissions(path, wanted);
      }
    }
  }

  /** Deletes a file or a whole folder; nothing happens if it is not there. Follows no links. */
  static void deleteTree(Path root) throws IOException {
    if (Files.notExists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    List<Path> all;
    try (var walk = Files.walk(root)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    for (Path path : all) {
      Files.deleteIfExists(path);
    }
  }

  /** Deletes what an interrupted work left in a folder: everything whose name starts so. */
  static void deleteLeftovers(Path folder, String prefix) throws IOException {
    for (Path path : entries(folder, prefix)) {
      deleteTree(path);
    }
  }

  /** What is in a folder under a name that starts so. */
  static List<Path> entries(Path folder, String prefix) throws IOException {
    try (var all = Files.list(folder)) {
      return all.filter(path -> path.getFileName().toString().startsWith(prefix)).toList();
    }
  }
}
