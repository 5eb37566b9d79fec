package io.pipedeck.ui.frame;

import java.util.List;
import java.util.Objects;

/** The console's own style sheets, in their order: palette, then roles, then components. */
public final class Stylesheets {
  private static final List<String> NAMES = List.of("palette.css", "roles.css", "components.css");

  private Stylesheets() {}

  /** For {@code Scene.getStylesheets()}. */
  public static List<String> all() {
    return NAMES.stream()
        .map(name -> "/io/pipedeck/ui/theme/" + name)
        .map(Stylesheets.class::getResource)
        .map(url -> Objects.requireNonNull(url).toExternalForm())
        .toList();
  }
}
