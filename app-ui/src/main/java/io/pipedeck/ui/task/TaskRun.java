package io.pipedeck.ui.task;

import io.pipedeck.api.Problem;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Work that was started. The handlers run on the UI thread, also where the work had ended before
 * they were given.
 */
public final class TaskRun<T> {
  private final CompletableFuture<T> outcome;
  private final Executor ui;
  private final Runnable interrupt;

  /**
   * Work whose end is {@code outcome}.
   *
   * @param ui runs the handlers
   * @param interrupt asks the work to stop
   */
  public TaskRun(CompletableFuture<T> outcome, Executor ui, Runnable interrupt) {
    this.outcome = outcome;
    this.ui = ui;
    this.interrupt = interrupt;
  }

  /** What to do with the result. */
  public TaskRun<T> onSuccess(Consumer<? super T> handler) {
    var _ = outcome.thenAccept(value -> ui.execute(() -> handler.accept(value)));
    return this;
  }

  /** What to do when the work failed; not called after {@link #cancel}. */
  public TaskRun<T> onFailure(Consumer<Problem> handler) {
    var _ =
        outcome.whenComplete(
            (_, error) -> {
              if (error != null && !outcome.isCancelled()) {
                ui.execute(() -> handler.accept(Problems.of(error)));
              }
            });
    return this;
  }

  /** Gives the work up: it is interrupted and no handler is called any more. */
  public void cancel() {
    outcome.cancel(false);
    interrupt.run();
  }
}
