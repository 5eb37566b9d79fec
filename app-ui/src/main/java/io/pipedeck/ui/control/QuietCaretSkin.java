package io.pipedeck.ui.control;

import javafx.scene.control.TextField;
import javafx.scene.control.skin.TextFieldSkin;

/**
 * A text field whose caret blinks only while it has the focus. JavaFX's own stops the caret when
 * the focus leaves, then moves it to the start of the text, and lets every caret that moves blink:
 * a field in which something was typed would keep the window drawing for ever. The stylesheet gives
 * this skin to every text field.
 */
public final class QuietCaretSkin extends TextFieldSkin {
  /** Called by JavaFX's style sheets. */
  public QuietCaretSkin(TextField field) {
    super(field);
  }

  @Override
  public void setCaretAnimating(boolean wanted) {
    super.setCaretAnimating(wanted && getSkinnable().isFocused());
  }
}
