package io.pipedeck.pipeline;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Splits text into sentences. A line end that cleaning kept also ends one; an abbreviation, an
 * initial or an ordinal number doesn't.
 */
final class Sentences {
  private static final Set<String> ABBREVIATIONS =
      Set.of(
          "dr", "prof", "mr", "mrs", "ms", "st", "jr", "sr", "vs", "etc", "al", "fig", "figs", "no",
          "nos", "vol", "pp", "eq", "sec", "ch", "ed", "eds", "cf", "ca", "approx", "inc", "ltd",
          "co", "corp", "dept", "est", "resp", "e.g", "i.e", "bzw", "bspw", "vgl", "nr", "abb",
          "tab", "kap", "abs", "art", "str", "hrsg", "hr", "fr", "evtl", "ggf", "inkl", "zzgl",
          "bzgl", "geb", "max", "min", "mind", "usw", "sog", "z.b", "d.h", "u.a", "z.t", "i.d.r",
          "o.ä", "mme", "mlle", "p.ex", "env");

  /** Languages that write no ordinal number with a full stop: there one may end a sentence. */
  private static final Set<String> WITHOUT_ORDINALS =
      Set.of("en", "mi", "fr", "es", "it", "pt", "nl");

  private final BreakIterator iterator;
  private final boolean hasOrdinals;

  /**
   * @param locale of the text; {@link Locale#ROOT} where its language isn't known
   */
  Sentences(Locale locale) {
    this.iterator = BreakIterator.getSentenceInstance(locale);
    this.hasOrdinals = !WITHOUT_ORDINALS.contains(locale.getLanguage());
  }

  /** Ranges of the sentences of a part of the text, without white space at their ends. */
  List<Range> of(String text, int start, int end) {
    List<Range> sentences = new ArrayList<>();
    int lineStart = start;
    while (lineStart < end) {
      int lineEnd = text.indexOf('\n', lineStart);
      lineEnd = lineEnd < 0 || lineEnd > end ? end : lineEnd;
      addLine(text, lineStart, lineEnd, sentences);
      lineStart = lineEnd + 1;
    }
    return sentences;
  }

  private void addLine(String text, int start, int end, List<Range> sentences) {
    String line = text.substring(start, end);
    iterator.setText(line);
    int from = iterator.first();
    for (int to = iterator.next(); to != BreakIterator.DONE; to = iterator.next()) {
      if (to == line.length() || !endsInAbbreviation(line, from, to)) {
        add(text, start + from, start + to, sentences);
        from = to;
      }
    }
  }

  private static void add(String text, int start, int end, List<Range> sentences) {
    int from = start;
    int to = end;
    while (from < to && text.charAt(from) == ' ') {
      from++;
    }
    while (to > from && text.charAt(to - 1) == ' ') {
      to--;
    }
    if (from < to) {
      sentences.add(new Range(from, to));
    }
  }

  private boolean endsInAbbreviation(String line, int from, int to) {
    int end = to;
    while (end > from && line.charAt(end - 1) == ' ') {
      end--;
    }
    if (end == from || line.charAt(end - 1) != '.') {
      return false;
    }
    int word = end - 1;
    while (word > from && line.charAt(word - 1) != ' ' && line.charAt(word - 1) != '(') {
      word--;
    }
    String last = line.substring(word, end - 1).toLowerCase(Locale.ROOT);
    return ABBREVIATIONS.contains(last)
        || isInitial(last)
        || (isShortNumber(last) && (hasOrdinals || word == from));
  }

  private static boolean isInitial(String word) {
    return word.length() == 1 && Character.isLetter(word.charAt(0));
  }

  /** "am 3. Mai" or the number of an item, but not a sentence that ends in a year. */
  private static boolean isShortNumber(String word) {
    return !word.isEmpty() && word.length() <= 2 && word.chars().allMatch(Character::isDigit);
  }

  /** From its first character to behind its last. */
  record Range(int start, int end) {
    int length() {
      return end - start;
    }
  }
}
