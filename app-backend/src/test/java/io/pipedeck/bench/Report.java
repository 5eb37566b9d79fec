package io.pipedeck.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What was measured: said at once, and once more as a table at the end. */
final class Report {
  private final List<String> rows = new ArrayList<>();

  /** Something to know beside the figures. */
  void note(String text) {
    System.out.println("    " + text);
  }

  /** A figure without a bound. */
  void figure(String what, String value) {
    row(what, value, "", "");
  }

  /** A figure that must not be below a bound. */
  void atLeast(String what, double value, double bound, String unit) {
    row(what, text(value) + unit, "≥ " + text(bound) + unit, value >= bound ? "yes" : "no");
  }

  /** A figure that must not be above a bound. */
  void atMost(String what, double value, double bound, String unit) {
    row(what, text(value) + unit, "≤ " + text(bound) + unit, value <= bound ? "yes" : "no");
  }

  private void row(String what, String value, String bound, String met) {
    rows.add("| " + String.join(" | ", what, value, bound, met) + " |");
    System.out.println("  " + what + ": " + value + (bound.isEmpty() ? "" : " (" + bound + ")"));
  }

  /** A number with as many digits as say something. */
  static String text(double value) {
    double size = Math.abs(value);
    int digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%,." + digits + "f", value);
  }

  /** The table, on standard output and in {@code target/bench.md}. */
  void print() throws IOException {
    var table = new ArrayList<String>();
    table.add("| measured | value | bound | met |");
    table.add("| --- | --- | --- | --- |");
    table.addAll(rows);
    System.out.println();
    table.forEach(System.out::println);
    Path file = Path.of(System.getProperty("basedir", "."), "target", "bench.md");
    Files.createDirectories(file.getParent());
    Files.write(file, table);
  }
}
