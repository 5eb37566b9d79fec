package io.pipedeck.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The workers of a pool: which of them are free, and which were sent home. Thread-safe. */
final class Slots {
  private final List<String> names;
  private final Leaving leaving;
  private final BlockingQueue<String> free;
  private final Set<String> retired = ConcurrentHashMap.newKeySet();
  private final AtomicInteger gone = new AtomicInteger();

  /** Hears of each worker that has gone. */
  interface Leaving {
    /** It runs nothing any more and gets nothing to run. */
    void gone(String worker, boolean wasTheLast);
  }

  Slots(List<String> names, Leaving leaving) {
    this.names = List.copyOf(names);
    this.leaving = leaving;
    this.free = new ArrayBlockingQueue<>(names.size(), false, names);
  }

  List<String> names() {
    return names;
  }

  /** Takes all workers that are free; whoever takes them frees those that it doesn't use. */
  List<String> takeFree() {
    List<String> taken = new ArrayList<>();
    free.drainTo(taken);
    return taken;
  }

  /** The same, waiting for one; none if that takes longer. */
  List<String> awaitFree(Duration atMost) throws InterruptedException {
    String first = free.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
    if (first == null) {
      return List.of();
    }
    List<String> taken = new ArrayList<>(List.of(first));
    free.drainTo(taken);
    return taken;
  }

  /** A worker has nothing to do. */
  void free(String worker) {
    if (!retired.contains(worker)) {
      free.add(worker);
      // It may have been sent home in this moment.
      if (!retired.contains(worker) || !free.remove(worker)) {
        return;
      }
    }
    gone(worker);
  }

  /** Sends a worker home: at once, or when it is next free. */
  void retire(String worker) {
    if (names.contains(worker) && retired.add(worker) && free.remove(worker)) {
      gone(worker);
    }
  }

  private void gone(String worker) {
    leaving.gone(worker, gone.incrementAndGet() == names.size());
  }
}
