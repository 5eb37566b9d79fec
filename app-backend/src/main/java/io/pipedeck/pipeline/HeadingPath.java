package io.pipedeck.pipeline;

import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The headings above the place that reading has come to. */
final class HeadingPath {
  private static final int MAX_CHARS = 120;

  private final TreeMap<Integer, String> levels = new TreeMap<>();
  private @Nullable String path;

  /** A heading of this level begins; those of its level and below end. */
  void enter(int level, String heading) {
    levels.tailMap(level, true).clear();
    levels.put(level, shorten(heading));
    path = String.join(" › ", levels.values());
  }

  /** All of them, outermost first; null before the first heading. */
  @Nullable String path() {
    return path;
  }

  private static String shorten(String heading) {
    if (heading.length() <= MAX_CHARS) {
      return heading;
    }
    int end = Character.isLowSurrogate(heading.charAt(MAX_CHARS)) ? MAX_CHARS - 1 : MAX_CHARS;
    return heading.substring(0, end) + "…";
  }
}
