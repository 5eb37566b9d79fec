package io.pipedeck.pipeline;

import java.lang.Character.UnicodeScript;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells the language of a text by its script and, within Latin and Cyrillic, by the small words
 * that every text of a language has. Says nothing rather than guess.
 */
final class Language {
  private static final int SAMPLE_CHARS = 40_000;
  private static final double MIN_SHARE = 0.15;
  private static final double MIN_LEAD = 1.25;
  private static final int MIN_HITS = 3;
  private static final int FEW_WORDS = 6;
  private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{M}'’]+");

  private static final Map<String, Set<String>> SMALL_WORDS =
      Map.ofEntries(
          words(
              "en",
              "the of and to in is that it was for on are with as this be by not have from or you which at an we he his they their been has"),
          words(
              "de",
              "der die und das ist nicht ein eine den mit dem von zu im auf für sich auch des als wird werden sind wir ich aus bei nach wie oder einer durch"),
          words(
              "fr",
              "le la les des et est une dans que pour qui sur pas au plus par ce il du sont avec nous vous mais cette ont aux ou être"),
          words(
              "es",
              "el los las que y en del una por con para es se como más su al lo pero sus este ha está son entre cuando muy sin"),
          words(
              "it",
              "il che di e la per un una non con del della sono gli dei si come più anche nel alla ha questo le ma nella degli"),
          words(
              "pt",
              "o os as que e em do da não uma para com por mais dos das como mas foi ao ele tem seu sua ou são pelo está"),
          words(
              "nl",
              "de het een en van is dat niet op te zijn met voor die aan er maar om ook als wordt bij naar uit door hij worden deze"),
          words(
              "sv",
              "och att det som en på är av för med till den har inte om ett men var vi så kan från eller jag ska"),
          words(
              "da",
              "og at det som en på er af for med til den har ikke om et men var vi så kan fra eller jeg skal blev efter også"),
          words(
              "nb",
              "og å det som en på er av for med til den har ikke om et men var vi så kan fra eller jeg skal ble etter også"),
          words(
              "fi",
              "ja on ei että se oli hän ovat kun mutta myös kuin tai joka sen ole mukaan jos niin vain tämä ollut"),
          words(
              "pl",
              "i w nie na się że z do to jest o jak ale po co przez dla od są oraz który jego które być może"),
          words(
              "cs",
              "a se v na je že to s z do o ale jako za si pro by od jsou jeho byl nebo které který podle jen"),
          words(
              "hu",
              "a az és hogy nem is egy ez van meg csak de már volt mint vagy ha még el azt ezt lehet kell"),
          words(
              "ro",
              "și de la în nu cu pe care este un o din mai pentru că sunt au fost prin sau ca cele dar al"),
          words(
              "tr",
              "ve bir bu da de için ile olarak daha çok olan gibi en kadar ne ama değil sonra var her o ise"),
          words(
              "id",
              "yang dan di ini itu dengan untuk tidak dari dalam akan pada adalah ke oleh juga sebagai atau telah ada"),
          words(
              "vi",
              "và của là có trong được không cho một các với người này những đã để khi từ đến như về"),
          words(
              "mi",
              "te ngā he ki o i me ka kei ko e nga tēnei mō nō ana hoki rātou tōna ia mai ai kua atu tana ā mā tātou"),
          words("sm", "le o ma i e ua fa'a lea ai na o'o mo atu mai tagata nei lava se e'i ona ia"),
          words(
              "ru",
              "и в не на что я с он как это по но из у за от же к его то все она так было только для бы был"),
          words(
              "uk",
              "і в не на що з як це та до за від у є але про його для він також бути або були які було"),
          words(
              "bg",
              "и в не на че с за да от се е по това като са но до ще при или към които беше има"),
          words("sr", "и у не на да је се са за од што али као који је су то би или из по био до"));

  private static final Map<String, Integer> LANGUAGES_WITH_WORD = countSharing();

  private Language() {}

  /** ISO 639-1 code, null if it can't be told. */
  static @Nullable String of(String text) {
    String sample = text.length() > SAMPLE_CHARS ? middleAndStart(text) : text;
    Map<UnicodeScript, Integer> letters = letters(sample);
    int all = letters.values().stream().mapToInt(Integer::intValue).sum();
    if (all == 0) {
      return null;
    }
    int kana = count(letters, UnicodeScript.HIRAGANA) + count(letters, UnicodeScript.KATAKANA);
    int han = count(letters, UnicodeScript.HAN);
    if ((kana + han) * 2 > all) {
      return kana * 20 > kana + han ? "ja" : "zh";
    }
    for (Map.Entry<UnicodeScript, Integer> script : letters.entrySet()) {
      if (script.getValue() * 2 > all) {
        return ofScript(script.getKey(), sample);
      }
    }
    return null;
  }

  private static @Nullable String ofScript(UnicodeScript script, String sample) {
    return switch (script) {
      case LATIN -> bySmallWords(sample, false);
      case CYRILLIC -> bySmallWords(sample, true);
      case ARABIC -> sample.chars().anyMatch(c -> "پچژگ".indexOf(c) >= 0) ? null : "ar";
      case HEBREW -> "he";
      case GREEK -> "el";
      case HANGUL -> "ko";
      case THAI -> "th";
      case GEORGIAN -> "ka";
      case ARMENIAN -> "hy";
      case TAMIL -> "ta";
      case BENGALI -> "bn";
      default -> null;
    };
  }

  private static String middleAndStart(String text) {
    int half = SAMPLE_CHARS / 2;
    int middle = text.length() / 2;
    return text.substring(0, half) + " " + text.substring(middle, middle + half);
  }

  private static Map<UnicodeScript, Integer> letters(String text) {
    Map<UnicodeScript, Integer> letters = new EnumMap<>(UnicodeScript.class);
    text.codePoints()
        .filter(Character::isLetter)
        .forEach(c -> letters.merge(UnicodeScript.of(c), 1, Integer::sum));
    return letters;
  }

  private static int count(Map<UnicodeScript, Integer> letters, UnicodeScript script) {
    Integer count = letters.get(script);
    return count == null ? 0 : count;
  }

  private static @Nullable String bySmallWords(String sample, boolean cyrillic) {
    List<String> words =
        Arrays.stream(NO_WORD.split(sample.toLowerCase(Locale.ROOT)))
            .filter(word -> !word.isEmpty())
            .toList();
    Map<String, Double> scores = new HashMap<>();
    Map<String, Integer> hits = new HashMap<>();
    for (String word : words) {
      @Nullable Integer sharing = LANGUAGES_WITH_WORD.get(word);
      if (sharing != null) {
        SMALL_WORDS.forEach(
            (language, small) -> {
              if (small.contains(word)) {
                scores.merge(language, 1.0 / Math.sqrt(sharing), Double::sum);
                hits.merge(language, 1, Integer::sum);
              }
            });
      }
    }
    scores.keySet().removeIf(language -> isCyrillic(language) != cyrillic);
    return best(scores, hits, words.size());
  }

  private static @Nullable String best(
      Map<String, Double> scores, Map<String, Integer> hits, int words) {
    @Nullable String best = null;
    double bestScore = 0;
    double second = 0;
    for (Map.Entry<String, Double> score : scores.entrySet()) {
      if (score.getValue() > bestScore) {
        second = bestScore;
        bestScore = score.getValue();
        best = score.getKey();
      } else {
        second = Math.max(second, score.getValue());
      }
    }
    boolean sure =
        best != null
            && hits.getOrDefault(best, 0) >= (words <= FEW_WORDS ? MIN_HITS - 1 : MIN_HITS)
            && bestScore >= MIN_SHARE * words
            && bestScore >= MIN_LEAD * second;
    return sure ? best : null;
  }

  private static boolean isCyrillic(String language) {
    return switch (language) {
      case "ru", "uk", "bg", "sr" -> true;
      default -> false;
    };
  }

  private static Map.Entry<String, Set<String>> words(String language, String words) {
    return Map.entry(language, new HashSet<>(Arrays.asList(words.split(" "))));
  }

  private static Map<String, Integer> countSharing() {
    Map<String, Integer> counts = new HashMap<>();
    SMALL_WORDS.values().forEach(words -> words.forEach(w -> counts.merge(w, 1, Integer::sum)));
    return counts;
  }

  /** The small words of a language, which say nothing of what a text is about; empty if unknown. */
  static Set<String> smallWords(@Nullable String language) {
    return language == null ? Set.of() : SMALL_WORDS.getOrDefault(language, Set.of());
  }
}
