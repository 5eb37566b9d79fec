package io.pipedeck.db;

import org.jspecify.annotations.Nullable;

/** Text as PostgreSQL can hold it: without U+0000, and lone surrogates replaced by U+FFFD. */
final class StoredText {
  private StoredText() {}

  static String clean(String text) {
    return isClean(text) ? text : rewrite(text);
  }

  /** Each of them; null stays null. */
  static @Nullable String[] clean(@Nullable String[] texts) {
    @Nullable String[] result = texts.clone();
    for (int i = 0; i < result.length; i++) {
      String text = result[i];
      result[i] = text == null ? null : clean(text);
    }
    return result;
  }

  private static boolean isClean(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0 || Character.isSurrogate(c)) {
        return false;
      }
    }
    return true;
  }

  private static String rewrite(String text) {
    var out = new StringBuilder(text.length());
    int i = 0;
    while (i < text.length()) {
      int codePoint = text.codePointAt(i);
      i += Character.charCount(codePoint);
      if (codePoint == 0) {
        continue;
      }
      boolean lone = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
      out.appendCodePoint(lone ? 0xFFFD : codePoint);
    }
    return out.toString();
  }
}
