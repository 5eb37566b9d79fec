package io.pipedeck.bench;

import io.pipedeck.stand.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Enqueues without end, in batches, as long as fewer jobs wait than are allowed; {@link #stop} ends
 * it.
 */
final class Feeder {
  private static final int BATCH = 200;
  private static final int THREADS = 2;
  private static final Duration FULL = Duration.ofMillis(2);

  private final JobSource source;
  private final String function;
  private final int backlog;
  private final AtomicLong enqueued = new AtomicLong();
  private final AtomicReference<Throwable> broken = new AtomicReference<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile long finished;
  private volatile boolean stopping;

  Feeder(JobSource source, String function, int backlog) {
    this.source = source;
    this.function = function;
    this.backlog = backlog;
    for (int i = 0; i < THREADS; i++) {
      threads.add(Thread.ofPlatform().name("feeder-" + i).start(this::feed));
    }
  }

  private void feed() {
    try {
      while (!stopping) {
        if (enqueued.get() - finished >= backlog) {
          Pause.of(FULL);
        } else {
          enqueued.addAndGet(BATCH);
          source.enqueue(Jobs.of(function, BATCH));
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      broken.set(e);
    }
  }

  /** So many have finished: as many more may be enqueued. */
  void finished(long jobs) {
    finished = jobs;
    Throwable cause = broken.get();
    if (cause != null) {
      throw new IllegalStateException("enqueuing broke", cause);
    }
  }

  /** How many were enqueued. */
  long enqueued() {
    return enqueued.get();
  }

  /** Enqueues no more; all that was begun is durable then. */
  void stop() throws InterruptedException {
    stopping = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
