package io.pipedeck.ui.detail;

import io.pipedeck.ui.control.ViewKit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import javafx.beans.binding.Bindings;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.Ikon;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** The steps of a job, one a line: shape, name, how long, when. */
final class TimelineList extends VBox {
  private final transient ViewKit kit;

  TimelineList(List<TimelineStep> steps, ViewKit kit) {
    this.kit = kit;
    getStyleClass().add("timeline");
    for (TimelineStep step : steps) {
      getChildren().add(line(step));
    }
  }

  private HBox line(TimelineStep step) {
    var icon = new FontIcon(icon(step.kind()));
    var name = new Label(step.name());
    name.setMinWidth(Region.USE_PREF_SIZE);
    var space = new Region();
    HBox.setHgrow(space, Priority.ALWAYS);
    var took = new Label(step.took() == null ? "" : kit.amounts().duration(step.took()));
    took.getStyleClass().add("timeline-took");
    took.setMinWidth(Region.USE_PREF_SIZE);
    var at = at(step);
    var line = new HBox(icon, name, space, took, at);
    line.setAlignment(Pos.CENTER_LEFT);
    line.getStyleClass()
        .addAll(
            "timeline-step",
            "timeline-" + step.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    if (step.sub()) {
      line.getStyleClass().add("timeline-sub");
    }
    return line;
  }

  private Label at(TimelineStep step) {
    var at = new Label();
    at.getStyleClass().add("timeline-at");
    Instant instant = step.at();
    if (instant == null) {
      return at;
    }
    at.setTooltip(new Tooltip(kit.amounts().exact(instant)));
    if (step.kind() == TimelineStep.Kind.NOW) {
      at.textProperty().bind(Bindings.createStringBinding(() -> until(instant), kit.now()));
    } else {
      at.setText(kit.amounts().time(instant));
    }
    return at;
  }

  /** The wait before a step that is to come; its time once that is over. */
  private String until(Instant instant) {
    Duration wait = Duration.between(kit.now().getValue(), instant);
    return wait.isPositive()
        ? kit.texts().format("detail.in", kit.amounts().ticking(wait))
        : kit.amounts().time(instant);
  }

  private static Ikon icon(TimelineStep.Kind kind) {
    return switch (kind) {
      case DONE -> Feather.CHECK;
      case NOW -> Feather.PLAY;
      case TO_COME -> Feather.CIRCLE;
      case FAILED -> Feather.X;
      case STOPPED -> Feather.SLASH;
    };
  }
}
