package io.pipedeck.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class SentencesTest {
  @Test
  void abbreviationsInitialsAndOrdinalsEndNoSentence() {
    assertThat(split("Dr. Smith met J. K. Rowling. They talked.", Locale.ENGLISH))
        .containsExactly("Dr. Smith met J. K. Rowling.", "They talked.");
    assertThat(split("Am 3. Mai kam z.B. Prof. Meier. Er blieb.", Locale.GERMAN))
        .containsExactly("Am 3. Mai kam z.B. Prof. Meier.", "Er blieb.");
  }

  @Test
  void aYearMayEndASentence() {
    assertThat(split("It began in 2019. Then it ended.", Locale.ENGLISH)).hasSize(2);
  }

  @Test
  void aShortNumberMayEndASentenceWhereOrdinalsHaveNoFullStop() {
    assertThat(split("The costs are in Table 4. The rest is here.", Locale.ENGLISH)).hasSize(2);
    assertThat(split("3. People have rights. They know them.", Locale.ENGLISH))
        .containsExactly("3. People have rights.", "They know them.");
  }

  @Test
  void eastAsianFullStopsEndSentences() {
    assertThat(split("これは文です。これも文です。", Locale.JAPANESE)).containsExactly("これは文です。", "これも文です。");
  }

  @Test
  void aKeptLineEndEndsASentence() {
    assertThat(split("Milk\nBread", Locale.ROOT)).containsExactly("Milk", "Bread");
  }

  private static List<String> split(String text, Locale locale) {
    return new Sentences(locale)
        .of(text, 0, text.length()).stream()
            .map(range -> text.substring(range.start(), range.end()))
            .toList();
  }
}
