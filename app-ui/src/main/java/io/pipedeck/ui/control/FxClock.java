package io.pipedeck.ui.control;

import io.pipedeck.ui.task.Tasks;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Predicate;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.jspecify.annotations.Nullable;

/**
 * The one clock that ages relative times: each second while something on the screen counts seconds,
 * else each ten, and not while nobody looks. A timer and not an animation, which would keep JavaFX
 * drawing sixty times a second. UI thread.
 */
public final class FxClock {
  private static final Duration SECOND = Duration.ofSeconds(1);

  /**
   * A minute that turns up to ten seconds late is seen by nobody; each tick wakes the processor.
   */
  private static final Duration REST = Duration.ofSeconds(10);

  private final Tasks tasks;
  private final InstantSource source;
  private final Predicate<Instant> countsSeconds;
  private final ReadOnlyObjectWrapper<Instant> now;
  private Tasks.@Nullable Delayed next;
  private boolean resting;

  /**
   * A clock that stands until {@link #runWhile}.
   *
   * @param countsSeconds whether something on the screen changes by the second at this time; asked
   *     at each tick
   */
  public FxClock(Tasks tasks, InstantSource source, Predicate<Instant> countsSeconds) {
    this.tasks = tasks;
    this.source = source;
    this.countsSeconds = countsSeconds;
    now = new ReadOnlyObjectWrapper<>(source.instant());
  }

  /** The time, as of the last tick. */
  public ReadOnlyObjectProperty<Instant> nowProperty() {
    return now.getReadOnlyProperty();
  }

  /** Ticks while the window is seen. */
  public void runWhile(boolean seen) {
    if (next != null) {
      next.cancel();
      next = null;
    }
    resting = false;
    if (seen) {
      tick();
    }
  }

  /** What is on the screen may have changed: a clock that rests ticks within a second. */
  public void lookAgain() {
    if (next != null && resting) {
      next.cancel();
      tickAfter(SECOND);
    }
  }

  private void tick() {
    Instant instant = source.instant();
    now.set(instant);
    tickAfter(countsSeconds.test(instant) ? SECOND : REST);
  }

  private void tickAfter(Duration pause) {
    resting = pause.equals(REST);
    next = tasks.after(pause, this::tick);
  }
}
