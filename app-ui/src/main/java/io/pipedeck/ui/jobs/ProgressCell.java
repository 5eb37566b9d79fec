package io.pipedeck.ui.jobs;

import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView;
import io.pipedeck.ui.control.FullText;
import io.pipedeck.ui.text.JobWords;
import javafx.css.PseudoClass;
import javafx.scene.control.ContentDisplay;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import org.jspecify.annotations.Nullable;

/** What a job is doing, waits for, or came to: one line that answers "and?". */
final class ProgressCell extends JobCell {
  private static final PseudoClass FAILED = PseudoClass.getPseudoClass("failed");

  private final transient JobOutcome outcome;
  private final transient JobWords words;
  private final transient Label stage = new Label();
  private final transient ProgressBar bar = new ProgressBar();
  private final transient HBox running = new HBox(stage, bar);

  ProgressCell(JobOutcome outcome, JobWords words) {
    this.outcome = outcome;
    this.words = words;
    bar.getStyleClass().add("small");
    stage.getStyleClass().add("progress-stage");
    running.getStyleClass().add("progress-running");
    HBox.setHgrow(bar, Priority.SOMETIMES);
    setContentDisplay(ContentDisplay.TEXT_ONLY);
    bar.setFocusTraversable(false);
    getStyleClass().add("progress-cell");
  }

  @Override
  void show(JobView job) {
    JobView.Progress progress = job.status() == JobStatus.RUNNING ? job.progress() : null;
    String line = outcome.line(job);
    // Also where the bar stands in its place: the text is what is read out.
    setText(line);
    FullText.tell(this, hint(job, progress));
    pseudoClassStateChanged(FAILED, job.status() == JobStatus.FAILED);
    boolean barred = progress != null;
    setContentDisplay(barred ? ContentDisplay.GRAPHIC_ONLY : ContentDisplay.TEXT_ONLY);
    if (progress != null) {
      stage.setText(line);
      bar.setProgress(progress.percent() / 100.0);
    }
    setGraphic(barred ? running : null);
  }

  private String hint(JobView job, JobView.@Nullable Progress progress) {
    if (progress != null && progress.detail() != null) {
      return words.stage(progress.stage()) + ": " + progress.detail();
    }
    return outcome.inFull(job);
  }

  @Override
  void clear() {
    setText(null);
    setGraphic(null);
    setTooltip(null);
    pseudoClassStateChanged(FAILED, false);
  }

  @Override
  boolean differs(JobView before, JobView now) {
    return false;
  }
}
