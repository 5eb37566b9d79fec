package io.pipedeck.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads the text of a {@code .env} file: {@code NAME=value} lines, {@code export} before them,
 * comments, values in single quotes (as they are) or double quotes ({@code \n \r \t \" \\ \$}),
 * which may span lines. Nothing is expanded: a {@code $} stands for itself.
 */
final class DotEnv {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");

  private final String text;
  private final Map<String, String> values = new LinkedHashMap<>();
  private final List<Complaint> complaints = new ArrayList<>();
  private int at;

  private DotEnv(String text) {
    this.text = text;
  }

  /** A line that can't be read; without what it says, which may be a secret. */
  record Complaint(int line, String wrong) {}

  /** What the readable lines say, the last of a name, and which lines are not readable. */
  record Content(Map<String, String> values, List<Complaint> complaints) {}

  static Content read(String text) {
    DotEnv reader = new DotEnv(text.replace("\r\n", "\n").replaceFirst("^\uFEFF", ""));
    while (reader.at < reader.text.length()) {
      reader.readLine();
    }
    return new Content(Map.copyOf(reader.values), List.copyOf(reader.complaints));
  }

  private void readLine() {
    int start = at;
    int end = endOfLine();
    String line = text.substring(start, end).strip();
    if (line.isEmpty() || line.startsWith("#")) {
      at = end + 1;
      return;
    }
    int equals = text.indexOf('=', start);
    if (equals < 0 || equals > end) {
      complain(start, "has no =");
      at = end + 1;
      return;
    }
    String name = text.substring(start, equals).strip().replaceFirst("^export\\s+", "");
    at = equals + 1;
    String value = readValue(start);
    if (!NAME.matcher(name).matches()) {
      complain(start, "has no name before its =");
    } else {
      values.put(name, value);
    }
  }

  private String readValue(int lineStart) {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
    char first = at < text.length() ? text.charAt(at) : '\n';
    return first == '"' || first == '\'' ? readQuoted(first, lineStart) : readBare();
  }

  private String readBare() {
    int end = endOfLine();
    String value = text.substring(at, end);
    at = end + 1;
    // A # starts a comment only after a blank: passwords hold them.
    return value.replaceFirst("(^|\\s)#.*", "").strip();
  }

  private String readQuoted(char quote, int lineStart) {
    var value = new StringBuilder();
    int opened = at++;
    while (at < text.length() && text.charAt(at) != quote) {
      char next = text.charAt(at++);
      boolean escapes = quote == '"' && next == '\\' && at < text.length();
      value.append(escapes ? unescaped(text.charAt(at++)) : String.valueOf(next));
    }
    if (at >= text.length()) {
      complain(lineStart, "has a quote that is never closed");
      // Only this line is lost: the next ones may be right.
      at = opened;
      at = endOfLine() + 1;
      return "";
    }
    at++;
    int end = endOfLine();
    String rest = text.substring(at, end).strip();
    if (!rest.isEmpty() && !rest.startsWith("#")) {
      complain(lineStart, "goes on after its closing quote");
    }
    at = end + 1;
    return value.toString();
  }

  private static String unescaped(char next) {
    return switch (next) {
      case 'n' -> "\n";
      case 'r' -> "\r";
      case 't' -> "\t";
      case '"', '\\', '$' -> String.valueOf(next);
      default -> "\\" + next;
    };
  }

  private int endOfLine() {
    int end = text.indexOf('\n', at);
    return end < 0 ? text.length() : end;
  }

  private void complain(int position, String wrong) {
    int line = 1 + (int) text.substring(0, position).chars().filter(c -> c == '\n').count();
    complaints.add(new Complaint(line, wrong));
  }
}
