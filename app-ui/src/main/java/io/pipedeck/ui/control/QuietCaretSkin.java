package io.pipedeck.ui.control;

import javafx.scene.Scene;
import javafx.scene.control.TextField;
import javafx.scene.control.skin.TextFieldSkin;
import javafx.stage.Window;
import javafx.util.Subscription;

/**
 * A text field whose caret blinks only while it has the focus in a window that is shown. JavaFX's
 * own stops the caret when the focus leaves, then moves it to the start of the text, and lets every
 * caret that moves blink; in a dialog that closes it goes on as well. Each such field keeps the
 * console drawing for ever. The stylesheet gives this skin to every text field.
 */
public final class QuietCaretSkin extends TextFieldSkin {
  private final Subscription shown;

  /** Called by JavaFX's style sheets. */
  public QuietCaretSkin(TextField field) {
    super(field);
    shown =
        field
            .sceneProperty()
            .flatMap(Scene::windowProperty)
            .flatMap(Window::showingProperty)
            .orElse(false)
            .subscribe(this::setCaretAnimating);
  }

  @Override
  public void setCaretAnimating(boolean wanted) {
    super.setCaretAnimating(wanted && getSkinnable().isFocused() && isShown());
  }

  private boolean isShown() {
    Scene scene = getSkinnable().getScene();
    return scene != null && scene.getWindow() != null && scene.getWindow().isShowing();
  }

  @Override
  public void dispose() {
    shown.unsubscribe();
    super.dispose();
  }
}
