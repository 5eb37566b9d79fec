package io.pipedeck.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The words of a language that tell whether a sentence stands by itself, from {@code
 * sentence-words.properties}. Of an unknown language those of all; of another one none.
 */
final class SentenceWords {
  private static final List<String> LANGUAGES = List.of("en", "de", "mi", "fr");
  private static final Pattern SEPARATOR = Pattern.compile(";\\s+");
  private static final Properties ALL = load();
  private static final Pattern NOTHING = Pattern.compile("(?!)");
  private static final String WORD_END = "(?![\\p{L}\\p{M}\\d])";
  private static final String WORD_START = "(?<![\\p{L}\\p{M}\\d])";

  /** Begins a sentence that needs the one before. */
  final Pattern leaning;

  /** Does so near its beginning. */
  final Pattern leaningInside;

  /** Points at what was said before. */
  final Pattern demonstrative;

  /** Speaks of the document itself: "This report", "In dieser Arbeit", "He pūrongo tēnei". */
  final Pattern ownDocument;

  /** Sends the reader elsewhere. */
  final Pattern pointer;

  /** A label such as "Bemerkung 1 (" or "Proof:". */
  final Pattern statement;

  /** A verb, or what may be one; never found in a language whose verbs aren't known. */
  final Pattern verb;

  /** Whether {@link #verb} can find anything. */
  final boolean knowsVerbs;

  private SentenceWords(List<String> languages) {
    leaning = pattern("^[\"“„«(]?%s" + WORD_END, words(languages, "leaning"));
    leaningInside =
        pattern(
            WORD_START + "(?<!(?:and|und|but|aber|me|et) )%s" + WORD_END,
            words(languages, "leaning-inside"));
    demonstrative = pattern(WORD_START + "%s" + WORD_END, words(languages, "demonstratives"));
    String documents = words(languages, "documents");
    ownDocument =
        pattern(
            "^(?:\\p{L}+ ){0,2}(?:%s (?:\\p{L}+ ){0,2}D|D %s)".replace("D", documents) + WORD_END,
            words(languages, "own"));
    String numbered = words(languages, "numbered");
    pointer =
        pattern(
            WORD_START
                + "(?:%s ?\\(?(?:\\d|(?-i:[IVX]+|[A-Z])\\b)(?-i:(?!\\S* of (?:the|this) \\p{Lu}))|P)"
                    .replace("P", orNothing(words(languages, "pointers")) + WORD_END),
            numbered);
    statement =
        pattern(
            "^%s(?:[ \\d.]*[:(]| \\d[\\d.]*(?!\\S* (?:of|for|in) )|\\.)",
            words(languages, "statements"));
    String verbs = words(languages, "verbs");
    knowsVerbs = languages.size() == 1 && !verbs.isEmpty();
    verb = knowsVerbs ? pattern(WORD_START + "%s" + WORD_END, verbs) : NOTHING;
  }

  /**
   * Those of a language.
   *
   * @param language ISO 639-1 code, null where it isn't known
   */
  static SentenceWords of(@Nullable String language) {
    if (language == null) {
      return new SentenceWords(LANGUAGES);
    }
    return new SentenceWords(LANGUAGES.contains(language) ? List.of(language) : List.of());
  }

  /** Never matches where there are no words. */
  private static Pattern pattern(String template, String words) {
    return words.isEmpty()
        ? NOTHING
        : Pattern.compile(
            template.replace("%s", words), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
  }

  private static String orNothing(String words) {
    return words.isEmpty() ? "(?!)" : words;
  }

  /** One expression for all of a list; empty without any. */
  private static String words(List<String> languages, String list) {
    String any =
        languages.stream()
            .map(language -> ALL.getProperty(language + "." + list))
            .filter(Objects::nonNull)
            .flatMap(SentenceWords::split)
            .collect(Collectors.joining("|"));
    return any.isEmpty() ? "" : "(?:" + any + ")";
  }

  private static Stream<String> split(String list) {
    return Arrays.stream(SEPARATOR.split(list.strip())).filter(word -> !word.isEmpty());
  }

  private static Properties load() {
    var words = new Properties();
    try (InputStream in =
            Objects.requireNonNull(
                SentenceWords.class.getResourceAsStream("sentence-words.properties"));
        Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
      words.load(reader);
    } catch (IOException e) {
      throw new IllegalStateException("the words of this program can't be read", e);
    }
    return words;
  }
}
