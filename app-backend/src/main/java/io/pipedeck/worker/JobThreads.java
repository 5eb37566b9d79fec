package io.pipedeck.worker;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * What jobs run on. A platform thread each where there are few slots: whatever it waits for wakes
 * it alone, where a virtual thread wakes a timer and a carrier too. A virtual thread each where
 * there are many.
 */
final class JobThreads {
  private static final int FEW = 16;
  private static final long IDLE_SECONDS = 60;

  private JobThreads() {}

  /** Starts each task at once, on a daemon thread of its own; needs no shutdown. */
  static ExecutorService of(int slots) {
    if (slots > FEW) {
      return Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory());
    }
    // A slot is free before the end of its job is on the disk: there can be more threads than
    // slots.
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        Thread.ofPlatform().daemon().factory());
  }
}
