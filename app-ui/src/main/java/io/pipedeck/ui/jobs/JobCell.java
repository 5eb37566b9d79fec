package io.pipedeck.ui.jobs;

import io.pipedeck.api.JobView;
import javafx.animation.PauseTransition;
import javafx.css.PseudoClass;
import javafx.scene.control.TableCell;
import javafx.util.Duration;
import org.jspecify.annotations.Nullable;

/** A cell that flashes once, softly, when its own words change under the reader. */
abstract class JobCell extends TableCell<JobRow, JobView> {
  private static final PseudoClass CHANGED = PseudoClass.getPseudoClass("changed");
  private static final Duration FLASH = Duration.millis(700);

  private final transient PauseTransition flash = new PauseTransition(FLASH);
  private transient @Nullable JobView shown;

  JobCell() {
    flash.setOnFinished(_ -> pseudoClassStateChanged(CHANGED, false));
  }

  /** Shows the job. */
  abstract void show(JobView job);

  /** Shows nothing. */
  abstract void clear();

  /** Whether the reader should notice the difference. */
  abstract boolean differs(JobView before, JobView now);

  @Override
  protected final void updateItem(@Nullable JobView job, boolean empty) {
    super.updateItem(job, empty);
    if (empty || job == null) {
      shown = null;
      clear();
      return;
    }
    JobView before = shown;
    shown = job;
    show(job);
    // Cells are reused for other rows while scrolling: only the same job can have changed.
    if (before != null && before.id().equals(job.id()) && differs(before, job)) {
      if (getScene() != null && !getScene().getPreferences().isReducedMotion()) {
        pseudoClassStateChanged(CHANGED, true);
        flash.playFromStart();
      }
    }
  }
}
