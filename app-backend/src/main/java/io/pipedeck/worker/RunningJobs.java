package io.pipedeck.worker;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The jobs that run in this process now, and how many ids are being looked at that may become some.
 * Safe for all threads.
 */
final class RunningJobs {
  private final Set<RunningJob> running = ConcurrentHashMap.newKeySet();
  private final AtomicInteger arriving = new AtomicInteger();
  private final Object ended = new Object();

  /** A live view. */
  Collection<RunningJob> all() {
    return Collections.unmodifiableCollection(running);
  }

  void add(RunningJob job) {
    running.add(job);
  }

  void remove(RunningJob job) {
    running.remove(job);
    wakeThoseWhoWait();
  }

  /** An id is looked at. */
  void arrives() {
    arriving.incrementAndGet();
  }

  /** It has been; what became of it was added before. */
  void arrived() {
    arriving.decrementAndGet();
    wakeThoseWhoWait();
  }

  private void wakeThoseWhoWait() {
    synchronized (ended) {
      ended.notifyAll();
    }
  }

  /** Waits until there are none; false if that takes longer, or on an interrupt. */
  boolean awaitNone(Duration atMost) {
    long until = System.nanoTime() + atMost.toNanos();
    synchronized (ended) {
      while (!running.isEmpty() || arriving.get() > 0) {
        long left = until - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        try {
          TimeUnit.NANOSECONDS.timedWait(ended, left);
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
          return false;
        }
      }
    }
    return true;
  }
}
