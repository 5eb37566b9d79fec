package io.pipedeck.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.parse.ParsedDocument;
import io.pipedeck.parse.ParsedDocument.Block;
import io.pipedeck.parse.ParsedDocument.Kind;
import io.pipedeck.parse.ParsedDocument.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class SummariserTest {
  private static final String FILLER =
      "Something of quite another kind number %s is mentioned here without need.";

  @Test
  void theSentencesAboutTheSubjectAreChosen() throws Exception {
    var paragraphs = new ArrayList<String>();
    for (int i = 0; i < 12; i++) {
      paragraphs.add("The harbour of Wellington receives container ships " + word(i) + " times.");
      paragraphs.add(String.format(Locale.ROOT, FILLER, word(i)));
      paragraphs.add("Nobody knows why %s birds sang that morning.".formatted(word(i)));
    }

    assertThat(summary(paragraphs)).contains("harbour of Wellington");
  }

  @Test
  void thereAreThreeToSixSentencesSpreadOverTheText() throws Exception {
    var paragraphs = new ArrayList<String>();
    for (int i = 0; i < 120; i++) {
      String[] words = {word(i), word(i + 120), word(i + 240), word(i + 360), word(i + 480)};
      paragraphs.add("Printers " + String.join(" ", words) + ".");
    }

    String summary = summary(paragraphs);

    List<Integer> places = places(summary, paragraphs);
    assertThat(places).hasSizeBetween(3, 6).isSorted();
    assertThat(places.getFirst()).isLessThan(50);
    assertThat(places.getLast()).isGreaterThan(70);
  }

  @Test
  void theSameTextGivesTheSameSummary() throws Exception {
    var paragraphs = new ArrayList<String>();
    for (int i = 0; i < 60; i++) {
      paragraphs.add(String.format(Locale.ROOT, FILLER, word(i)));
    }

    assertThat(summary(paragraphs)).isEqualTo(summary(paragraphs));
  }

  @Test
  void referencesCaptionsFormulasAndNumbersAreNoSummary() {
    assertThat(
            List.of(
                "[12] A. Author, A title of a paper, Journal of Things, 2012.",
                "Figure 3: The harbour of Wellington as seen from the hill.",
                "Let M = 3 be the number of clusters in the system.",
                "See https://example.org/path for more about these things.",
                "12.5 13.7 88.1 90.2 11.0 total of the values.",
                "Item | Price | Amount of the whole order.",
                "lower case begins what was cut off somewhere before.",
                "A heading without an end",
                "Smith et al. (2012) found the same thing in another place."))
        .noneMatch(SentenceQuality::isReadable);
    assertThat(
            List.of(
                "The harbour of Wellington receives many ships every year.",
                "Der Hafen von Wellington empfängt jedes Jahr viele Schiffe.",
                "He kōrero tēnei mō te whanga o Te Whanganui-a-Tara.",
                "ウェリントンの港には毎年多くの船が来ます。"))
        .allMatch(SentenceQuality::isReadable);
  }

  @Test
  void aShortTextIsItsOwnSummary() throws Exception {
    assertThat(summary(List.of("This is English!"))).isEqualTo("This is English!");
  }

  @Test
  void aTextWithoutSentencesIsSummarisedByItsBeginning() throws Exception {
    assertThat(summary(List.of("word ".repeat(200)))).endsWith("…").hasSizeLessThan(405);
  }

  @Test
  void moreOfTheSameIsSaidOnce() throws Exception {
    var paragraphs = new ArrayList<String>();
    for (int i = 0; i < 30; i++) {
      paragraphs.add("The harbour of Wellington receives many ships in " + word(i) + ".");
    }

    assertThat(summary(paragraphs).split("harbour", -1)).hasSize(2);
  }

  private static List<Integer> places(String summary, List<String> paragraphs) {
    var places = new ArrayList<Integer>();
    for (int i = 0; i < paragraphs.size(); i++) {
      if (summary.contains(paragraphs.get(i))) {
        places.add(i);
      }
    }
    return places;
  }

  /** A word of its own for each number. */
  private static String word(int number) {
    return "qu" + (char) ('a' + number % 26) + (char) ('a' + number / 26) + "rn";
  }

  private static String summary(List<String> paragraphs) throws InterruptedException {
    List<Block> blocks = paragraphs.stream().map(p -> new Block(Kind.PARAGRAPH, 0, p)).toList();
    CleanDocument clean =
        TextCleaner.clean(
            new ParsedDocument(
                "text/plain",
                null,
                null,
                null,
                null,
                null,
                0,
                List.of(new Page(null, blocks)),
                List.of()));
    var terms = new TermScores("en");
    return new Summariser(clean, new Sentences(Locale.ENGLISH)).summarise(terms, terms);
  }
}
