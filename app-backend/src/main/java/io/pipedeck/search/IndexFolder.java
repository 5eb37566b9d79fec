package io.pipedeck.search;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.Lock;
import org.apache.lucene.store.LockObtainFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one process's index. Processes on the same data folder take different ones, by a
 * lock that ends with its process; who starts later goes on with a folder that has become free.
 */
final class IndexFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(IndexFolder.class);
  private static final int MOST = 64;
  private static final String LOCK = "pipedeck.lock";

  private final Path path;
  private final Directory locks;
  private final Lock lock;

  private IndexFolder(Path path, Directory locks, Lock lock) {
    this.path = path;
    this.locks = locks;
    this.lock = lock;
  }

  /**
   * Takes the first free folder below this one.
   *
   * @throws IOException if none can be used
   */
  static IndexFolder take(Path below) throws IOException {
    for (int i = 1; i <= MOST; i++) {
      Path path = below.resolve(Integer.toString(i));
      Files.createDirectories(path);
      Directory locks = FSDirectory.open(path);
      try {
        return new IndexFolder(path, locks, locks.obtainLock(LOCK));
      } catch (LockObtainFailedException _) {
        locks.close();
      } catch (IOException | RuntimeException e) {
        locks.close();
        throw e;
      }
    }
    throw new IOException("all " + MOST + " folders of " + below + " are in use");
  }

  Path index() {
    return path.resolve("index");
  }

  /** Whether it is still there and ours, and neither it nor the index was deleted by somebody. */
  boolean stands() {
    try {
      lock.ensureValid();
      return Files.isDirectory(index());
    } catch (IOException | RuntimeException _) {
      return false;
    }
  }

  /** Deletes the index; the folder stays ours. */
  void clear() throws IOException {
    if (!Files.isDirectory(index())) {
      return;
    }
    try (var files = Files.newDirectoryStream(index())) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }

  @Override
  public void close() {
    try (locks) {
      lock.close();
    } catch (IOException | RuntimeException e) {
      LOG.debug("The lock of {} was not given back; it ends with this process", path, e);
    }
  }
}
