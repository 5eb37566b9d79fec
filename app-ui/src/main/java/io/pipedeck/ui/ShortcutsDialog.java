package io.pipedeck.ui;

import io.pipedeck.ui.control.ActionControls;
import io.pipedeck.ui.control.UiAction;
import io.pipedeck.ui.text.Texts;
import javafx.scene.control.ButtonType;
import javafx.scene.control.Dialog;
import javafx.scene.control.Label;
import javafx.scene.layout.GridPane;
import javafx.stage.Window;

/** The list of keys, made from the actions themselves. */
final class ShortcutsDialog {
  private final Texts texts;
  private final ActionControls actions;

  ShortcutsDialog(Texts texts, ActionControls actions) {
    this.texts = texts;
    this.actions = actions;
  }

  void show() {
    var grid = new GridPane();
    grid.getStyleClass().add("shortcuts");
    for (UiAction action : UiAction.values()) {
      if (action.shortcut() != null) {
        var keys = new Label(actions.keys(action));
        keys.getStyleClass().add("keys");
        grid.addRow(grid.getRowCount(), new Label(texts.get(action.textKey())), keys);
      }
    }
    var dialog = new Dialog<ButtonType>();
    Window.getWindows().stream().filter(Window::isFocused).findFirst().ifPresent(dialog::initOwner);
    dialog.setTitle(texts.get("action.shortcuts"));
    dialog.getDialogPane().setContent(grid);
    dialog.getDialogPane().getButtonTypes().add(ButtonType.CLOSE);
    dialog.show();
  }
}
