package io.pipedeck.pipeline;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The clean text and what is known of its parts.
 *
 * @param text paragraphs separated by an empty line, rows of a table by a line end
 * @param parts in order; they cover all of the text but what separates them
 * @param pageStarts offset at which each page begins; empty for a format without pages
 */
record CleanDocument(String text, List<Part> parts, NavigableMap<Integer, Integer> pageStarts) {
  CleanDocument {
    parts = List.copyOf(parts);
    pageStarts = new TreeMap<>(pageStarts);
  }

  /** The page that this offset lies on, null in a format without pages. */
  @Nullable Integer pageAt(int offset) {
    Map.@Nullable Entry<Integer, Integer> page = pageStarts.floorEntry(offset);
    return page == null ? null : page.getValue();
  }

  /** Words as people count them: runs of letters and digits; each ideograph is one. */
  int words() {
    int words = 0;
    boolean inWord = false;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      boolean ideograph = Character.isIdeographic(c);
      boolean wordly = Character.isLetterOrDigit(c) || (inWord && isInner(c));
      if (ideograph || (wordly && !inWord)) {
        words++;
      }
      inWord = wordly && !ideograph;
      i += Character.charCount(c);
    }
    return words;
  }

  private static boolean isInner(int c) {
    return c == '\'' || c == '’' || c == '-' || Character.getType(c) == Character.NON_SPACING_MARK;
  }

  /**
   * A paragraph, heading or table row.
   *
   * @param end behind its last character
   * @param heading the headings above it, outermost first, joined by " › "; for a heading itself
   *     included; null for none
   */
  record Part(Kind kind, int start, int end, @Nullable String heading) {}

  /** What a part is. */
  enum Kind {
    PARAGRAPH,
    HEADING,
    ROW
  }
}
