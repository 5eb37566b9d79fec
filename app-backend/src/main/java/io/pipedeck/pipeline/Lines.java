package io.pipedeck.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Puts the lines of a printed text together to paragraphs again. */
final class Lines {
  private static final Pattern SPACES = Pattern.compile(" {2,}");
  private static final Pattern LEADERS = Pattern.compile("(?:[.·…_] ?){5,}");
  private static final Pattern LIST_ITEM =
      Pattern.compile("(?:[-–•▪◦‣*·]|\\(?\\p{Alnum}{1,3}[.)])\\s.*", Pattern.DOTALL);
  private static final int SHORTEST_WRAPPED_LINE = 25;

  private Lines() {}

  /** The paragraphs of a block: parted by empty lines, their wrapped lines joined. */
  static List<String> paragraphs(String block) {
    List<String> paragraphs = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    for (String raw : block.split("\n", -1)) {
      String line = tidy(raw);
      if (!line.isEmpty()) {
        lines.add(line);
      } else if (!lines.isEmpty()) {
        paragraphs.add(join(lines));
        lines.clear();
      }
    }
    if (!lines.isEmpty()) {
      paragraphs.add(join(lines));
    }
    return paragraphs;
  }

  /** One space between words, none at the ends; leaders of a table of contents shortened. */
  static String tidy(String line) {
    String shortened = line.contains("....") || line.contains(". . .") ? shorten(line) : line;
    return (shortened.contains("  ") ? SPACES.matcher(shortened).replaceAll(" ") : shortened)
        .strip();
  }

  private static String shorten(String line) {
    return LEADERS.matcher(line).replaceAll(" … ");
  }

  /** A line end stays where the line was shorter than its neighbours: a list, verse, address. */
  private static String join(List<String> lines) {
    int longest = lines.stream().mapToInt(String::length).max().orElse(0);
    int wrapped = Math.max(SHORTEST_WRAPPED_LINE, longest * 6 / 10);
    var joined = new StringBuilder(lines.getFirst());
    for (int i = 1; i < lines.size(); i++) {
      boolean full = lines.get(i - 1).length() >= wrapped;
      append(joined, lines.get(i), full && !LIST_ITEM.matcher(lines.get(i)).matches());
    }
    return joined.toString();
  }

  private static void append(StringBuilder text, String next, boolean wrapped) {
    if (endsInHyphen(text) && Character.isLowerCase(next.codePointAt(0))) {
      text.setLength(text.length() - 1);
    } else if (!wrapped) {
      text.append('\n');
    } else if (!isIdeographic(text.codePointBefore(text.length()))
        || !isIdeographic(next.codePointAt(0))) {
      text.append(' ');
    }
    text.append(next);
  }

  /** Whether a word is cut at the end of this text. */
  static boolean endsInHyphen(CharSequence text) {
    int last = text.length() - 1;
    return last > 0
        && (text.charAt(last) == '-' || text.charAt(last) == '\u2010')
        && Character.isLetter(Character.codePointBefore(text, last));
  }

  /** Chinese and Japanese have no space at a line end; Korean has. */
  private static boolean isIdeographic(int c) {
    Character.UnicodeScript script = Character.UnicodeScript.of(c);
    return Character.isIdeographic(c)
        || script == Character.UnicodeScript.HIRAGANA
        || script == Character.UnicodeScript.KATAKANA
        || (c >= 0x3000 && c <= 0x303F);
  }
}
