package io.pipedeck.parse;

/** Halves of surrogate pairs, which no JSON, UTF-8 or database can hold. */
final class Surrogates {
  private Surrogates() {}

  /** The text with each lone half replaced by U+FFFD; the same object where there is none. */
  static String repair(String text) {
    int at = firstLone(text, 0);
    if (at < 0) {
      return text;
    }
    var repaired = new StringBuilder(text);
    while (at >= 0) {
      repaired.setCharAt(at, '\uFFFD');
      at = firstLone(text, at + 1);
    }
    return repaired.toString();
  }

  private static int firstLone(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return i;
      }
    }
    return -1;
  }
}
