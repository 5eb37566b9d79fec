package io.pipedeck.pipeline;

/** Whether brackets and quotation marks of a sentence have their other halves in it. */
final class Brackets {
  private static final String OPEN = "([{（［「『【";
  private static final String CLOSE = ")]}）］」』】";

  private Brackets() {}

  static boolean areBalanced(String text) {
    return bracketsAreBalanced(text) && quotesAreBalanced(text);
  }

  private static boolean bracketsAreBalanced(String text) {
    var open = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int closes = CLOSE.indexOf(c);
      if (OPEN.indexOf(c) >= 0) {
        open.append(c);
      } else if (closes >= 0) {
        int last = open.length() - 1;
        if (last < 0 || open.charAt(last) != OPEN.charAt(closes)) {
          return false;
        }
        open.setLength(last);
      }
    }
    return open.isEmpty();
  }

  /** Languages open and close with each other's marks („…“, “…”, »…«), so they are only counted. */
  private static boolean quotesAreBalanced(String text) {
    return count(text, "\"“”„‟") % 2 == 0 && count(text, "«»") % 2 == 0;
  }

  private static long count(String text, String marks) {
    return text.chars().filter(c -> marks.indexOf(c) >= 0).count();
  }
}
