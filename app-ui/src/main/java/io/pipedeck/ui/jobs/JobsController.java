package io.pipedeck.ui.jobs;

import io.pipedeck.api.JobView;
import io.pipedeck.ui.connection.Connection;
import io.pipedeck.ui.connection.ConnectionState;
import io.pipedeck.ui.control.Command;
import io.pipedeck.ui.control.ViewKit;
import java.util.List;
import javafx.beans.binding.Bindings;
import javafx.css.PseudoClass;
import javafx.fxml.FXML;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.Label;
import javafx.scene.control.TableView;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.StackPane;

/** Wires the list's view to its model. */
public final class JobsController {
  private static final PseudoClass STALE = PseudoClass.getPseudoClass("stale");

  private final JobsViewModel model;
  private final Connection connection;
  private final ViewKit kit;
  private final Commands commands;

  @FXML private Label title;
  @FXML private Label total;
  @FXML private HBox actions;
  @FXML private ComboBox<String> queueFilter;
  @FXML private ComboBox<String> realmFilter;
  @FXML private Button newChip;
  @FXML private StackPane listArea;
  @FXML private TableView<JobRow> table;
  @FXML private HBox footer;
  @FXML private Label loaded;
  @FXML private Hyperlink loadMore;

  /** What the list offers; {@code onJob} act on the selected one and fill its menu. */
  public record Commands(
      Command send, Command refresh, Command clearFilters, List<Command> onJob) {}

  public JobsController(
      JobsViewModel model, Connection connection, ViewKit kit, Commands commands) {
    this.model = model;
    this.connection = connection;
    this.kit = kit;
    this.commands = commands;
  }

  @FXML
  void initialize() {
    var words = new ListWords(model, kit.texts());
    var filters = new FilterBoxes(model, kit.texts(), kit.words());
    filters.wireQueues(queueFilter);
    filters.wireRealms(realmFilter);
    actions
        .getChildren()
        .addAll(
            kit.actions().iconButton(commands.clearFilters()),
            kit.actions().iconButton(commands.refresh()),
            kit.actions().button(commands.send(), "accent"));
    var tables = new JobTable(table, model, kit, commands.onJob());
    tables.wire();
    var placeholder = new ListPlaceholder(model, kit, commands);
    table.setPlaceholder(placeholder.node());
    newChip.visibleProperty().bind(model.heldNewProperty().greaterThan(0));
    newChip.managedProperty().bind(newChip.visibleProperty());
    newChip.textProperty().bind(Bindings.createStringBinding(words::held, model.heldNewProperty()));
    newChip.setOnAction(_ -> tables.showNew());
    footer.managedProperty().bind(footer.visibleProperty());
    footer.visibleProperty().bind(model.moreProperty());
    loadMore.setOnAction(_ -> model.loadMore());
    title.textProperty().bind(Bindings.createStringBinding(words::heading, model.filterProperty()));
    var figures =
        Bindings.createStringBinding(
            words::total,
            model.filterProperty(),
            model.counts().allProperty(),
            model.moreProperty(),
            model.rows());
    total.textProperty().bind(figures);
    loaded.textProperty().bind(Bindings.createStringBinding(words::loaded, model.rows()));
    connection.stateProperty().subscribe(this::mark);
  }

  /** What Enter on a row does. */
  public void onOpen(Runnable action) {
    table.addEventFilter(
        KeyEvent.KEY_PRESSED,
        event -> {
          if (event.getCode() == KeyCode.ENTER && model.selectedProperty().get() != null) {
            action.run();
            event.consume();
          }
        });
  }

  /** The table, for what remembers its columns. */
  public TableView<JobRow> table() {
    return table;
  }

  /** Puts the keyboard into the list. */
  public void focus() {
    table.requestFocus();
  }

  /** The list's words about the job in that column, for the clipboard. */
  public String valueOf(JobView job) {
    var cell = table.getFocusModel().getFocusedCell();
    var column = cell.getTableColumn();
    return new JobColumns(kit).valueOf(column == null ? "id" : column.getId(), job);
  }

  private void mark(ConnectionState state) {
    listArea.pseudoClassStateChanged(STALE, state instanceof ConnectionState.Lost);
  }
}
