package io.pipedeck.document;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Optional;

/** Documents in a folder: {@code ab/cd/abcd…}, written beside and renamed into place. */
public final class LocalDocumentStore implements DocumentStore {
  private final Path folder;
  private final Path incoming;

  /** A store in this folder, which is made when the first document comes. */
  public LocalDocumentStore(Path folder) {
    this.folder = folder;
    this.incoming = folder.resolve("incoming");
  }

  @Override
  public Stored put(InputStream content, long maxBytes) throws IOException {
    try (var document = Incoming.read(content, maxBytes, incoming)) {
      String sha256 = document.stored().sha256();
      Path target = fileOf(sha256);
      try {
        if (!isWhole(target, document.stored())) {
          Files.createDirectories(folderOf(sha256));
          Files.move(
              document.file(),
              target,
              StandardCopyOption.ATOMIC_MOVE,
              StandardCopyOption.REPLACE_EXISTING);
        }
        syncFolders(target);
      } catch (IOException e) {
        throw Incoming.diskRefused(e);
      }
      return document.stored();
    }
  }

  /** A disk that lost the end of a file is healed by the next upload. */
  private static boolean isWhole(Path target, Stored stored) throws IOException {
    return Files.isRegularFile(target) && Files.size(target) == stored.sizeBytes();
  }

  /**
   * A rename is on the disk only when its folder is, and that only when the one above it is; not
   * every file system lets a folder be opened for that.
   */
  private void syncFolders(Path target) throws IOException {
    if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return;
    }
    for (Path at = target.getParent(); at != null && at.startsWith(folder); at = at.getParent()) {
      try (FileChannel channel = FileChannel.open(at, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  @Override
  public Optional<LocalFile> open(String sha256) {
    Path file = fileOf(sha256);
    return Files.isRegularFile(file) ? Optional.of(new Kept(file)) : Optional.empty();
  }

  private record Kept(Path path) implements LocalFile {
    @Override
    public void close() {
      // The store keeps it.
    }
  }

  private Path fileOf(String sha256) {
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("no SHA-256: " + sha256);
    }
    return folderOf(sha256).resolve(sha256);
  }

  private Path folderOf(String sha256) {
    return folder.resolve(sha256.substring(0, 2)).resolve(sha256.substring(2, 4));
  }

  /** Deletes what uploads of processes that died left behind, a day ago or longer. */
  public void deleteLeftovers(InstantSource clock) {
    Incoming.deleteLeftovers(incoming, clock);
  }
}
