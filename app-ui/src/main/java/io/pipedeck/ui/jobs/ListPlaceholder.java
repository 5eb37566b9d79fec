package io.pipedeck.ui.jobs;

import io.pipedeck.api.Problem;
import io.pipedeck.ui.control.Command;
import io.pipedeck.ui.control.UiAction;
import io.pipedeck.ui.control.ViewKit;
import javafx.animation.PauseTransition;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.util.Duration;
import org.kordamp.ikonli.Ikon;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** What stands in the list's place: each state one sentence and one thing to do. */
final class ListPlaceholder {
  private static final Duration PATIENCE = Duration.millis(300);
  private static final int SKELETON_ROWS = 8;

  private final JobsViewModel model;
  private final ViewKit kit;
  private final JobsController.Commands commands;
  private final StackPane area = new StackPane();
  private final PauseTransition patience = new PauseTransition(PATIENCE);

  ListPlaceholder(JobsViewModel model, ViewKit kit, JobsController.Commands commands) {
    this.model = model;
    this.kit = kit;
    this.commands = commands;
    area.getStyleClass().add("list-placeholder");
    patience.setOnFinished(_ -> area.getChildren().setAll(skeleton()));
    model.stateProperty().subscribe(this::show);
  }

  Node node() {
    return area;
  }

  private void show(ListState state) {
    patience.stop();
    switch (state) {
      case LOADING -> {
        area.getChildren().clear();
        patience.playFromStart();
      }
      case READY -> area.getChildren().clear();
      case EMPTY ->
          area.getChildren()
              .setAll(
                  message(
                      Feather.INBOX,
                      "jobs.empty",
                      kit.texts().get("jobs.empty.hint"),
                      commands.send()));
      case NO_MATCH ->
          area.getChildren()
              .setAll(message(Feather.FILTER, "jobs.noMatch", limits(), commands.clearFilters()));
      case FAILED ->
          area.getChildren().setAll(message(Feather.CLOUD_OFF, "jobs.failed", cause(), retry()));
    }
  }

  private Command retry() {
    return new Command(
        UiAction.TRY_AGAIN, commands.refresh().run(), commands.refresh().unavailable());
  }

  private String cause() {
    Problem problem = model.problemProperty().get();
    return problem == null ? "" : kit.words().problem(problem);
  }

  private String limits() {
    JobFilter filter = model.filterProperty().get();
    var limits = new java.util.ArrayList<String>();
    if (filter.status() != null) {
      limits.add(kit.texts().format("jobs.limit.status", kit.words().status(filter.status())));
    }
    if (filter.queue() != null) {
      limits.add(kit.texts().format("jobs.limit.queue", kit.words().queue(filter.queue())));
    }
    if (filter.realm() != null) {
      limits.add(kit.texts().format("jobs.limit.realm", filter.realm()));
    }
    return String.join(" · ", limits);
  }

  private VBox message(Ikon picture, String key, String explanation, Command command) {
    var icon = new FontIcon(picture);
    icon.getStyleClass().add("placeholder-icon");
    var sentence = new Label(kit.texts().get(key));
    sentence.getStyleClass().add("placeholder-title");
    var more = new Label(explanation);
    more.getStyleClass().add("placeholder-text");
    more.setWrapText(true);
    var box = new VBox(icon, sentence, more, kit.actions().button(command, "accent"));
    box.setAlignment(Pos.CENTER);
    box.setMaxHeight(Region.USE_PREF_SIZE);
    box.getStyleClass().add("empty-state");
    return box;
  }

  private static VBox skeleton() {
    var rows = new VBox();
    rows.getStyleClass().add("skeleton");
    for (int i = 0; i < SKELETON_ROWS; i++) {
      var row = new Region();
      row.getStyleClass().add("skeleton-row");
      rows.getChildren().add(row);
    }
    return rows;
  }
}
