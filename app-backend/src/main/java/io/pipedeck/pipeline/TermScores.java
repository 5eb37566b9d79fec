package io.pipedeck.pipeline;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Scores sentences by how many of the document's own words they hold. Needs no vectors. */
final class TermScores implements Summariser.Scorer {
  private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{M}]+");
  private static final int MIN_WORD_CHARS = 3;

  private final Set<String> smallWords;

  TermScores(@Nullable String language) {
    this.smallWords = Language.smallWords(language);
  }

  @Override
  public double[] score(List<String> sentences) {
    Map<String, Integer> frequency = new HashMap<>();
    sentences.forEach(s -> terms(s).forEach(term -> frequency.merge(term, 1, Integer::sum)));
    return sentences.stream().mapToDouble(sentence -> score(sentence, frequency)).toArray();
  }

  private double score(String sentence, Map<String, Integer> frequency) {
    List<String> terms = terms(sentence).stream().distinct().toList();
    double sum = 0;
    for (String term : terms) {
      sum += Math.log(frequency.getOrDefault(term, 1));
    }
    // The root keeps long sentences from winning only by their length.
    return terms.isEmpty() ? 0 : sum / Math.sqrt(terms.size());
  }

  private List<String> terms(String sentence) {
    return Arrays.stream(NO_WORD.split(sentence.toLowerCase(Locale.ROOT)))
        .filter(word -> word.length() >= MIN_WORD_CHARS && !smallWords.contains(word))
        .toList();
  }
}
