package io.pipedeck.ui.jobs;

import io.pipedeck.api.JobView;
import io.pipedeck.ui.control.FullText;
import java.time.Instant;
import java.util.function.BiFunction;
import java.util.function.Function;
import javafx.beans.value.ChangeListener;
import javafx.beans.value.ObservableValue;
import javafx.beans.value.WeakChangeListener;
import org.jspecify.annotations.Nullable;

/** A figure that changes by itself as time goes on. */
final class TickingCell extends JobCell {
  private final transient BiFunction<JobView, Instant, String> words;
  private final transient Function<JobView, String> hint;
  private final transient ObservableValue<Instant> now;

  /** Kept here, since the clock only holds it weakly: it outlives all cells. */
  private final transient ChangeListener<Instant> ticks = (_, _, instant) -> tick(instant);

  private transient @Nullable JobView shown;

  TickingCell(
      BiFunction<JobView, Instant, String> words,
      Function<JobView, String> hint,
      ObservableValue<Instant> now) {
    this.words = words;
    this.hint = hint;
    this.now = now;
    now.addListener(new WeakChangeListener<>(ticks));
    getStyleClass().add("figure");
  }

  @Override
  void show(JobView job) {
    shown = job;
    tick(now.getValue());
    FullText.tell(this, hint.apply(job));
  }

  /** Most ticks change no words; a binding would lay the table out at every one all the same. */
  private void tick(Instant instant) {
    if (shown != null) {
      setText(words.apply(shown, instant));
    }
  }

  @Override
  void clear() {
    shown = null;
    setText(null);
    setTooltip(null);
  }

  @Override
  boolean differs(JobView before, JobView after) {
    return false;
  }
}
