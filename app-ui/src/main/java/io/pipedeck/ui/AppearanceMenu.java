package io.pipedeck.ui;

import io.pipedeck.ui.frame.Appearance;
import io.pipedeck.ui.text.Texts;
import javafx.scene.control.Menu;
import javafx.scene.control.MenuButton;
import javafx.scene.control.RadioMenuItem;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.control.ToggleGroup;

/** Lets the operator choose light, dark, or what the system has. */
final class AppearanceMenu {
  private final Appearance appearance;
  private final Texts texts;

  AppearanceMenu(Appearance appearance, Texts texts) {
    this.appearance = appearance;
    this.texts = texts;
  }

  void addTo(MenuButton button) {
    var menu = new Menu(texts.get("appearance.title"));
    var group = new ToggleGroup();
    for (Appearance.Choice choice : Appearance.Choice.values()) {
      var item = new RadioMenuItem(texts.get("appearance." + choice.wireName()));
      item.setToggleGroup(group);
      item.setOnAction(_ -> appearance.choiceProperty().set(choice));
      appearance.choiceProperty().subscribe(now -> item.setSelected(now == choice));
      menu.getItems().add(item);
    }
    int last = button.getItems().size() - 1;
    button.getItems().add(last, menu);
    button.getItems().add(last + 1, new SeparatorMenuItem());
  }
}
