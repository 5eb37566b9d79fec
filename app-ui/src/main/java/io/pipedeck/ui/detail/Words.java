package io.pipedeck.ui.detail;

import javafx.scene.control.Label;
import javafx.scene.layout.Region;

/** Text that is read, not scanned: whole, over as many lines as it takes. */
final class Words {
  private Words() {}

  static Label wrapped(String text, String style) {
    var label = new Label(text);
    label.setWrapText(true);
    label.setMinHeight(Region.USE_PREF_SIZE);
    label.getStyleClass().add(style);
    return label;
  }
}
