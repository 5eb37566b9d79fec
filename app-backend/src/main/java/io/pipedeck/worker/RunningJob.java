package io.pipedeck.worker;

import io.pipedeck.job.Claim;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An attempt that runs in this process: its thread, its deadline, and why it was told to stop.
 * Thread-safe.
 */
final class RunningJob {
  /** Why the work must end before its own end. */
  enum Stop {
    /** The claim has moved on: canceled, or taken away. Nothing may be written any more. */
    CLAIM_LOST,
    /** It ran longer than it may. */
    OUT_OF_TIME,
    /** This process stops. */
    DRAINED,
    /** Its worker was told to end whatever it runs. */
    KILLED
  }

  private final Claim claim;
  private final String worker;
  private final Duration timeout;
  private final long startedNanos = System.nanoTime();
  private @Nullable Thread thread;
  private @Nullable Stop stop;
  private boolean ended;

  RunningJob(Claim claim, String worker, Duration timeout) {
    this.claim = claim;
    this.worker = worker;
    this.timeout = timeout;
  }

  Claim claim() {
    return claim;
  }

  String worker() {
    return worker;
  }

  Duration timeout() {
    return timeout;
  }

  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startedNanos);
  }

  /** The work begins on this thread. */
  synchronized void begin() {
    thread = Thread.currentThread();
    if (stop != null) {
      thread.interrupt();
    }
  }

  /** Tells the work to stop; the first reason counts, and none after its end. */
  synchronized void stop(Stop reason) {
    if (ended || stop != null) {
      return;
    }
    stop = reason;
    if (thread != null) {
      thread.interrupt();
    }
  }

  /**
   * The work is over: no interrupt comes any more. Gives the reason it was stopped for, null for
   * none.
   */
  synchronized @Nullable Stop end() {
    ended = true;
    thread = null;
    boolean _ = Thread.interrupted();
    return stop;
  }
}
