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
      paragraphs.add("Printers have " + String.join(" ", words) + ".");
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

  @Test
  void aBookIsSummarisedFromAllItsParts() throws Exception {
    var paragraphs = new ArrayList<String>();
    for (int i = 0; i < 20_000; i++) {
      var words = new StringBuilder("Printers have");
      for (int prime : new int[] {7, 11, 13, 17, 19}) {
        words.append(' ').append(Integer.toString(i * prime + prime, 26).replaceAll("[0-9]", "z"));
        words.append("qu").append(word(i * prime % 650));
      }
      paragraphs.add(words + ".");
    }

    List<Integer> places = places(summary(paragraphs), paragraphs);

    assertThat(places).hasSizeBetween(3, 6).isSorted();
    assertThat(places.getFirst()).isLessThan(8_000);
    assertThat(places.getLast()).isGreaterThan(12_000);
  }

  @Test
  void germanIsSummarisedByWhatItSpeaksOf() throws Exception {
    String summary = summary("de", GERMAN);

    assertThat(sentencesOf(summary, GERMAN)).hasSizeBetween(3, 6).isSorted();
    assertThat(summary).contains("Deich").doesNotContain("Das stimmt.");
  }

  @Test
  void maoriIsSummarisedByWhatItSpeaksOf() throws Exception {
    String summary = summary("mi", MAORI);

    assertThat(sentencesOf(summary, MAORI)).hasSizeBetween(3, 6).isSorted();
    assertThat(summary).contains("reo");
  }

  private static List<Integer> sentencesOf(String summary, List<String> text) {
    var places = new ArrayList<Integer>();
    var rest = summary;
    for (int i = 0; i < text.size(); i++) {
      if (rest.contains(text.get(i))) {
        places.add(i);
        rest = rest.replace(text.get(i), "").strip();
      }
    }
    assertThat(rest).as("what is no sentence of the text").isBlank();
    return places;
  }

  private static final List<String> GERMAN =
      List.of(
          "Der neue Deich an der Unterelbe wurde im Herbst nach dreijähriger Bauzeit fertig.",
          "Er schützt rund 4.000 Häuser, die bei der Sturmflut von 1962 unter Wasser standen.",
          "Das stimmt.",
          "Die Kosten für den Deich trägt zu zwei Dritteln das Land und zu einem Drittel der Bund.",
          "Am Freitag gab es Kuchen, und die Kapelle spielte bis in den späten Abend hinein.",
          "Fachleute rechnen damit, dass der Deich bis zum Jahr 2080 noch einmal erhöht werden muss.",
          "Der Meeresspiegel steigt an der Küste um etwa vier Millimeter im Jahr.",
          "Auch Schafe weiden wieder auf dem Deich, denn ihre Hufe festigen den Boden.",
          "Z. B. wurden bei Hamburg im letzten Jahr zwei Kilometer Deich mit Klei verstärkt.");

  private static final List<String> MAORI =
      List.of(
          "Ko te reo Māori te reo taketake o Aotearoa, ā, he taonga tuku iho nō ngā tīpuna.",
          "I te tau 1987 ka whakamanahia te reo Māori hei reo ōkawa mō te motu katoa.",
          "He maha ngā kura kaupapa e whakaako ana i ngā tamariki ki te reo Māori.",
          "I haere mātou ki te moana i te ata, ā, i kai ika mātou i te ahiahi.",
          "Kei te tipu haere te maha o ngā tāngata e ako ana i te reo Māori i ia tau.",
          "E tautoko ana te kāwanatanga i te reo Māori mā ngā pouaka whakaata me ngā reo irirangi.",
          "He mea nui kia kōrerohia te reo Māori i ngā kāinga katoa o te motu.");

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
    return summary("en", paragraphs);
  }

  private static String summary(String language, List<String> paragraphs)
      throws InterruptedException {
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
    var terms = new TermScores(language);
    var check = new SentenceCheck(language);
    return new Summariser(clean, new Sentences(Locale.of(language)), check).summarise(terms, terms);
  }
}
