package io.pipedeck.ui.control;

import javafx.scene.control.Labeled;
import javafx.scene.control.OverrunStyle;
import javafx.scene.control.Tooltip;
import org.jspecify.annotations.Nullable;

/** Long names: cut in the middle, whole in the tooltip. */
public final class FullText {
  private FullText() {}

  /** Cuts in the middle and tells the whole text on hover. */
  public static void elide(Labeled labeled) {
    labeled.setTextOverrun(OverrunStyle.CENTER_ELLIPSIS);
    labeled.textProperty().subscribe(text -> tell(labeled, text));
  }

  /** Tells this text on hover, or nothing. */
  public static void tell(Labeled labeled, @Nullable String text) {
    labeled.setTooltip(text == null || text.isEmpty() ? null : new Tooltip(text));
  }
}
