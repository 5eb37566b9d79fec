package io.pipedeck.ui.jobs;

import io.pipedeck.api.JobView;
import io.pipedeck.ui.control.FullText;
import java.time.Instant;
import java.util.function.BiFunction;
import java.util.function.Function;
import javafx.beans.binding.Bindings;
import javafx.beans.value.ObservableValue;

/** A figure that changes by itself as time goes on. */
final class TickingCell extends JobCell {
  private final transient BiFunction<JobView, Instant, String> words;
  private final transient Function<JobView, String> hint;
  private final transient ObservableValue<Instant> now;

  TickingCell(
      BiFunction<JobView, Instant, String> words,
      Function<JobView, String> hint,
      ObservableValue<Instant> now) {
    this.words = words;
    this.hint = hint;
    this.now = now;
    getStyleClass().add("figure");
  }

  @Override
  void show(JobView job) {
    textProperty().bind(Bindings.createStringBinding(() -> words.apply(job, now.getValue()), now));
    FullText.tell(this, hint.apply(job));
  }

  @Override
  void clear() {
    textProperty().unbind();
    setText(null);
    setTooltip(null);
  }

  @Override
  boolean differs(JobView before, JobView after) {
    return false;
  }
}
