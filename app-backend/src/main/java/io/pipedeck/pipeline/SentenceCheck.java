package io.pipedeck.pipeline;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Says what, if anything, keeps a sentence of a language out of a summary. */
final class SentenceCheck {
  private static final int MAX_CHARS = 400;
  private static final int MIN_CHARS = 25;
  private static final int MIN_WORDS = 5;
  private static final int SHORT_CHARS = 12;
  private static final int SHORT_WORDS = 3;
  private static final int MIN_IDEOGRAPHS = 10;

  /** How far into a sentence a word like "however" still ties it to the one before. */
  private static final int BEGINNING_CHARS = 100;

  private static final int BEGINNING_WORDS = 4;
  private static final String ENDS = ".!?。！？؟।…";
  private static final Pattern ABBREVIATED_END =
      Pattern.compile("\\b(?:z\\. ?B|d\\. ?h|u\\. ?a|e\\.g|i\\.e|vgl|cf|bzw|bzgl|z\\. ?T)\\.$");
  private static final Pattern EQUATION_NUMBER =
      Pattern.compile("(?<=[ (])\\((?:\\d{1,2}(?:\\.\\d+)*|[ivx]{1,4}|\\p{Ll})\\)|§");

  private final @Nullable String language;
  private final SentenceWords words;

  /**
   * For the sentences of a document.
   *
   * @param language ISO 639-1 code, null where it isn't known
   */
  SentenceCheck(@Nullable String language) {
    this.language = language;
    this.words = SentenceWords.of(language);
  }

  /** The worst that can be said of this sentence; nothing of one that stands by itself. */
  Optional<Fault> faultOf(String sentence) {
    Optional<Fault> shape = shape(sentence);
    Optional<Fault> fatal = shape.filter(fault -> !fault.isBearable()).or(() -> material(sentence));
    return fatal.isPresent() ? fatal : worse(shape, standing(sentence));
  }

  /** A line without an end may be a title: then it tells nothing. */
  private static Optional<Fault> worse(Optional<Fault> shape, Optional<Fault> standing) {
    if (shape.isEmpty() || standing.isEmpty()) {
      return shape.or(() -> standing);
    }
    if (shape.get() == Fault.UNENDED && standing.get() == Fault.VERBLESS) {
      return Optional.of(Fault.FRAGMENT);
    }
    return shape.get().compareTo(standing.get()) < 0 ? standing : shape;
  }

  /** How it is built: where it begins and ends, how long it is. */
  private Optional<Fault> shape(String sentence) {
    if (sentence.length() > MAX_CHARS) {
      return Optional.of(Fault.LONG);
    }
    int words = words(sentence);
    if (!beginsLikeSentence(sentence) || words < SHORT_WORDS || sentence.length() < SHORT_CHARS) {
      return isLongEastAsian(sentence) && endsLikeSentence(sentence)
          ? Optional.empty()
          : Optional.of(Fault.FRAGMENT);
    }
    if (!endsLikeSentence(sentence) || ABBREVIATED_END.matcher(sentence).find()) {
      boolean line = words >= MIN_WORDS && Character.isLetterOrDigit(lastOf(sentence));
      return Optional.of(line ? Fault.UNENDED : Fault.FRAGMENT);
    }
    return isShort(sentence) ? Optional.of(Fault.SHORT) : Optional.empty();
  }

  /** Whether it says too little to stand for a document alone. */
  boolean isShort(String sentence) {
    return (words(sentence) < MIN_WORDS || sentence.length() < MIN_CHARS)
        && !isLongEastAsian(sentence);
  }

  /** What it is made of. Only what is never bearable. */
  private Optional<Fault> material(String sentence) {
    if (Glyphs.isBroken(sentence)) {
      return Optional.of(Fault.BROKEN);
    }
    if (Glyphs.isSpaced(sentence)) {
      return Optional.of(Fault.SPACED);
    }
    if (Apparatus.isReference(sentence)) {
      return Optional.of(Fault.REFERENCE);
    }
    if (words.statement.matcher(sentence).find() || Apparatus.isLabelled(sentence)) {
      return Optional.of(Fault.LABEL);
    }
    if (!Glyphs.isMostlyLetters(sentence) || Glyphs.hasFormula(sentence)) {
      return Optional.of(Fault.FORMULA);
    }
    return Brackets.areBalanced(sentence) ? Optional.empty() : Optional.of(Fault.UNBALANCED);
  }

  /** Whether it says something by itself; the worst first. */
  private Optional<Fault> standing(String sentence) {
    if (words.knowsVerbs && !words.verb.matcher(sentence).find()) {
      return Optional.of(Fault.VERBLESS);
    }
    if (Variables.areIn(sentence, language)) {
      return Optional.of(Fault.VARIABLES);
    }
    if (isQuestion(sentence)) {
      return Optional.of(Fault.QUESTION);
    }
    if (words.pointer.matcher(sentence).find() || EQUATION_NUMBER.matcher(sentence).find()) {
      return Optional.of(Fault.POINTER);
    }
    return leans(sentence) ? Optional.of(Fault.LEANING) : Optional.empty();
  }

  private boolean leans(String sentence) {
    if (words.ownDocument.matcher(sentence).find()) {
      return false;
    }
    String beginning = sentence.substring(0, Math.min(sentence.length(), BEGINNING_CHARS));
    int semicolon = beginning.indexOf(';');
    String clause = semicolon < 0 ? beginning : beginning.substring(0, semicolon);
    return words.leaning.matcher(sentence).find()
        || words.leaningInside.matcher(clause).find()
        || words.demonstrative.matcher(firstWords(sentence)).find()
        || words.demonstrative.matcher(sentence).results().limit(2).count() == 2;
  }

  private static int lastOf(String sentence) {
    return sentence.codePointBefore(sentence.length());
  }

  /** With the one after them, so that "such as" is seen whole. */
  private static String firstWords(String sentence) {
    int end = 0;
    for (int i = 0; i <= BEGINNING_WORDS && end >= 0; i++) {
      end = sentence.indexOf(' ', end + 1);
    }
    return end < 0 ? sentence : sentence.substring(0, end);
  }

  /**
   * How good a sentence without a fault is, beside what it speaks of; around 1. One that tells what
   * the document is about is better, one that is very short or long, cites, or points at what was
   * said before is worse.
   */
  double worth(String sentence) {
    double worth = sentence.length() < 50 || sentence.length() > 260 ? 0.85 : 1;
    if (words.ownDocument.matcher(sentence).find()) {
      worth *= 1.15;
    } else if (words.demonstrative.matcher(sentence).find()) {
      worth *= 0.85;
    }
    worth *= GLUED.matcher(sentence).find() ? 0.8 : 1;
    return CITATION.matcher(sentence).find() ? worth * 0.9 : worth;
  }

  private static final Pattern GLUED = Pattern.compile("\\p{Ll}[,.;:!?]\\p{L}| [,.;]");
  private static final Pattern CITATION =
      Pattern.compile("\\[\\d+(?:[,–-] ?\\d+)*\\]|\\(\\D*\\d{4}[a-z]?(?:[;,][^)]*)?\\)");

  private static boolean isQuestion(String sentence) {
    return endOf(sentence, "?？؟");
  }

  private static boolean endsLikeSentence(String sentence) {
    return endOf(sentence, ENDS);
  }

  /** Whether it ends with one of these, maybe within quotes or brackets. */
  private static boolean endOf(String sentence, String ends) {
    int at = sentence.length();
    while (at > 1 && "\"”“»«’')」』）".indexOf(sentence.charAt(at - 1)) >= 0) {
      at--;
    }
    return ends.indexOf(sentence.codePointBefore(at)) >= 0;
  }

  private static boolean beginsLikeSentence(String sentence) {
    int first = sentence.codePointAt(0);
    return (Character.isLetter(first) && !Character.isLowerCase(first))
        || "\"“„«»‘'「『¿¡".indexOf(first) >= 0;
  }

  private static boolean isLongEastAsian(String sentence) {
    return sentence.codePoints().filter(Glyphs::isEastAsian).count() >= MIN_IDEOGRAPHS;
  }

  private static int words(String sentence) {
    return (int) sentence.chars().filter(c -> c == ' ').count() + 1;
  }
}
