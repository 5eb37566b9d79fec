package io.pipedeck.stand;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets time pass, or waits for what nobody reports. */
public final class Pause {
  private static final CountDownLatch NEVER = new CountDownLatch(1);
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);

  private Pause() {}

  /** Lets this much time pass. */
  public static void of(Duration time) throws InterruptedException {
    boolean _ = NEVER.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Asks whether it is so. */
  @FunctionalInterface
  public interface Question {
    boolean holds() throws Exception;
  }

  /** Waits until it is so; false if it is not so in that time. An exception counts as no. */
  public static boolean until(Duration atMost, Question question) throws InterruptedException {
    return until(atMost, LOOK_EVERY, question);
  }

  /** The same, looking less or more often: to look costs what is looked at. */
  public static boolean until(Duration atMost, Duration every, Question question)
      throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (!holds(question)) {
      if (System.nanoTime() > end) {
        return false;
      }
      of(every);
    }
    return true;
  }

  private static boolean holds(Question question) throws InterruptedException {
    try {
      return question.holds();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception _) {
      return false;
    }
  }
}
