package io.pipedeck.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
    for (Path path : contentsFirst(root)) {
      Files.deleteIfExists(path);
    }
  }

  /**
   * A folder with all in it, every folder after its contents. What somebody else deletes meanwhile,
   * as a dying initdb does, may be in the list or not.
   */
  static List<Path> contentsFirst(Path root) throws IOException {
    var all = new ArrayList<Path>();
    Files.walkFileTree(root, new Collector(all));
    return all;
  }

  private static final class Collector extends SimpleFileVisitor<Path> {
    private final List<Path> all;

    Collector(List<Path> all) {
      this.all = all;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      all.add(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      return goOn(failure);
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
        throws IOException {
      all.add(folder);
      return goOn(failure);
    }

    private static FileVisitResult goOn(@Nullable IOException failure) throws IOException {
      if (failure == null || failure instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw failure;
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
