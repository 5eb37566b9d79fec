package io.pipedeck.pipeline;

import java.util.regex.Pattern;

/** Tells sentences that a person could read in a summary from captions, formulas and references. */
final class SentenceQuality {
  private static final int MIN_CHARS = 30;
  private static final int MAX_CHARS = 400;
  private static final int MIN_WORDS = 5;
  private static final int MIN_IDEOGRAPHS = 10;
  private static final Pattern REFERENCE =
      Pattern.compile(
          "^\\[\\d+\\].*|.*\\bet al\\.,? ?[(\\[]?\\d{4}.*|.*\\b(?:doi|isbn|issn|arxiv)\\b.*|.*https?://.*"
              + "|.*\\bpp\\. ?\\d+.*|.*\\bvol\\. ?\\d+.*|.*©.*|.*\\S@\\S+\\.\\S.*|.*[-–—]\\d+\\.$",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern CAPTION =
      Pattern.compile(
          "^(?:fig(?:ure|\\.)?|table|tab\\.|abb(?:ildung|\\.)?|tabelle|tableau) ?\\d+.*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern STATEMENT =
      Pattern.compile(
          "^(?:theorem|théorème|lemm[ae]|corollary|korollar|proposition|satz|definition|inductive step|"
              + "induktionsschritt)[ \\d.]*[:(].*",
          Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.DOTALL);
  private static final Pattern REFERENCES_HEADING =
      Pattern.compile(
          "^(?:[\\dIVX]+[.)]? )?(?:references?|bibliography|works cited|literatur(?:verzeichnis)?|"
              + "quellen(?:verzeichnis)?|références|bibliographie|ngā tohutoro)\\.?$",
          Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

  private SentenceQuality() {}

  /** Whether the rest of the document is a list of references. */
  static boolean isReferencesHeading(String line) {
    return line.length() < 60 && REFERENCES_HEADING.matcher(line.strip()).matches();
  }

  /** Whether it reads like a sentence of running text. */
  static boolean isReadable(String sentence) {
    return sentence.length() <= MAX_CHARS
        && beginsLikeSentence(sentence)
        && endsLikeSentence(sentence)
        && isLongEnough(sentence)
        && isMostlyWords(sentence)
        && !hasFormula(sentence)
        && !CAPTION.matcher(sentence).matches()
        && !STATEMENT.matcher(sentence).matches()
        && !REFERENCE.matcher(sentence).matches();
  }

  /**
   * How well it stands by itself, 0 to 1: one that leans on the sentence before, is short or very
   * long, does so less.
   */
  static double standing(String sentence) {
    double length = sentence.length() < 50 || sentence.length() > 260 ? 0.85 : 1;
    return LEANING.matcher(sentence).lookingAt() ? length * 0.85 : length;
  }

  private static final Pattern LEANING =
      Pattern.compile(
          "(?:So|This|That|These|Those|It|They|He|She|And|But|However|Thus|Therefore|Hence|Then|For"
              + " example|Also|Moreover|Here|There|Dies[ers]?|Diese[rnms]?|Dabei|Damit|Dann|Daher|"
              + "Also|Sie|Er|Es|Aber|Und|Beweis|Proof|Cela|Cette|Ils?|Elles?|Mais|Kei|Engari)\\b",
          Pattern.UNICODE_CHARACTER_CLASS);

  private static boolean hasFormula(String sentence) {
    return sentence
        .codePoints()
        .anyMatch(
            c ->
                (Character.getType(c) == Character.MATH_SYMBOL && c != '~' && c != '+')
                    || (c >= 0x1D400 && c <= 0x1D7FF));
  }

  private static boolean beginsLikeSentence(String sentence) {
    int first = sentence.codePointAt(0);
    return (Character.isLetter(first) && !Character.isLowerCase(first))
        || "\"“„«‘'「『¿¡".indexOf(first) >= 0;
  }

  private static boolean endsLikeSentence(String sentence) {
    int last = sentence.codePointBefore(sentence.length());
    if ("\"”“»’')」』".indexOf(last) >= 0 && sentence.length() > 1) {
      last = sentence.codePointBefore(sentence.length() - 1);
    }
    return ".!?。！？؟।…".indexOf(last) >= 0;
  }

  private static boolean isLongEnough(String sentence) {
    long ideographs = sentence.codePoints().filter(SentenceQuality::isEastAsian).count();
    return ideographs >= MIN_IDEOGRAPHS
        || (sentence.length() >= MIN_CHARS
            && sentence.chars().filter(c -> c == ' ').count() >= MIN_WORDS - 1);
  }

  private static boolean isEastAsian(int c) {
    return switch (Character.UnicodeScript.of(c)) {
      case HAN, HIRAGANA, KATAKANA, THAI -> true;
      default -> false;
    };
  }

  private static boolean isMostlyWords(String sentence) {
    long letters = sentence.codePoints().filter(Character::isLetter).count();
    long digits = sentence.codePoints().filter(Character::isDigit).count();
    long spaces = sentence.codePoints().filter(c -> c == ' ').count();
    long all = sentence.codePointCount(0, sentence.length());
    long singles = SINGLE_LETTER.matcher(sentence).results().count();
    return letters >= 0.8 * (all - spaces)
        && digits <= 0.1 * all
        && singles <= 3
        && !sentence.contains(" | ");
  }

  private static final Pattern SINGLE_LETTER =
      Pattern.compile("(?<= )[\\p{L}&&[^aAIiéyoOàeÉuwzв]](?= )");
}
