package io.pipedeck.pipeline;

import io.pipedeck.pipeline.Sentences.Range;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds where a sentence itself begins: behind the mark of a list or the word "Abstract". */
final class SentenceStart {
  private static final Pattern MARK =
      Pattern.compile(
          "(?:[-–—•·▪◦‣*+\\uF0B7\\uF0A7]|\\(?(?:\\d{1,2}|\\p{Ll}|[ivx]{2,4})[.)]|\\[\\d{1,2}\\]) +(?=\\p{Lu})");
  private static final Pattern ABSTRACT =
      Pattern.compile(
          "(?:abstract|summary|zusammenfassung|kurzfassung|whakarāpopototanga|résumé)(?: ?[—–:.-] *| +- +)(?=\\p{Lu})",
          Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

  private SentenceStart() {}

  /** The range without what goes before the sentence at the beginning of a line. */
  static Range of(String text, Range range) {
    if (range.start() > 0 && text.charAt(range.start() - 1) != '\n') {
      return range;
    }
    int start = behind(MARK, text, range.start(), range.end());
    return new Range(behind(ABSTRACT, text, start, range.end()), range.end());
  }

  private static int behind(Pattern before, String text, int start, int end) {
    Matcher matcher = before.matcher(text).region(start, end);
    return matcher.lookingAt() && matcher.end() < end ? matcher.end() : start;
  }
}
