package io.pipedeck.ui.frame;

import atlantafx.base.theme.PrimerDark;
import atlantafx.base.theme.PrimerLight;
import java.util.Locale;
import javafx.application.Application;
import javafx.application.ColorScheme;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.css.PseudoClass;
import javafx.scene.Scene;

/** Light or dark, as the system has it or as the operator wants it. */
public final class Appearance {
  private static final PseudoClass DARK = PseudoClass.getPseudoClass("dark");

  private final Scene scene;
  private final ObjectProperty<Choice> choice = new SimpleObjectProperty<>(Choice.SYSTEM);

  /** What the operator wants. */
  public enum Choice {
    SYSTEM,
    LIGHT,
    DARK;

    /** The name in the layout file. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The choice of a name; the system's for one that is not known. */
    public static Choice of(String wireName) {
      for (Choice each : values()) {
        if (each.wireName().equals(wireName)) {
          return each;
        }
      }
      return SYSTEM;
    }
  }

  /** Dresses this scene, and again whenever the system or the choice changes. */
  public Appearance(Scene scene) {
    this.scene = scene;
    Fonts.load();
    scene.getPreferences().colorSchemeProperty().subscribe(_ -> apply());
    choice.subscribe(_ -> apply());
  }

  public ObjectProperty<Choice> choiceProperty() {
    return choice;
  }

  private void apply() {
    boolean dark =
        switch (choice.get()) {
          case SYSTEM -> scene.getPreferences().getColorScheme() == ColorScheme.DARK;
          case LIGHT -> false;
          case DARK -> true;
        };
    var theme = dark ? new PrimerDark() : new PrimerLight();
    Application.setUserAgentStylesheet(theme.getUserAgentStylesheet());
    scene.getRoot().pseudoClassStateChanged(DARK, dark);
  }
}
