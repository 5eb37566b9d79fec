package io.pipedeck.ui.jobs;

import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView;
import io.pipedeck.ui.control.FullText;
import io.pipedeck.ui.text.JobWords;
import javafx.css.PseudoClass;
import javafx.scene.control.ContentDisplay;
import javafx.scene.control.ProgressBar;
import org.jspecify.annotations.Nullable;

/** What a job is doing, waits for, or came to: one line that answers "and?". */
final class ProgressCell extends JobCell {
  private static final PseudoClass FAILED = PseudoClass.getPseudoClass("failed");

  private final transient JobOutcome outcome;
  private final transient JobWords words;
  private final transient ProgressBar bar = new ProgressBar();

  ProgressCell(JobOutcome outcome, JobWords words) {
    this.outcome = outcome;
    this.words = words;
    bar.getStyleClass().add("small");
    bar.setFocusTraversable(false);
    getStyleClass().add("progress-cell");
  }

  @Override
  void show(JobView job) {
    JobView.Progress progress = job.status() == JobStatus.RUNNING ? job.progress() : null;
    String line = outcome.line(job);
    setText(progress == null ? line : null);
    FullText.tell(this, hint(job, progress, line));
    pseudoClassStateChanged(FAILED, job.status() == JobStatus.FAILED);
    setContentDisplay(progress == null ? ContentDisplay.TEXT_ONLY : ContentDisplay.RIGHT);
    if (progress != null) {
      setText(line);
      bar.setProgress(progress.percent() / 100.0);
    }
    setGraphic(progress == null ? null : bar);
  }

  private String hint(JobView job, JobView.@Nullable Progress progress, String line) {
    if (progress != null && progress.detail() != null) {
      return words.stage(progress.stage()) + ": " + progress.detail();
    }
    return job.error() == null ? line : line + "\n" + job.error();
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
