package io.pipedeck.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import io.pipedeck.api.ErrorCode;
import io.pipedeck.config.EmbedConfig;
import io.pipedeck.config.ParseConfig;
import io.pipedeck.embed.ChatModel;
import io.pipedeck.embed.Embedder;
import io.pipedeck.embed.Vectors;
import io.pipedeck.parse.ParserPool;
import io.pipedeck.parse.TestDocuments;
import io.pipedeck.pipeline.PipelineOutput.Chunk;
import io.pipedeck.pipeline.PipelineOutput.StageTiming;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All five stages, with real parser processes and the real model. */
class DocumentPipelineTest {
  private static final ProgressListener SILENT = (_, _, _) -> {};
  private static final PipelineOptions SMALL = new PipelineOptions(230, 30, true, true);
  private static final PipelineOptions WITHOUT_VECTORS = new PipelineOptions(800, 100, true, false);

  @SuppressWarnings("NullAway.Init")
  private static ParserPool parsers;

  @SuppressWarnings("NullAway.Init")
  private static Embedder embedder;

  @TempDir Path folder;

  @BeforeAll
  static void open() {
    parsers = new ParserPool(new ParseConfig(1, 256, Duration.ofMinutes(1), 1_000_000, 64, 100));
    embedder = Embedder.of(config(null, URI.create("http://127.0.0.1/v1")));
  }

  @AfterAll
  static void close() {
    parsers.close();
    embedder.close();
  }

  @Test
  void aPdfBecomesChunksWithPagesVectorsAndASummary() throws Exception {
    PipelineOutput output = run("a.pdf", report(), SMALL, SILENT);

    assertThat(output.mediaType()).isEqualTo("application/pdf");
    assertThat(output.pages()).isEqualTo(5);
    assertThat(output.language()).isEqualTo("en");
    assertThat(output.model()).isEqualTo("all-minilm-l6-v2-q");
    assertThat(output.dimensions()).isEqualTo(384);
    assertThat(output.chunks()).extracting(Chunk::page).contains(1, 5).isSorted();
    assertThat(output.chunks())
        .allSatisfy(
            chunk -> {
              assertThat(chunk.vector()).hasSize(384);
              assertThat(chunk.tokens()).isBetween(3, 256);
              assertThat(chunk.text()).hasSize(chunk.end() - chunk.start());
            });
    assertThat(output.summary()).contains("harbour");
    assertThat(output.stages()).extracting(StageTiming::stage).containsExactly(Stage.values());
  }

  @Test
  void theRightChunkIsNearestToAQuestion() throws Exception {
    List<Chunk> chunks = run("a.pdf", report(), SMALL, SILENT).chunks();
    float[] question = embedder.embed(List.of("Who feeds the penguins?"), (_, _) -> {}).getFirst();

    Chunk nearest =
        chunks.stream()
            .max((a, b) -> Double.compare(cosine(a, question), cosine(b, question)))
            .orElseThrow();

    assertThat(nearest.text()).contains("penguins");
  }

  private static double cosine(Chunk chunk, float[] question) {
    float[] vector = chunk.vector();
    assertThat(vector).isNotNull();
    return Vectors.cosine(vector, question);
  }

  @Test
  void withoutVectorsThereIsStillASummary() throws Exception {
    PipelineOutput output = run("a.pdf", report(), WITHOUT_VECTORS, SILENT);

    assertThat(output.model()).isNull();
    assertThat(output.dimensions()).isZero();
    assertThat(output.chunks())
        .allSatisfy(
            chunk -> {
              assertThat(chunk.vector()).isNull();
              assertThat(chunk.tokens()).isZero();
            });
    assertThat(output.summary()).isNotBlank();
  }

  @Test
  void percentNeverGoesBackAndEndsAtAHundred() throws Exception {
    List<Integer> percents = new ArrayList<>();
    List<String> details = new ArrayList<>();

    run(
        "a.pdf",
        report(),
        SMALL,
        (_, percent, detail) -> {
          percents.add(percent);
          if (detail != null) {
            details.add(detail);
          }
        });

    assertThat(percents).isSorted().startsWith(0).endsWith(100);
    assertThat(details)
        .contains("page 2 of 5")
        .anyMatch(detail -> detail.startsWith("chunk 1 of "));
  }

  @Test
  void aTextInAnotherLanguageIsFinishedWithAWarning() throws Exception {
    String text =
        "Der Hafen von Hamburg ist einer der größten und er liegt an der Elbe. ".repeat(3);

    PipelineOutput output = run("a.txt", text.getBytes(UTF_8), PipelineOptions.DEFAULT, SILENT);

    assertThat(output.language()).isEqualTo("de");
    assertThat(output.warnings()).hasSize(1).first().asString().contains("German", "English");
    assertThat(run("a.txt", text.getBytes(UTF_8), WITHOUT_VECTORS, SILENT).warnings()).isEmpty();
  }

  @Test
  void aDenseScriptIsSplitBelowTheModelsLimit() throws Exception {
    String text = "東京は日本の首都であり多くの人が住んでいる大都市です。".repeat(100);

    PipelineOutput output = run("a.txt", text.getBytes(UTF_8), PipelineOptions.DEFAULT, SILENT);

    assertThat(output.chunks())
        .hasSizeGreaterThan(5)
        .allSatisfy(chunk -> assertThat(chunk.tokens()).isLessThanOrEqualTo(256));
    assertThat(output.chunks().getLast().end()).isEqualTo(text.length());
    assertThat(output.summary()).isNotBlank();
  }

  @Test
  void aDocumentsFailureHasItsCodeAndWords() throws Exception {
    var failure =
        catchThrowableOfType(
            PipelineException.class,
            () -> run("leer.txt", new byte[0], PipelineOptions.DEFAULT, SILENT));

    assertThat(failure.code()).isEqualTo(ErrorCode.EMPTY_DOCUMENT);
    assertThat(failure).hasMessageStartingWith("“leer.txt” is empty");
  }

  @Test
  void aTextOfOnlyInvisibleCharactersHasNoText() throws Exception {
    byte[] invisible = "\u200B\u2060\uFEFF\u200B".getBytes(UTF_8);

    var failure =
        catchThrowableOfType(
            PipelineException.class,
            () -> run("a.txt", invisible, PipelineOptions.DEFAULT, SILENT));

    assertThat(failure.code()).isEqualTo(ErrorCode.NO_TEXT);
  }

  @Test
  void anEndpointThatRefusesIsEmbeddingUnavailable() throws Exception {
    var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpServer server = HttpServer.create(loopback, 0);
    server.createContext("/", exchange -> exchange.sendResponseHeaders(401, -1));
    server.start();
    URI refusing = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
    try (Embedder endpoint = Embedder.of(config("sk-secret", refusing))) {
      Path document = Files.write(folder.resolve("a.txt"), "Some text.".getBytes(UTF_8));
      var request = new PipelineRequest(document, "a.txt", null, PipelineOptions.DEFAULT);

      var failure =
          catchThrowableOfType(
              PipelineException.class,
              () -> new DocumentPipeline(parsers, endpoint).run(request, SILENT));

      assertThat(failure.code()).isEqualTo(ErrorCode.EMBEDDING_UNAVAILABLE);
      assertThat(failure).hasMessageContaining("OPENAI_API_KEY").hasMessageNotContaining("sk-");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aChatModelWritesTheSummary() throws Exception {
    String text = "The harbour was busy this year. ".repeat(40);
    try (var server = new ChatServer();
        ChatModel chat = server.model()) {
      server.say("Many ships came to the harbour.");

      PipelineOutput output = run("a.txt", text, chat, StageOutputs.NONE);

      assertThat(output.summary()).isEqualTo("Many ships came to the harbour.");
      assertThat(output.warnings()).isEmpty();
      assertThat(server.asked()).contains("busy this year");
    }
  }

  @Test
  void whereTheChatModelFailsThereAreSentencesAndAWarning() throws Exception {
    String text = "The harbour was busy this year. ".repeat(40);
    var outputs = new MemoryOutputs();
    try (var server = new ChatServer();
        ChatModel chat = server.model()) {
      server.answer(401);

      PipelineOutput output = run("a.txt", text, chat, outputs);

      assertThat(output.summary()).contains("The harbour was busy this year.");
      assertThat(output.warnings())
          .singleElement(InstanceOfAssertFactories.STRING)
          .startsWith("The summary consists of sentences of the document")
          .contains("OPENAI_API_KEY")
          .doesNotContain("sk-");
      assertThat(outputs.stages()).doesNotContain(Stage.SUMMARISE);

      server.say("Many ships came.");
      PipelineOutput better = run("a.txt", text, chat, outputs);
      assertThat(better.summary()).isEqualTo("Many ships came.");
      assertThat(better.warnings()).isEmpty();
    }
  }

  private PipelineOutput run(String name, String text, ChatModel chat, StageOutputs outputs)
      throws IOException, InterruptedException {
    Path document = Files.writeString(folder.resolve(name), text);
    return new DocumentPipeline(parsers, embedder, chat)
        .run(new PipelineRequest(document, name, null, PipelineOptions.DEFAULT), outputs, SILENT);
  }

  @Test
  void interruptionStopsItInAnyStage() {
    for (Stage stage : Stage.values()) {
      assertThatThrownBy(
              () ->
                  run(
                      "a.pdf",
                      report(),
                      PipelineOptions.DEFAULT,
                      (at, _, _) -> {
                        if (at == stage) {
                          Thread.currentThread().interrupt();
                        }
                      }))
          .as(stage.wireName())
          .isInstanceOf(InterruptedException.class);
    }
  }

  private PipelineOutput run(
      String name, byte[] content, PipelineOptions options, ProgressListener listener)
      throws IOException, InterruptedException {
    Path document = Files.write(folder.resolve(name), content);
    return new DocumentPipeline(parsers, embedder)
        .run(new PipelineRequest(document, name, null, options), listener);
  }

  private static byte[] report() {
    String harbour =
        """
        The harbour of Wellington was busier this year than in the year before.
        Container ships brought goods to the harbour from many other countries.
        Pilots guided each of the large ships through the narrow entrance.
        """;
    String penguins = "Volunteers feed the little penguins that nest below the old wharf.\n";
    return TestDocuments.pdf(
        List.of(
            harbour,
            harbour.replace("year", "month").replace("many", "nearby"),
            penguins.repeat(1) + "They bring fish every evening and count the birds.\n",
            harbour.replace("Wellington", "Nelson").replace("narrow", "shallow"),
            harbour.replace("Container", "Fishing").replace("large", "small")));
  }

  private static EmbedConfig config(@Nullable String key, URI url) {
    return new EmbedConfig(null, key, url, "test-model", null);
  }
}
