package io.pipedeck.app;

import io.pipedeck.api.BackendFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One backend at a time on a data folder: a lock that the operating system takes away from a dead
 * process.
 */
final class DataFolderLock implements AutoCloseable {
  private final FileChannel channel;

  private DataFolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @throws AlreadyRunningException if another process has it
   * @throws StartException if the folder can't be used
   */
  static DataFolderLock take(Path home) {
    try {
      Files.createDirectories(home);
      FileChannel channel =
          FileChannel.open(
              home.resolve("backend.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
        throw new AlreadyRunningException(home, BackendFile.find(home));
      }
      return new DataFolderLock(channel);
    } catch (IOException e) {
      throw new StartException(
          "The data folder "
              + home
              + " can't be used: "
              + e.getMessage()
              + ". Set PIPEDECK_HOME to a folder you may write.",
          e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
