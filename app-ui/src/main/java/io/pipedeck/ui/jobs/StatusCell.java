package io.pipedeck.ui.jobs;

import io.pipedeck.api.JobView;
import io.pipedeck.ui.control.StatusBadge;
import io.pipedeck.ui.text.JobWords;
import javafx.scene.control.ContentDisplay;

/** The status as a badge. */
final class StatusCell extends JobCell {
  private final transient StatusBadge badge;

  StatusCell(JobWords words) {
    badge = new StatusBadge(words);
    setContentDisplay(ContentDisplay.GRAPHIC_ONLY);
    getStyleClass().add("status-cell");
  }

  @Override
  void show(JobView job) {
    badge.show(job.status());
    // Read out with the row; the badge itself is only its picture.
    setText(badge.getText());
    setGraphic(badge);
  }

  @Override
  void clear() {
    setText(null);
    setGraphic(null);
  }

  @Override
  boolean differs(JobView before, JobView now) {
    return before.status() != now.status();
  }
}
