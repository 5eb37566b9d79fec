package io.pipedeck.ui.send;

import io.pipedeck.ui.control.Command;
import io.pipedeck.ui.control.ViewKit;
import java.util.UUID;
import java.util.function.Consumer;
import javafx.beans.binding.Bindings;
import javafx.fxml.FXML;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;

/** Wires the list of transfers to its model. */
public final class TransfersController {
  private final TransfersViewModel model;
  private final ViewKit kit;
  private final Command send;
  private final Consumer<UUID> openJob;

  @FXML private Label summary;
  @FXML private Button retryAll;
  @FXML private Button clear;
  @FXML private HBox actions;
  @FXML private ListView<Transfer> list;
  @FXML private VBox empty;
  @FXML private HBox emptyActions;

  /**
   * The list of transfers.
   *
   * @param openJob goes to the job that a transfer became
   */
  public TransfersController(
      TransfersViewModel model, ViewKit kit, Command send, Consumer<UUID> openJob) {
    this.model = model;
    this.kit = kit;
    this.send = send;
    this.openJob = openJob;
  }

  @FXML
  void initialize() {
    list.setItems(model.transfers());
    list.setCellFactory(_ -> new TransferCell(kit, model, openJob));
    actions.getChildren().add(kit.actions().button(send, "accent"));
    emptyActions.getChildren().add(kit.actions().button(send, "accent"));
    empty.visibleProperty().bind(Bindings.isEmpty(model.transfers()));
    list.visibleProperty().bind(empty.visibleProperty().not());
    actions.visibleProperty().bind(list.visibleProperty());
    show(retryAll, model.failedProperty(), "transfers.retryAll");
    show(clear, model.acceptedProperty(), "transfers.clear");
    retryAll.setOnAction(_ -> model.retryAll());
    clear.setOnAction(_ -> model.clearAccepted());
    summary
        .textProperty()
        .bind(
            Bindings.createStringBinding(
                this::words,
                model.unfinishedProperty(),
                model.failedProperty(),
                model.acceptedProperty()));
  }

  private void show(
      Button button, javafx.beans.property.ReadOnlyIntegerProperty amount, String key) {
    button.visibleProperty().bind(amount.greaterThan(0));
    button.managedProperty().bind(button.visibleProperty());
    button
        .textProperty()
        .bind(Bindings.createStringBinding(() -> kit.texts().format(key, amount.get()), amount));
  }

  private String words() {
    return model.transfers().isEmpty()
        ? ""
        : kit.texts()
            .format(
                "transfers.summary",
                model.unfinishedProperty().get(),
                model.acceptedProperty().get(),
                model.failedProperty().get());
  }
}
