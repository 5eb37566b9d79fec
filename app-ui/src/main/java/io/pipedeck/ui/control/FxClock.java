package io.pipedeck.ui.control;

import java.time.Instant;
import java.time.InstantSource;
import javafx.animation.Animation;
import javafx.animation.KeyFrame;
import javafx.animation.Timeline;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.util.Duration;

/** The one clock that ages relative times: ticks each second, and not while nobody looks. */
public final class FxClock {
  private final ReadOnlyObjectWrapper<Instant> now;
  private final Timeline ticks;

  public FxClock(InstantSource source) {
    now = new ReadOnlyObjectWrapper<>(source.instant());
    ticks = new Timeline(new KeyFrame(Duration.seconds(1), _ -> now.set(source.instant())));
    ticks.setCycleCount(Animation.INDEFINITE);
  }

  /** The time, to the second. */
  public ReadOnlyObjectProperty<Instant> nowProperty() {
    return now.getReadOnlyProperty();
  }

  /** Ticks while the window is seen. */
  public void runWhile(boolean seen) {
    if (seen) {
      ticks.play();
    } else {
      ticks.pause();
    }
  }
}
