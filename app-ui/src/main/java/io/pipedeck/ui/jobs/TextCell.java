package io.pipedeck.ui.jobs;

import io.pipedeck.api.JobView;
import io.pipedeck.ui.control.FullText;
import java.util.function.Function;
import javafx.scene.control.OverrunStyle;

/** Words or a figure; cut in the middle when there is no room, whole in the tooltip. */
final class TextCell extends JobCell {
  private final transient Function<JobView, String> words;
  private final transient Function<JobView, String> hint;

  TextCell(Function<JobView, String> words, Function<JobView, String> hint, String style) {
    this.words = words;
    this.hint = hint;
    getStyleClass().add(style);
    setTextOverrun(OverrunStyle.CENTER_ELLIPSIS);
  }

  @Override
  void show(JobView job) {
    setText(words.apply(job));
    FullText.tell(this, hint.apply(job));
  }

  @Override
  void clear() {
    setText(null);
    setTooltip(null);
  }

  @Override
  boolean differs(JobView before, JobView now) {
    return !words.apply(before).equals(words.apply(now));
  }
}
