package io.pipedeck.pipeline;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Compares what sentences are made of. */
final class Wording {
  private static final double ALIKE = 0.6;
  private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{M}\\d]+");

  private Wording() {}

  /** Whether two sentences say the same in other words: most of the words of the shorter. */
  static boolean isAlike(String a, String b) {
    Set<String> first = words(a);
    Set<String> second = words(b);
    Set<String> both = new HashSet<>(first);
    both.retainAll(second);
    return both.size() > ALIKE * Math.min(first.size(), second.size());
  }

  private static Set<String> words(String text) {
    return new HashSet<>(List.of(NO_WORD.split(text.toLowerCase(Locale.ROOT))));
  }
}
