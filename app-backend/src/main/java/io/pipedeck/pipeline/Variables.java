package io.pipedeck.pipeline;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds letters that stand for values, sets or points, as mathematical prose has them. */
final class Variables {
  private static final Pattern SPACES = Pattern.compile("\\s+");
  private static final Pattern EDGES = Pattern.compile("^[^\\p{L}\\d]+|[^\\p{L}\\p{M}\\d]+$");
  private static final Pattern SINGLE = Pattern.compile("\\p{L}\\p{M}*");

  /** Greek letters, with or without an index; an index that was printed small: "Rn", "TsS". */
  private static final Pattern SYMBOL =
      Pattern.compile("\\p{IsGreek}[\\p{M}\\d]*|[B-HJ-NP-TV-Z][nm]|\\p{Lu}\\p{Ll}\\p{Lu}");

  /** "D1", "z2", "dH": one or two may be a paper size, a quarter or a measure. */
  private static final Pattern NUMBERED =
      Pattern.compile("\\p{L}{1,2}\\p{M}*\\d{1,2}|\\p{Ll}{1,2}\\p{Lu}|\\d\\p{Lu}{2,3}");

  private static final int FEW = 2;
  private static final int FEW_NUMBERED = 3;
  private static final String ONE_LETTER_WORDS = "aeioyuwzàéóèêvсвкояиаобуі";

  private Variables() {}

  /** Whether the sentence speaks of values by single letters. */
  static boolean areIn(String sentence, @Nullable String language) {
    List<String> tokens = Arrays.asList(SPACES.split(sentence));
    int singles = 0;
    int numbered = 0;
    for (int i = 0; i < tokens.size(); i++) {
      boolean abbreviated = tokens.get(i).endsWith(".") && i < tokens.size() - 1;
      String token = abbreviated ? "" : EDGES.matcher(tokens.get(i)).replaceAll("");
      if (isVariable(token, i == 0, language)) {
        singles++;
      } else if (NUMBERED.matcher(token).matches()) {
        numbered++;
      }
    }
    return singles >= FEW || (singles > 0 && numbered > 0) || numbered >= FEW_NUMBERED;
  }

  private static boolean isVariable(String token, boolean first, @Nullable String language) {
    if (SYMBOL.matcher(token).matches() && !"el".equals(language)) {
      return true;
    }
    if (!SINGLE.matcher(token).matches() || Glyphs.isEastAsian(token.codePointAt(0))) {
      return false;
    }
    String letter = first ? token.toLowerCase(Locale.ROOT) : token;
    return words(language).indexOf(letter) < 0;
  }

  /** The words of one letter. */
  private static String words(@Nullable String language) {
    return switch (language) {
      case null -> ONE_LETTER_WORDS + "IAāēīōū";
      case "en" -> "aiIA";
      case "de" -> "";
      case "mi" -> "aeioāēīōū";
      default -> ONE_LETTER_WORDS + "AIOEY";
    };
  }
}
