package io.pipedeck.ui.control;

import io.pipedeck.ui.text.Texts;
import java.io.IOException;
import java.io.UncheckedIOException;
import javafx.fxml.FXMLLoader;
import javafx.scene.Parent;

/** Loads a screen: {@code FooController} finds {@code FooView.fxml} beside itself. */
public final class Views {
  private final Texts texts;

  public Views(Texts texts) {
    this.texts = texts;
  }

  /** The view of a controller, wired to it. */
  public Parent load(Object controller) {
    Class<?> type = controller.getClass();
    String name = type.getSimpleName().replace("Controller", "View") + ".fxml";
    var loader = new FXMLLoader(type.getResource(name), texts.bundle());
    loader.setControllerFactory(_ -> controller);
    try {
      return loader.load();
    } catch (IOException e) {
      throw new UncheckedIOException("The view " + name + " can't be loaded", e);
    }
  }
}
