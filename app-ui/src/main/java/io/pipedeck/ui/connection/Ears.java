package io.pipedeck.ui.connection;

import io.pipedeck.api.ApiException;
import io.pipedeck.api.Counts;
import io.pipedeck.api.EventListener;
import io.pipedeck.api.JobEvent;
import io.pipedeck.ui.task.Tasks;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Brings the stream's events to the UI thread. */
final class Ears implements EventListener {
  private final Tasks tasks;
  private final Consumer<Consumer<Connection>> line;

  /**
   * Events of one stream.
   *
   * @param line runs an action unless the stream was given up meanwhile
   */
  Ears(Tasks tasks, Consumer<Consumer<Connection>> line) {
    this.tasks = tasks;
    this.line = line;
  }

  @Override
  public void connected() {
    tell(Connection::streamStands);
  }

  @Override
  public void jobs(List<JobEvent> events) {
    tell(connection -> connection.heard(listener -> listener.jobsChanged(events)));
  }

  @Override
  public void stats(Counts counts) {
    tell(connection -> connection.heard(listener -> listener.countsChanged(counts)));
  }

  @Override
  public void alive() {
    tell(Connection::signOfLife);
  }

  @Override
  public void reset() {
    tell(connection -> connection.heard(io.pipedeck.ui.connection.LiveListener::readAgain));
  }

  @Override
  public void disconnected(ApiException cause, Duration retryIn) {
    tell(connection -> connection.streamBroke(cause.problem(), retryIn));
  }

  private void tell(Consumer<Connection> action) {
    tasks.onUi(() -> line.accept(action));
  }
}
