package io.pipedeck.process;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Waits for what another process does and tells nobody about. */
final class Await {
  private static final Duration AT_MOST = Duration.ofSeconds(90);
  private static final long LOOK_EVERY_MILLIS = 50;

  private Await() {}

  /** Asks for a value. */
  interface Look<T> {
    T now() throws IOException, InterruptedException;
  }

  /** Looks until the value is right; the value. */
  static <T> T value(String what, Look<T> look, Predicate<T> right)
      throws IOException, InterruptedException {
    long until = System.nanoTime() + AT_MOST.toNanos();
    var never = new CountDownLatch(1);
    T value = look.now();
    while (!right.test(value)) {
      if (System.nanoTime() > until) {
        throw new AssertionError("Waited in vain for " + what + "; last seen: " + value);
      }
      boolean _ = never.await(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
      value = look.now();
    }
    return value;
  }
}
