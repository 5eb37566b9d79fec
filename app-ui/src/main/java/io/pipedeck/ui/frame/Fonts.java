package io.pipedeck.ui.frame;

import java.util.List;
import javafx.scene.text.Font;

/**
 * The console's typeface, the same on every machine: widths are known, and its digits all have one
 * width, so that figures stand in columns.
 */
final class Fonts {
  private static final String FOLDER = "/com/formdev/flatlaf/fonts/roboto/Roboto-";
  private static final double ANY_SIZE = 13;

  private Fonts() {}

  /**
   * Makes the typeface known to the style sheets; a second call does no harm. Where it can't be
   * read, the system's own is used.
   *
   * @return whether all weights are there
   */
  static boolean load() {
    boolean all = true;
    for (String weight : List.of("Regular", "Medium", "Bold")) {
      var file = Fonts.class.getResource(FOLDER + weight + ".ttf");
      all &= file != null && Font.loadFont(file.toExternalForm(), ANY_SIZE) != null;
    }
    return all;
  }
}
