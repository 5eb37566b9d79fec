package io.pipedeck.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.config.EmbedConfig;
import io.pipedeck.config.ParseConfig;
import io.pipedeck.embed.Embedder;
import io.pipedeck.parse.ParserPool;
import io.pipedeck.parse.TestDocuments;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Summaries of whole documents, through parser, cleaning and model, and what holds of each. */
class SummaryOfDocumentsTest {
  @SuppressWarnings("NullAway.Init")
  private static ParserPool parsers;

  @SuppressWarnings("NullAway.Init")
  private static Embedder embedder;

  @TempDir Path folder;

  @BeforeAll
  static void open() {
    parsers = new ParserPool(new ParseConfig(1, 256, Duration.ofMinutes(1), 1_000_000, 64, 100));
    embedder =
        Embedder.of(new EmbedConfig(null, null, URI.create("http://127.0.0.1/v1"), "unused", null));
  }

  @AfterAll
  static void close() {
    parsers.close();
    embedder.close();
  }

  @Test
  void aPaperInTwoColumnsIsSummarisedByWholeSentences() throws Exception {
    PipelineOutput output = run("paper.pdf", TwoColumnPaper.pdf());

    assertThat(output.language()).isEqualTo("en");
    assertThat(sentencesIn(output.summary(), TwoColumnPaper.GOOD)).hasSizeBetween(3, 6);
    assertThat(output.summary()).contains("hysteresis").doesNotContain("-\n", "Lemma", "Fig.");
  }

  @Test
  void aGermanReportIsSummarisedByItsStatements() throws Exception {
    String body =
        Stream.of(GOOD_GERMAN, POOR_GERMAN)
            .flatMap(List::stream)
            .map(text -> TestDocuments.paragraph("Normal", text))
            .reduce("", String::concat);

    PipelineOutput output = run("bericht.docx", TestDocuments.docx(body));

    assertThat(output.language()).isEqualTo("de");
    assertThat(sentencesIn(output.summary(), GOOD_GERMAN)).hasSizeBetween(3, 6);
  }

  @Test
  void aMaoriTextIsSummarisedByItsStatements() throws Exception {
    var lines = new ArrayList<String>();
    for (int i = 0; i < GOOD_MAORI.size(); i++) {
      lines.add(GOOD_MAORI.get(i) + " " + POOR_MAORI.get(i % POOR_MAORI.size()));
    }

    PipelineOutput output = run("reo.txt", String.join("\n\n", lines).getBytes(UTF_8));

    assertThat(output.language()).isEqualTo("mi");
    assertThat(sentencesIn(output.summary(), GOOD_MAORI)).hasSizeBetween(3, 6);
  }

  @Test
  void whereTooFewSentencesStandByThemselvesTheNextBestFillUp() throws Exception {
    String text =
        String.join(
            " ",
            "The harbour of Wellington receives many container ships every year.",
            "However, the northern quay was closed in the winter for repairs.",
            "Who pays for the repairs of the quay?",
            "The costs of dredging are shown in Table 4.",
            "Proof: A consequence of the first lemma.");

    String summary = run("note.txt", text.getBytes(UTF_8)).summary();

    assertThat(summary)
        .isEqualTo(
            "The harbour of Wellington receives many container ships every year. However, the"
                + " northern quay was closed in the winter for repairs. The costs of dredging are"
                + " shown in Table 4.");
  }

  @Test
  void aSheetIsSummarisedByItsFirstRows() throws Exception {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("Ship", "Quay", "Tonnes"));
    for (int i = 0; i < 60; i++) {
      rows.add(List.of("Vessel " + i, "North", Integer.toString(1000 + i)));
    }

    String summary = run("ships.xlsx", TestDocuments.xlsx(rows)).summary();

    assertThat(summary).contains("Ship, Quay, Tonnes · Vessel 0, North, 1000 · Vessel 1, North");
    assertThat(summary).doesNotContain("|").endsWith(" …").hasSizeLessThan(405);
  }

  /** The sentences of the summary; fails on one that is none of these, or out of order. */
  private static List<String> sentencesIn(String summary, List<String> good) {
    List<String> found = good.stream().filter(summary::contains).toList();
    assertThat(summary)
        .as("only whole sentences that stand by themselves, in order")
        .isEqualTo(String.join(" ", found));
    return found;
  }

  private PipelineOutput run(String name, byte[] content) throws Exception {
    Path document = Files.write(folder.resolve(name), content);
    var request = new PipelineRequest(document, name, null, PipelineOptions.DEFAULT);
    return new DocumentPipeline(parsers, embedder).run(request, (_, _, _) -> {});
  }

  private static final List<String> GOOD_GERMAN =
      Arrays.asList(
          "Der neue Deich an der Unterelbe wurde im Herbst nach dreijähriger Bauzeit fertig.",
          "Die Kosten für den Deich trägt zu zwei Dritteln das Land und zu einem Drittel der Bund.",
          "Fachleute rechnen damit, dass der Deich bis zum Jahr 2080 noch einmal erhöht werden muss.",
          "Der Meeresspiegel steigt an der Küste um etwa vier Millimeter im Jahr.",
          "Schafe weiden auf dem Deich, denn ihre Hufe festigen den Boden der Böschung.");

  private static final List<String> POOR_GERMAN =
      List.of(
          "Jedoch wurde der Deich im Winter beschädigt.",
          "Der Deich ist in Abbildung 3 auf Seite 9 im Querschnitt dargestellt.",
          "Bemerkung 1 (Deichhöhe) Der Deich ist neun Meter hoch.",
          "Wer zahlt für den Deich an der Unterelbe?",
          "Der Deich (erbaut 2019 ist der längste an der Unterelbe.",
          "Daher ist der Deich an der Unterelbe so wichtig für das Land.");

  private static final List<String> GOOD_MAORI =
      List.of(
          "Ko te reo Māori te reo taketake o Aotearoa, ā, he taonga tuku iho nō ngā tīpuna.",
          "I te tau 1987 ka whakamanahia te reo Māori hei reo ōkawa mō te motu katoa.",
          "He maha ngā kura kaupapa e whakaako ana i ngā tamariki o ia takiwā.",
          "Kei te tipu haere te maha o ngā tāngata e ako ana i te reo Māori i ia tau.",
          "E tautoko ana te kāwanatanga i ngā pouaka whakaata me ngā reo irirangi.");

  private static final List<String> POOR_MAORI =
      List.of(
          "Engari kāore te reo Māori i kōrerohia i ngā kura i taua wā.",
          "Tirohia te whārangi 9 mō te reo Māori.",
          "He aha te take i ngaro haere ai te reo Māori?",
          "Nā reira ka tīmata ngā kōhanga reo ki te whakaako i te reo Māori.");
}
