package io.pipedeck.ui.control;

import io.pipedeck.ui.text.Texts;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import javafx.beans.binding.Bindings;
import javafx.scene.control.Alert;
import javafx.scene.control.Button;
import javafx.scene.control.ButtonBar;
import javafx.scene.control.ButtonType;
import javafx.scene.control.Dialog;
import javafx.scene.control.Label;
import javafx.scene.control.PasswordField;
import javafx.scene.layout.VBox;
import javafx.stage.FileChooser;
import javafx.stage.Window;
import org.jspecify.annotations.Nullable;

/** Dialogs over the console's window. */
public final class FxDialogs implements Dialogs {
  private static final double FIELD_GAP = 8;

  private final Texts texts;
  private final Window owner;
  private @Nullable File lastFolder;

  public FxDialogs(Texts texts, Window owner) {
    this.texts = texts;
    this.owner = owner;
  }

  @Override
  public void confirm(Question question, Runnable yes) {
    var verb = new ButtonType(question.verb(), ButtonBar.ButtonData.OTHER);
    var stay = new ButtonType(question.stay(), ButtonBar.ButtonData.CANCEL_CLOSE);
    var alert = new Alert(Alert.AlertType.CONFIRMATION, question.consequence(), stay, verb);
    alert.initOwner(owner);
    alert.setTitle(texts.get("app.name")); // The question itself is the header.
    alert.setHeaderText(question.title());
    alert.setGraphic(null);
    alert.getDialogPane().getStyleClass().add("question");
    var does = (Button) alert.getDialogPane().lookupButton(verb);
    does.getStyleClass().add("danger");
    does.setDefaultButton(false);
    var keeps = (Button) alert.getDialogPane().lookupButton(stay);
    keeps.setDefaultButton(true);
    alert.setOnShown(_ -> keeps.requestFocus());
    alert.showAndWait().filter(verb::equals).ifPresent(_ -> yes.run());
  }

  @Override
  public void askPassword(Question question, Consumer<String> then) {
    var field = new PasswordField();
    field.setId("password");
    var label = new Label(texts.get("password.label"));
    label.setLabelFor(field);
    var consequence = new Label(question.consequence());
    consequence.setWrapText(true);
    var verb = new ButtonType(question.verb(), ButtonBar.ButtonData.OK_DONE);
    var stay = new ButtonType(question.stay(), ButtonBar.ButtonData.CANCEL_CLOSE);
    var dialog = new Dialog<String>();
    dialog.initOwner(owner);
    dialog.setTitle(texts.get("app.name"));
    dialog.setHeaderText(question.title());
    dialog.getDialogPane().getStyleClass().add("question");
    dialog.getDialogPane().setContent(new VBox(FIELD_GAP, consequence, label, field));
    dialog.getDialogPane().getButtonTypes().setAll(stay, verb);
    var gives = dialog.getDialogPane().lookupButton(verb);
    gives.setId("give-password");
    gives.disableProperty().bind(Bindings.isEmpty(field.textProperty()));
    dialog.setOnShown(_ -> field.requestFocus());
    dialog.setResultConverter(button -> verb.equals(button) ? field.getText() : null);
    dialog.showAndWait().ifPresent(then);
  }

  @Override
  public List<Path> chooseFiles() {
    var chooser = new FileChooser();
    chooser.setTitle(texts.get("send.choose.title"));
    if (lastFolder != null && lastFolder.isDirectory()) {
      chooser.setInitialDirectory(lastFolder);
    }
    List<File> chosen = chooser.showOpenMultipleDialog(owner);
    if (chosen == null || chosen.isEmpty()) {
      return List.of();
    }
    lastFolder = chosen.getFirst().getParentFile();
    return chosen.stream().map(File::toPath).toList();
  }
}
