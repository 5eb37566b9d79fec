package io.pipedeck.ui.detail;

import io.pipedeck.api.JobView;
import io.pipedeck.api.Problem;
import io.pipedeck.ui.control.Command;
import io.pipedeck.ui.control.FullText;
import io.pipedeck.ui.control.ViewKit;
import io.pipedeck.ui.jobs.JobNames;
import java.util.List;
import javafx.fxml.FXML;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** Wires the detail's view to its model. */
public final class JobDetailController {
  /** From this width on, name and actions fit beside each other. */
  private static final double WIDE = 560;

  private final JobDetailViewModel model;
  private final ViewKit kit;
  private final Commands commands;
  private final DetailSections sections;

  @FXML private VBox proposals;
  @FXML private VBox nothing;
  @FXML private VBox loading;
  @FXML private VBox gone;
  @FXML private Label goneId;
  @FXML private HBox goneActions;
  @FXML private VBox failed;
  @FXML private Label failedCause;
  @FXML private HBox failedActions;
  @FXML private VBox ready;
  @FXML private Label name;
  @FXML private FlowPane badgeLine;
  @FXML private Label id;
  @FXML private HBox idActions;
  @FXML private HBox jobActions;
  @FXML private VBox headline;
  @FXML private HBox besideHeadline;
  @FXML private ScrollPane scroll;
  @FXML private VBox body;

  /**
   * What the detail offers.
   *
   * @param proposals what to do while nothing is selected
   */
  public record Commands(
      Command retry,
      Command cancel,
      Command copyId,
      Command reload,
      Command clear,
      List<Command> proposals) {}

  public JobDetailController(JobDetailViewModel model, ViewKit kit, Commands commands) {
    this.model = model;
    this.kit = kit;
    this.commands = commands;
    this.sections = new DetailSections(kit);
  }

  @FXML
  void initialize() {
    var actions = kit.actions();
    FullText.elide(name);
    FullText.elide(id);
    idActions.getChildren().add(actions.iconButton(commands.copyId(), "small"));
    jobActions
        .getChildren()
        .addAll(
            actions.button(commands.retry()),
            actions.button(commands.cancel(), "danger", "button-outlined"));
    ready.widthProperty().subscribe(width -> placeActions(width.doubleValue() >= WIDE));
    goneActions.getChildren().add(actions.button(commands.clear()));
    failedActions.getChildren().add(actions.button(commands.reload()));
    commands.proposals().stream().map(this::proposal).forEach(proposals.getChildren()::add);
    model.stateProperty().subscribe(this::show);
    model.jobProperty().subscribe(this::show);
    model.problemProperty().subscribe(this::show);
  }

  /** Puts the keyboard into the detail. */
  public void focus() {
    scroll.requestFocus();
  }

  /** Beside the name where there is room, else below it. */
  private void placeActions(boolean beside) {
    var home = beside ? besideHeadline.getChildren() : headline.getChildren();
    if (!home.contains(jobActions)) {
      besideHeadline.getChildren().remove(jobActions);
      headline.getChildren().remove(jobActions);
      home.add(jobActions);
    }
  }

  private HBox proposal(Command command) {
    var gap = new Region();
    HBox.setHgrow(gap, Priority.ALWAYS);
    var line =
        new HBox(kit.actions().button(command, "flat"), gap, kit.actions().keysLabel(command));
    line.getStyleClass().add("proposal");
    return line;
  }

  private void show(DetailState state) {
    visible(nothing, state == DetailState.NOTHING);
    visible(loading, state == DetailState.LOADING);
    visible(gone, state == DetailState.GONE);
    visible(failed, state == DetailState.FAILED);
    visible(ready, state == DetailState.READY);
    var wanted = model.shownProperty().get();
    goneId.setText(wanted == null ? "" : wanted.toString());
  }

  private void show(@Nullable Problem problem) {
    failedCause.setText(problem == null ? "" : kit.words().problem(problem));
  }

  private void show(@Nullable JobView job) {
    if (job == null) {
      return;
    }
    boolean another = !job.id().toString().equals(id.getText());
    name.setText(JobNames.of(job));
    id.setText(job.id().toString());
    badgeLine.getChildren().setAll(new BadgeLine(kit).of(job));
    body.getChildren().setAll(sections.of(job));
    if (another) {
      scroll.setVvalue(0);
    }
  }

  private static void visible(Node node, boolean visible) {
    node.setVisible(visible);
    node.setManaged(visible);
  }
}
