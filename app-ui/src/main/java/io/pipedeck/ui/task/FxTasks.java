package io.pipedeck.ui.task;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javafx.application.Platform;

/** Work on virtual threads, outcomes on the JavaFX thread. The only class that touches it. */
public final class FxTasks implements Tasks, AutoCloseable {
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("pipedeck-timer").factory());

  @Override
  public <T> TaskRun<T> run(Callable<T> work) {
    var outcome = new CompletableFuture<T>();
    Thread worker =
        Thread.ofVirtual()
            .name("pipedeck-task")
            .start(
                () -> {
                  try {
                    outcome.complete(work.call());
                  } catch (Exception | LinkageError e) {
                    outcome.completeExceptionally(e);
                  }
                });
    return new TaskRun<>(outcome, this::onUi, worker::interrupt);
  }

  @Override
  public void onUi(Runnable action) {
    Platform.runLater(action);
  }

  @Override
  public Delayed after(Duration delay, Runnable action) {
    try {
      var scheduled = timer.schedule(() -> onUi(action), delay.toMillis(), TimeUnit.MILLISECONDS);
      return () -> scheduled.cancel(false);
    } catch (RejectedExecutionException _) {
      return () -> {}; // The window is going: nothing comes later any more.
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
