package io.pipedeck.pipeline;

import java.util.Arrays;
import java.util.regex.Pattern;

/** Tells by its characters alone whether a text can be read: nothing of this knows a language. */
final class Glyphs {
  /** UTF-8 that was read as Windows-1252. */
  private static final Pattern MISREAD = Pattern.compile("[ÃÂ][\\u0080-\\u00BF]|â€|ï¿½");

  private static final Pattern GLUED_SIGN =
      Pattern.compile("[\\p{L}\\d)}][+^][\\p{L}\\d({]|\\d[*/]\\p{L}|[{}\\\\]");
  private static final Pattern SPACES = Pattern.compile("\\s+");
  private static final int MIN_WORDS = 6;
  private static final double MIN_LETTERS_PER_WORD = 2.2;
  private static final int LETTERS_IN_A_ROW = 5;

  private Glyphs() {}

  /** Whether it has characters that no reader can make sense of. */
  static boolean isBroken(String text) {
    return text.codePoints().anyMatch(Glyphs::isBroken) || MISREAD.matcher(text).find();
  }

  /** Whether this character stands for one that could not be read, or only marks or draws. */
  static boolean isBroken(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.PRIVATE_USE, Character.UNASSIGNED, Character.SURROGATE ->
          true;
      default -> c == 0xFFFD || isOrnament(c);
    };
  }

  /** Bullets, boxes and lines. */
  private static boolean isOrnament(int c) {
    return (c >= 0x2500 && c <= 0x25FF) || c == '•' || c == '‣' || c == '◦' || c == '¦' || c == '|';
  }

  /** Whether letters stand apart that belong to one word. */
  static boolean isSpaced(String text) {
    if (text.codePoints().anyMatch(Glyphs::isEastAsian)) {
      return false;
    }
    int row = 0;
    int words = 0;
    long letters = 0;
    for (String token : Arrays.asList(SPACES.split(text.strip()))) {
      long inToken = token.codePoints().filter(Character::isLetter).count();
      row = inToken == 1 && token.length() <= 2 ? row + 1 : 0;
      if (row >= LETTERS_IN_A_ROW) {
        return true;
      }
      letters += inToken;
      words += inToken > 0 ? 1 : 0;
    }
    return words >= MIN_WORDS && letters < MIN_LETTERS_PER_WORD * words;
  }

  /** Whether it has signs of mathematics, or words glued together by them: "CM+1". */
  static boolean hasFormula(String text) {
    return text.codePoints().anyMatch(Glyphs::isMathematical) || GLUED_SIGN.matcher(text).find();
  }

  private static boolean isMathematical(int c) {
    return (Character.getType(c) == Character.MATH_SYMBOL && c != '~' && c != '+')
        || (c >= 0x1D400 && c <= 0x1D7FF);
  }

  /** Whether it is mostly letters, as running text is. */
  static boolean isMostlyLetters(String text) {
    long letters = text.codePoints().filter(c -> Character.isLetter(c) || isMark(c)).count();
    long digits = text.codePoints().filter(Character::isDigit).count();
    long spaces = text.codePoints().filter(c -> c == ' ').count();
    long all = text.codePointCount(0, text.length());
    return letters >= 0.8 * (all - spaces) && digits <= 0.1 * all;
  }

  private static boolean isMark(int c) {
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK -> true;
      default -> false;
    };
  }

  /** Whether its script has no spaces between words. */
  static boolean isEastAsian(int c) {
    return switch (Character.UnicodeScript.of(c)) {
      case HAN, HIRAGANA, KATAKANA, THAI -> true;
      default -> false;
    };
  }
}
