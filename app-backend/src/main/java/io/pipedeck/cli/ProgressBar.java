package io.pipedeck.cli;

import java.io.PrintWriter;
import java.util.Locale;

/** One line that is written over on a terminal; silent anywhere else. For one thread. */
final class ProgressBar {
  private static final int WIDTH = 30;
  private static final int NAME = 28;

  private final PrintWriter out;
  private final boolean terminal;
  private String shown = "";

  ProgressBar(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  void show(String name, String step, long done, long total) {
    int percent = total <= 0 ? 100 : (int) Math.min(100, done * 100 / total);
    String line =
        String.format(
            Locale.ROOT,
            "%-" + NAME + "s %-10s [%s%s] %3d %%",
            shortened(name),
            step,
            "#".repeat(percent * WIDTH / 100),
            "-".repeat(WIDTH - percent * WIDTH / 100),
            percent);
    if (terminal && !line.equals(shown)) {
      out.print("\r" + line);
      out.flush();
      shown = line;
    }
  }

  void clear() {
    if (!shown.isEmpty()) {
      out.print("\r" + " ".repeat(shown.length()) + "\r");
      out.flush();
      shown = "";
    }
  }

  private static String shortened(String name) {
    return name.codePointCount(0, name.length()) <= NAME
        ? name
        : name.substring(0, name.offsetByCodePoints(0, NAME - 1)) + "…";
  }
}
