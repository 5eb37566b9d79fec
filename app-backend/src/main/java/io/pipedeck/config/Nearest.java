package io.pipedeck.config;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the setting that somebody meant who mistyped its key. */
final class Nearest {
  private Nearest() {}

  /** The setting whose key is nearest to a name, empty if none is near. */
  static Optional<Setting<?>> setting(String name) {
    String written = name.strip().toLowerCase(Locale.ROOT).replace('_', '-').replace('.', '-');
    return Settings.all().stream()
        .filter(setting -> distance(written, setting) <= Math.max(1, setting.key().length() / 4))
        .min(Comparator.comparingInt(setting -> distance(written, setting)));
  }

  private static int distance(String written, Setting<?> setting) {
    String environment = setting.environment().toLowerCase(Locale.ROOT).replace('_', '-');
    return Math.min(distance(written, setting.key()), distance(written, environment));
  }

  /** How many letters must be put in, left out, replaced or swapped with their neighbour. */
  private static int distance(String a, String b) {
    int[][] steps = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        steps[i][j] = i == 0 || j == 0 ? i + j : cheapest(steps, a, b, i, j);
      }
    }
    return steps[a.length()][b.length()];
  }

  private static int cheapest(int[][] steps, String a, String b, int i, int j) {
    boolean same = a.charAt(i - 1) == b.charAt(j - 1);
    int best = Math.min(steps[i - 1][j], steps[i][j - 1]) + 1;
    best = Math.min(best, steps[i - 1][j - 1] + (same ? 0 : 1));
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, steps[i - 2][j - 2] + 1) : best;
  }
}
