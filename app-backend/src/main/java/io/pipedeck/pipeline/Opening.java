package io.pipedeck.pipeline;

import io.pipedeck.pipeline.CleanDocument.Kind;
import io.pipedeck.pipeline.CleanDocument.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** How a document without proper sentences begins, such as a table, a list or a note. */
final class Opening {
  private static final int MOST_CHARS = 400;

  /** Some of the patterns take the square of a line's length; a document may be one line. */
  private static final int MOST_OF_A_LINE = 2_000;

  private static final Pattern FENCE = Pattern.compile("^ {0,3}(?:```|~~~).*");
  private static final Pattern TABLE_RULE = Pattern.compile("^[|:+= -]{3,}$");
  private static final Pattern PICTURE_OR_LINK =
      Pattern.compile("!?\\[([^\\]\\n]*)\\]\\([^)\\n]*\\)");
  private static final Pattern LINE_MARK =
      Pattern.compile("^(?:#{1,6}|>|[-*+•▪◦‣]|\\d{1,2}[.)]) +");
  private static final Pattern EMPHASIS = Pattern.compile("\\*{1,3}|~~|`+|(?<!\\w)_+|_+(?!\\w)");
  private static final Pattern CELL_ENDS = Pattern.compile(" *\\|(?: *\\|)* *| *[,;](?: *[,;])+ *");
  private static final Pattern CSV_COMMA =
      Pattern.compile("(?<=\\D),(?=\\S)|(?<=\\S),(?=[^\\d\\s])");
  private static final Pattern PAGE_NUMBER = Pattern.compile("\\d{1,4}");
  private static final Pattern EDGES = Pattern.compile("^[\\s,;·]+|[\\s,;·]+$");
  private static final Pattern SPACES = Pattern.compile("\\s{2,}");

  private Opening() {}

  /** Its first lines up to a few hundred characters, without the marks of tables and Markdown. */
  static String of(CleanDocument document) {
    boolean spaced = Glyphs.isSpaced(document.text().substring(0, start(document.text())));
    List<String> lines = new ArrayList<>();
    int chars = 0;
    for (Part part : document.parts()) {
      for (String whole : document.text().substring(part.start(), part.end()).split("\n", -1)) {
        String line = whole.substring(0, Cuts.before(whole, 0, whole.length(), MOST_OF_A_LINE));
        String plain = part.kind() == Kind.ROW ? plainRow(line) : plain(line);
        if (chars > MOST_CHARS) {
          return cut(join(lines, spaced));
        }
        if (!plain.isEmpty() && (spaced || !lines.contains(plain))) {
          lines.add(plain);
          chars += plain.length() + 3;
        }
      }
    }
    return cut(join(lines, spaced));
  }

  private static int start(String text) {
    return Cuts.before(text, 0, text.length(), MOST_CHARS);
  }

  /** Where letters stand apart nothing tells a line from a word. */
  private static String join(List<String> lines, boolean spaced) {
    return spaced ? String.join(" ", lines) : SummaryText.join(lines);
  }

  private static String cut(String text) {
    int cut = start(text);
    return cut < text.length() ? text.substring(0, cut).strip() + " …" : text;
  }

  /** The line as it is read aloud; empty if there is nothing to read. */
  static String plain(String line) {
    if (FENCE.matcher(line).matches() || TABLE_RULE.matcher(line).matches()) {
      return "";
    }
    String text = LINE_MARK.matcher(readable(line)).replaceFirst("");
    text = PICTURE_OR_LINK.matcher(text).replaceAll("$1");
    text = EMPHASIS.matcher(text).replaceAll("");
    if (PAGE_NUMBER.matcher(text).matches()) {
      return "";
    }
    boolean separated = text.contains(", ") || text.contains("|");
    return plainRow(separated ? text : CSV_COMMA.matcher(text).replaceAll(", "));
  }

  /** The cells of a row of a table, parted by commas. */
  private static String plainRow(String row) {
    String text = CELL_ENDS.matcher(readable(row)).replaceAll(", ");
    text = SPACES.matcher(text).replaceAll(" ");
    text = EDGES.matcher(text).replaceAll("");
    return text.codePoints().anyMatch(Character::isLetterOrDigit) ? text : "";
  }

  private static String readable(String line) {
    var readable = new StringBuilder();
    line.codePoints()
        .forEach(c -> readable.appendCodePoint(c != '|' && Glyphs.isBroken(c) ? ' ' : c));
    return readable.toString().strip();
  }
}
