package io.pipedeck.ui.detail;

import io.pipedeck.api.JobView;
import io.pipedeck.ui.control.StatusBadge;
import io.pipedeck.ui.control.ViewKit;
import java.util.ArrayList;
import java.util.List;
import javafx.scene.Node;
import javafx.scene.control.Label;

/** Under a job's name: its status, where it runs, for whom, and which attempt it is. */
final class BadgeLine {
  private final ViewKit kit;

  BadgeLine(ViewKit kit) {
    this.kit = kit;
  }

  List<Node> of(JobView job) {
    var texts = kit.texts();
    var badge = new StatusBadge(kit.words());
    badge.show(job.status());
    List<Node> line = new ArrayList<>();
    line.add(badge);
    line.add(new Label(texts.format("detail.queue", kit.words().queue(job.queue()))));
    if (job.realm() != null) {
      line.add(new Label(job.realm()));
    }
    if (job.attempt() != null && job.attempt() > 0 && job.maxAttempts() != null) {
      line.add(new Label(texts.format("detail.attempt", job.attempt(), job.maxAttempts())));
    }
    return line;
  }
}
