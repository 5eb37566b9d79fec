package io.pipedeck.ui.task;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Runs work beside the UI thread and brings the outcome back to it. */
public interface Tasks {
  /** Starts blocking work; an interrupt asks it to stop. Never blocks the caller. */
  <T> TaskRun<T> run(Callable<T> work);

  /** Runs the action on the UI thread, after what is waiting there. */
  void onUi(Runnable action);

  /** Runs the action on the UI thread once the delay has passed, unless cancelled before. */
  Delayed after(Duration delay, Runnable action);

  /** Something that will happen later. */
  @FunctionalInterface
  interface Delayed {
    /** Takes it back; nothing happens if it ran already. */
    void cancel();
  }
}
