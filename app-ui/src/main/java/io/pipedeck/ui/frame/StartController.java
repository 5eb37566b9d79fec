package io.pipedeck.ui.frame;

import io.pipedeck.ui.control.Command;
import io.pipedeck.ui.control.ViewKit;
import javafx.collections.ListChangeListener;
import javafx.fxml.FXML;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressIndicator;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** The sight before there is a backend: its steps as it starts, or why it did not. */
final class StartController {
  private static final int STEPS_SHOWN = 7;

  private final FrameViewModel model;
  private final ViewKit kit;
  private final boolean bundled;
  private final Command tryAgain;
  private final Command copy;

  @FXML private VBox running;
  @FXML private Label runningTitle;
  @FXML private Label runningHint;
  @FXML private VBox steps;
  @FXML private VBox failed;
  @FXML private Label failedTitle;
  @FXML private Label failedHint;
  @FXML private Label cause;
  @FXML private HBox failedActions;

  /**
   * The sight of a start.
   *
   * @param bundled whether a backend of the console's own is started, or a server is asked
   */
  StartController(
      FrameViewModel model, ViewKit kit, boolean bundled, Command tryAgain, Command copy) {
    this.model = model;
    this.kit = kit;
    this.bundled = bundled;
    this.tryAgain = tryAgain;
    this.copy = copy;
  }

  @FXML
  void initialize() {
    if (!bundled) {
      runningTitle.setText(kit.texts().get("start.remote"));
      runningHint.setText(kit.texts().get("start.remote.hint"));
      failedTitle.setText(kit.texts().get("start.remote.failed"));
      failedHint.setText(kit.texts().get("start.remote.failed.hint"));
    }
    failedActions
        .getChildren()
        .addAll(kit.actions().button(tryAgain, "accent"), kit.actions().button(copy));
    model.startLines().addListener((ListChangeListener<String>) _ -> showSteps());
    model.startProblemProperty().subscribe(why -> cause.setText(why == null ? "" : lastPart(why)));
    model
        .startProperty()
        .subscribe(
            state -> {
              visible(running, state == FrameViewModel.StartState.RUNNING);
              visible(failed, state == FrameViewModel.StartState.FAILED);
            });
    showSteps();
  }

  private void showSteps() {
    var lines = model.startLines();
    steps.getChildren().clear();
    for (int i = Math.max(0, lines.size() - STEPS_SHOWN); i < lines.size(); i++) {
      boolean now = i == lines.size() - 1;
      var line = new HBox(now ? spinner() : new FontIcon(Feather.CHECK), words(lines.get(i)));
      line.getStyleClass().addAll("start-step", now ? "start-now" : "start-done");
      steps.getChildren().add(line);
    }
    if (lines.isEmpty()) {
      String waiting = bundled ? "start.looking" : "start.remote.looking";
      var line = new HBox(spinner(), words(kit.texts().get(waiting)));
      line.getStyleClass().addAll("start-step", "start-now");
      steps.getChildren().add(line);
    }
  }

  private static ProgressIndicator spinner() {
    var spinner = new ProgressIndicator();
    spinner.getStyleClass().add("start-spinner");
    return spinner;
  }

  private static Label words(String text) {
    var label = new Label(text);
    label.setWrapText(true);
    return label;
  }

  /** The cause stands at the end of what a program says. */
  private static String lastPart(String text) {
    String[] lines = text.split("\n", -1);
    int from = Math.max(0, lines.length - STEPS_SHOWN);
    return String.join("\n", java.util.Arrays.copyOfRange(lines, from, lines.length));
  }

  private static void visible(VBox box, boolean visible) {
    box.setVisible(visible);
    box.setManaged(visible);
  }
}
