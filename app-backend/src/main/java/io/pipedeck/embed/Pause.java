package io.pipedeck.embed;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits before another try. Of its own so that tests needn't wait. */
@FunctionalInterface
interface Pause {
  /** Really waits. */
  Pause REAL =
      duration -> {
        boolean never = new CountDownLatch(1).await(duration.toNanos(), TimeUnit.NANOSECONDS);
        assert !never;
      };

  void waitFor(Duration duration) throws InterruptedException;
}
