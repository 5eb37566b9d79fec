package io.pipedeck.pipeline;

/** Where a text may be cut if no sentence ends there. */
final class Cuts {
  private Cuts() {}

  /**
   * The end of the first piece of {@code [start, end)} of at most {@code most} characters: behind
   * white space if there is some in its second half, else between two characters as people see
   * them. Always behind {@code start}.
   */
  static int before(String text, int start, int end, int most) {
    if (end - start <= most) {
      return end;
    }
    int limit = start + most;
    for (int at = limit; at > start + most / 2; at--) {
      if (Character.isWhitespace(text.charAt(at - 1))) {
        return at;
      }
    }
    for (int at = limit; at > start; at--) {
      if (isBetweenCharacters(text, at)) {
        return at;
      }
    }
    return Math.min(end, start + Character.charCount(text.codePointAt(start)));
  }

  /**
   * The first start of a word at or behind this place; {@code end} if there is none before it.
   * Chinese and Japanese have no space between words: there each character begins one.
   */
  static int wordAt(String text, int from, int end) {
    for (int at = from; at < end; at++) {
      boolean begins = Character.isWhitespace(text.charAt(at - 1)) || isEastAsian(text, at);
      if (begins && !Character.isWhitespace(text.charAt(at)) && isBetweenCharacters(text, at)) {
        return at;
      }
    }
    return end;
  }

  private static boolean isEastAsian(String text, int at) {
    int c = text.codePointAt(at);
    return switch (Character.UnicodeScript.of(c)) {
      case HAN, HIRAGANA, KATAKANA -> Character.isLetter(c);
      default -> false;
    };
  }

  private static boolean isBetweenCharacters(String text, int at) {
    if (Character.isLowSurrogate(text.charAt(at))
        && Character.isHighSurrogate(text.charAt(at - 1))) {
      return false;
    }
    int next = text.codePointAt(at);
    return switch (Character.getType(next)) {
      case Character.NON_SPACING_MARK,
          Character.COMBINING_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.FORMAT,
          Character.MODIFIER_SYMBOL ->
          false;
      default -> text.charAt(at - 1) != '\u200D';
    };
  }
}
