package io.pipedeck.parse;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * The folder for temporary files of one parser process. Its name holds the process id of the
 * backend that made it, so that a later backend can clear away what a killed one left.
 */
final class TempFolder {
  private static final String PREFIX = "pipedeck-parser-";

  private final Path folder;

  private TempFolder(Path folder) {
    this.folder = folder;
  }

  /** Makes a new one for a process that is about to start. */
  static TempFolder create() throws IOException {
    return new TempFolder(Files.createTempDirectory(PREFIX + ProcessHandle.current().pid() + "-"));
  }

  /** The folder that this process was given. */
  static TempFolder own(Path folder) {
    return new TempFolder(folder);
  }

  /** Deletes the folders of backends that are no more. */
  static void deleteAbandoned() {
    Path parent = Path.of(System.getProperty("java.io.tmpdir"));
    try (var folders = Files.newDirectoryStream(parent, PREFIX + "*")) {
      for (Path folder : folders) {
        if (isAbandoned(folder)) {
          new TempFolder(folder).delete();
        }
      }
    } catch (IOException e) {
      // A folder more or less in the temp folder harms nobody.
    }
  }

  private static boolean isAbandoned(Path folder) {
    String[] parts = folder.getFileName().toString().substring(PREFIX.length()).split("-", 2);
    try {
      return ProcessHandle.of(Long.parseLong(parts[0])).isEmpty();
    } catch (NumberFormatException e) {
      return false;
    }
  }

  Path path() {
    return folder;
  }

  /** Deletes what is in it; files that resist stay for the next time. */
  void empty() {
    deleteTree(folder, false);
  }

  /** Deletes it. */
  void delete() {
    deleteTree(folder, true);
  }

  private static void deleteTree(Path root, boolean rootToo) {
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              return delete(file);
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failure) {
              return rootToo || !dir.equals(root) ? delete(dir) : FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      // Best effort: see deleteAbandoned.
    }
  }

  private static FileVisitResult delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // Best effort: see deleteAbandoned.
    }
    return FileVisitResult.CONTINUE;
  }
}
