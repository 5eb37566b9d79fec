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

  /** A line of a column on a page, and of a text file. */
  private static final int SHORTEST_PRINTED_LINE = 25;

  private static final int SHORTEST_TYPED_LINE = 45;

  private Lines() {}

  /**
   * The paragraphs of a block: parted by empty lines, their wrapped lines joined.
   *
   * @param printed whether it was laid out on a page, maybe in narrow columns
   */
  static List<String> paragraphs(String block, boolean printed) {
    List<String> paragraphs = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    for (String raw : block.split("\n", -1)) {
      String line = tidy(raw);
      if (!line.isEmpty()) {
        lines.add(line);
      } else if (!lines.isEmpty()) {
        paragraphs.add(join(lines, printed));
        lines.clear();
      }
    }
    if (!lines.isEmpty()) {
      paragraphs.add(join(lines, printed));
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
  private static String join(List<String> lines, boolean printed) {
    int longest = lines.stream().mapToInt(String::length).max().orElse(0);
    int shortest = printed ? SHORTEST_PRINTED_LINE : SHORTEST_TYPED_LINE;
    int wrapped = Math.max(shortest, longest * 6 / 10);
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

  /** Whether a text that ends so goes on with this: no sentence ends and none begins. */
  static boolean goesOn(CharSequence text, String next) {
    int last = Character.codePointBefore(text, text.length());
    return Character.isLowerCase(next.codePointAt(0))
        && (Character.isLetter(last) || last == ',' || endsInHyphen(text));
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
