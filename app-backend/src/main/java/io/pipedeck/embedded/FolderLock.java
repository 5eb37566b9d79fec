package io.pipedeck.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A lock between programs, on a file. The operating system takes it back when its holder dies, so
 * it can't be left behind. The file stays.
 */
final class FolderLock implements AutoCloseable {
  /**
   * The files locked by this JVM. Asked before a file is opened: POSIX drops a process's lock as
   * soon as the process closes <em>any</em> descriptor of that file.
   */
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private FolderLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Takes the lock at once; empty if it is taken, by another program or in this one. */
  static Optional<FolderLock> tryLock(Path file) throws IOException {
    Path key = canonical(file);
    if (!HELD_HERE.add(key)) {
      return Optional.empty();
    }
    Optional<FolderLock> taken = Optional.empty();
    try {
      FileChannel channel = open(key);
      if (channel.tryLock() == null) {
        channel.close();
      } else {
        taken = Optional.of(new FolderLock(key, channel));
      }
      return taken;
    } finally {
      if (taken.isEmpty()) {
        HELD_HERE.remove(key);
      }
    }
  }

  /**
   * Takes the lock, after another program that has it now. Threads of this program must keep each
   * other out by themselves.
   */
  static FolderLock waitFor(Path file) throws IOException {
    Path key = canonical(file);
    FileChannel channel = open(key);
    try {
      channel.lock();
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    return new FolderLock(key, channel);
  }

  private static Path canonical(Path file) throws IOException {
    Path folder = Files.createDirectories(Durable.folderOf(file));
    return folder.toRealPath().resolve(file.getFileName());
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /** Gives the lock back. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new BundledServerException("The lock " + file + " can't be given back", e);
    } finally {
      HELD_HERE.remove(file);
    }
  }
}
