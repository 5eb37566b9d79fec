package io.pipedeck.ui.control;

import io.pipedeck.ui.task.Tasks;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.jspecify.annotations.Nullable;

/**
 * The one clock that ages relative times: ticks each second, and not while nobody looks. A timer
 * and not an animation, which would keep JavaFX drawing sixty times a second.
 */
public final class FxClock {
  private static final Duration TICK = Duration.ofSeconds(1);

  private final Tasks tasks;
  private final InstantSource source;
  private final ReadOnlyObjectWrapper<Instant> now;
  private Tasks.@Nullable Delayed next;

  public FxClock(Tasks tasks, InstantSource source) {
    this.tasks = tasks;
    this.source = source;
    now = new ReadOnlyObjectWrapper<>(source.instant());
  }

  /** The time, to the second. */
  public ReadOnlyObjectProperty<Instant> nowProperty() {
    return now.getReadOnlyProperty();
  }

  /** Ticks while the window is seen. */
  public void runWhile(boolean seen) {
    if (next != null) {
      next.cancel();
      next = null;
    }
    if (seen) {
      tick();
    }
  }

  private void tick() {
    now.set(source.instant());
    next = tasks.after(TICK, this::tick);
  }
}
