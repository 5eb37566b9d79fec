package io.pipedeck.embedded;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Forks every child on one platform thread that lives as long as the program. On Linux the "your
 * parent died" signal of a child follows the <em>thread</em> that forked it: a child of a pool's
 * thread would be stopped when the pool shrinks.
 */
final class ForkThread {
  private static final ExecutorService THREAD =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("server-forks").daemon().factory());

  private ForkThread() {}

  static Process start(ProcessBuilder builder) throws IOException, InterruptedException {
    try {
      return THREAD.submit(builder::start).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw new IOException(cause.getMessage(), cause);
      }
      throw new IllegalStateException("A process can't be started", e.getCause());
    }
  }
}
