package io.pipedeck.ui.control;

import io.pipedeck.ui.text.Texts;
import javafx.beans.binding.Bindings;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.MenuItem;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCombination;
import javafx.scene.layout.StackPane;
import org.kordamp.ikonli.javafx.FontIcon;

/** Builds the controls of a command, all with the same name, icon, keys and reason. */
public final class ActionControls {
  private final Texts texts;

  public ActionControls(Texts texts) {
    this.texts = texts;
  }

  /**
   * A button with icon and words. Its wrapper carries the tooltip, which must show while disabled.
   */
  public StackPane button(Command command, String... styles) {
    Button button = new Button(texts.get(command.action().textKey()), icon(command.action()));
    return wrapped(command, button, styles);
  }

  /** A button with an icon alone. */
  public StackPane iconButton(Command command, String... styles) {
    Button button = new Button(null, icon(command.action()));
    button.getStyleClass().addAll("button-icon", "flat");
    button.setAccessibleText(texts.get(command.action().textKey()));
    return wrapped(command, button, styles);
  }

  /** A menu item. */
  public MenuItem menuItem(Command command) {
    var item = new MenuItem(texts.get(command.action().textKey()), icon(command.action()));
    item.setOnAction(_ -> command.fire());
    item.disableProperty().bind(command.disabled());
    String shortcut = command.action().shortcut();
    if (shortcut != null) {
      item.setAccelerator(KeyCombination.valueOf(shortcut));
    }
    return item;
  }

  /** The keys of an action as the system writes them, empty for none. */
  public String keys(UiAction action) {
    String shortcut = action.shortcut();
    return shortcut == null ? "" : KeyCombination.valueOf(shortcut).getDisplayText();
  }

  /** The keys of a command, as a label beside it. */
  public Label keysLabel(Command command) {
    var keys = new Label(keys(command.action()));
    keys.getStyleClass().add("keys");
    return keys;
  }

  private StackPane wrapped(Command command, Button button, String... styles) {
    button.getStyleClass().addAll(styles);
    button.setMnemonicParsing(false);
    button.setMinWidth(javafx.scene.layout.Region.USE_PREF_SIZE);
    button.setId("action-" + command.action().name().toLowerCase(java.util.Locale.ROOT));
    button.setOnAction(_ -> command.fire());
    button.disableProperty().bind(command.disabled());
    var tooltip = new Tooltip();
    tooltip
        .textProperty()
        .bind(Bindings.createStringBinding(() -> hint(command), command.unavailable()));
    button.setTooltip(tooltip);
    var wrapper = new StackPane(button);
    Tooltip.install(wrapper, tooltip);
    return wrapper;
  }

  private String hint(Command command) {
    String name = texts.get(command.action().textKey());
    String reason = command.unavailable().getValue();
    String keys = keys(command.action());
    String named = keys.isEmpty() ? name : texts.format("action.withKeys", name, keys);
    return reason.isEmpty() ? named : texts.format("action.unavailable", named, reason);
  }

  private static FontIcon icon(UiAction action) {
    return new FontIcon(action.icon());
  }
}
