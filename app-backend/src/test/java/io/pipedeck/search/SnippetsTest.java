package io.pipedeck.search;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SnippetsTest {
  private final WordAnalyzer analyzer = new WordAnalyzer();

  private String snippet(String query, String text) {
    return new Snippets(analyzer, query).of(text);
  }

  @Test
  void aShortTextIsGivenWhole() {
    assertThat(snippet("whales", "Whales are large.\n\nThey sing. "))
        .isEqualTo("Whales are large. They sing.");
  }

  @Test
  void ofALongTextThePartWithTheWordsIsGiven() {
    String text =
        "Nothing of note here. ".repeat(40)
            + "The whale sings at night. "
            + "And so on. ".repeat(60);

    assertThat(snippet("whale NIGHT", text))
        .startsWith("…")
        .endsWith("…")
        .contains("The whale sings at night")
        .hasSizeLessThanOrEqualTo(302);
  }

  @Test
  void withoutAnyOfTheWordsItIsTheBeginning() {
    String text = "First of all. " + "Nothing of note here. ".repeat(40);

    assertThat(snippet("zebra", text)).startsWith("First of all. Nothing").endsWith("…");
  }

  @Test
  void theEndIsNotMarkedAsCut() {
    String text = "Nothing of note here. ".repeat(40) + "The whale sings.";

    assertThat(snippet("whale", text)).startsWith("…").endsWith("The whale sings.");
  }

  @Test
  void accentsDontMatter() {
    String text =
        "Nothing of note here. ".repeat(40) + "Ōtautahi is a city. " + "And so on. ".repeat(60);

    assertThat(snippet("otautahi", text)).contains("Ōtautahi is a city");
  }

  @Test
  void noCharacterIsCutInTwo() {
    String text = "📄".repeat(500);

    assertThat(snippet("x", text)).isEqualTo("📄".repeat(150) + "…");
    assertThat(snippet("x", "𠀀".repeat(500)).replace("…", "")).matches("(𠀀)+");
  }

  @Test
  void aWordLongerThanASnippetIsCut() {
    assertThat(snippet("x", "a".repeat(5_000))).hasSizeBetween(10, 302).endsWith("…");
  }
}
