package io.pipedeck.ui.send;

import io.pipedeck.ui.control.Dialogs;
import io.pipedeck.ui.control.ViewKit;
import java.util.Locale;
import java.util.stream.Stream;
import javafx.beans.binding.Bindings;
import javafx.fxml.FXML;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import javafx.scene.control.TextField;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.controlsfx.control.textfield.TextFields;

/** Wires the send sheet to its model. */
public final class SendSheetController {
  private static final int COMPLETIONS = 8;
  private static final double ROW_HEIGHT = 36;

  private final SendViewModel model;
  private final ViewKit kit;
  private final Dialogs dialogs;

  @FXML private Label title;
  @FXML private Label size;
  @FXML private ListView<OutgoingFile> files;
  @FXML private VBox leftOutBox;
  @FXML private Label leftOutTitle;
  @FXML private VBox leftOutList;
  @FXML private HBox queues;
  @FXML private Label queueHint;
  @FXML private TextField realm;
  @FXML private Label realmProblem;
  @FXML private Button add;
  @FXML private Button cancel;
  @FXML private Button send;

  public SendSheetController(SendViewModel model, ViewKit kit, Dialogs dialogs) {
    this.model = model;
    this.kit = kit;
    this.dialogs = dialogs;
  }

  @FXML
  void initialize() {
    files.setItems(model.files());
    files.setFixedCellSize(ROW_HEIGHT);
    files
        .prefHeightProperty()
        .bind(
            Bindings.createDoubleBinding(
                () -> Math.clamp(model.files().size(), 1, 6) * ROW_HEIGHT + 4, model.files()));
    files.setCellFactory(_ -> new OutgoingCell(kit, model::remove));
    var leftOut = new LeftOutView(leftOutBox, leftOutTitle, leftOutList, kit.texts());
    leftOut.wire(model.leftOut());
    new QueueToggles(queues, queueHint, kit).wire(model.queueProperty());
    realm.textProperty().bindBidirectional(model.realmProperty());
    var completion =
        TextFields.bindAutoCompletion(realm, request -> matching(request.getUserText()));
    completion.setVisibleRowCount(COMPLETIONS);
    completion.minWidthProperty().bind(realm.widthProperty());
    var words =
        Bindings.createStringBinding(this::headline, model.files(), model.gatheringProperty());
    title.textProperty().bind(words);
    size.textProperty().bind(Bindings.createStringBinding(this::sizeWords, model.files()));
    send.textProperty()
        .bind(
            Bindings.createStringBinding(
                () -> kit.texts().format("send.verb", model.files().size()), model.files()));
    send.setOnAction(_ -> send());
    cancel.setOnAction(_ -> model.close());
    add.setOnAction(_ -> model.add(dialogs.chooseFiles()));
    model.realmProperty().subscribe(_ -> realmProblem.setVisible(false));
    realmProblem.managedProperty().bind(realmProblem.visibleProperty());
    realmProblem.setVisible(false);
  }

  /** Puts the keyboard where the operator continues. */
  public void focus() {
    realm.requestFocus();
    realm.selectAll();
  }

  private void send() {
    if (model.whyNot() == SendViewModel.WhyNot.REALM_TOO_LONG) {
      realmProblem.setText(kit.texts().format("send.realm.tooLong", SendViewModel.LONGEST_REALM));
      realmProblem.setVisible(true);
      realm.requestFocus();
      return;
    }
    model.send();
  }

  private java.util.List<String> matching(String typed) {
    String wanted = typed.strip().toLowerCase(Locale.ROOT);
    Stream<String> known =
        model.realms().stream()
            .filter(name -> name.toLowerCase(Locale.ROOT).contains(wanted))
            .filter(name -> !name.equals(typed));
    return known.limit(COMPLETIONS).toList();
  }

  private String headline() {
    return model.gatheringProperty().get() && model.files().isEmpty()
        ? kit.texts().get("send.title.gathering")
        : kit.texts().format("send.title", model.files().size());
  }

  private String sizeWords() {
    return model.files().isEmpty() ? "" : kit.amounts().size(model.totalBytes());
  }
}
