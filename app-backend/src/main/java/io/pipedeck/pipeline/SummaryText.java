package io.pipedeck.pipeline;

import java.util.List;

/** Puts the pieces of a summary together. */
final class SummaryText {
  private static final String BETWEEN_LINES = " · ";
  private static final String ENDS = ".!?:。！？؟।…\"”“»)」";

  private SummaryText() {}

  /** With a space between sentences, and a dot in the middle between lines that have no end. */
  static String join(List<String> pieces) {
    var text = new StringBuilder();
    for (int i = 0; i < pieces.size(); i++) {
      if (i > 0) {
        text.append(isEnded(pieces.get(i - 1)) && isEnded(pieces.get(i)) ? " " : BETWEEN_LINES);
      }
      text.append(pieces.get(i));
    }
    return text.toString();
  }

  private static boolean isEnded(String piece) {
    return ENDS.indexOf(piece.charAt(piece.length() - 1)) >= 0;
  }
}
