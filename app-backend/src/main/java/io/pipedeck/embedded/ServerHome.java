package io.pipedeck.embedded;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One server's places in the data folder, locked against other programs.
 *
 * @param lock held until the server has stopped
 * @param folder what the server writes; its real path, so that it is the same however it is named
 * @param secretFile keeps its password
 * @param log takes its output
 */
record ServerHome(FolderLock lock, Path folder, Path secretFile, ServerLog log) {
  private static final long LOG_LIMIT_BYTES = 4L << 20;

  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException, InterruptedException;
  }

  @FunctionalInterface
  interface Stop {
    void run() throws IOException, InterruptedException;
  }

  /**
   * @param name of the server: {@code postgres} or {@code redis}
   * @throws BundledServerException if another program has it
   */
  static ServerHome open(Path dataFolder, String name) throws IOException {
    Path root = Files.createDirectories(dataFolder).toRealPath();
    FolderLock lock =
        FolderLock.tryLock(root.resolve(name + ".lock"))
            .orElseThrow(
                () ->
                    new BundledServerException(
                        "The %s of %s is in use by another Pipedeck. ".formatted(name, root)
                            + "Stop that one, or set PIPEDECK_HOME to another folder."));
    try {
      Path folder = root.resolve(name);
      if (Files.notExists(folder)) {
        Durable.folder(folder, "rwx------");
      }
      Path logs = Durable.folder(root.resolve("logs"), "rwx------");
      var log = new ServerLog(logs.resolve(name + ".log"), LOG_LIMIT_BYTES);
      return new ServerHome(lock, folder, root.resolve("secrets").resolve(name + "-password"), log);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** Turns what can go wrong into the one exception of this package. */
  static <T> T attempt(String server, Work<T> work) {
    try {
      return work.run();
    } catch (AccessDeniedException e) {
      throw new BundledServerException(
          "%s can't be run: this user may not use %s. ".formatted(server, e.getFile())
              + "A data folder is for one user; set PIPEDECK_HOME to a folder of your own.",
          e);
    } catch (IOException e) {
      throw new BundledServerException(server + " can't be run: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BundledServerException("Interrupted while starting or stopping " + server, e);
    }
  }

  /** Stops a server; an interrupt that came before must not leave it half stopped. */
  static void stop(String server, Stop work) {
    boolean interrupted = Thread.interrupted();
    try {
      attempt(
          server,
          () -> {
            work.run();
            return true;
          });
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Waits before a next try; the wait ends early only by an interrupt. */
  static void pause(Duration time) throws InterruptedException {
    new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS);
  }
}
