package io.pipedeck.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipedeck.config.EmbedConfig;
import io.pipedeck.config.ParseConfig;
import io.pipedeck.embed.Embedder;
import io.pipedeck.parse.ParserPool;
import io.pipedeck.parse.TestDocuments;
import io.pipedeck.pipeline.PipelineOutput.Chunk;
import io.pipedeck.pipeline.PipelineOutput.StageTiming;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that go on where an earlier one stopped; with real parser processes and the real model. */
class ResumeTest {
  private static final ProgressListener SILENT = (_, _, _) -> {};
  private static final PipelineOptions SMALL = new PipelineOptions(230, 30, true, true);

  @SuppressWarnings("NullAway.Init")
  private static ParserPool parsers;

  @SuppressWarnings("NullAway.Init")
  private static Embedder embedder;

  @TempDir Path folder;
  private final MemoryOutputs outputs = new MemoryOutputs();

  @BeforeAll
  static void open() {
    parsers = new ParserPool(new ParseConfig(1, 256, Duration.ofMinutes(1), 1_000_000, 64, 100));
    URI unused = URI.create("http://127.0.0.1/v1");
    embedder = Embedder.of(new EmbedConfig(null, null, unused, "unused", null));
  }

  @AfterAll
  static void close() {
    parsers.close();
    embedder.close();
  }

  @Test
  void aRunThatStoppedInAStageIsResumedAtThatStage() throws Exception {
    PipelineOutput whole = run(StageOutputs.NONE, SILENT);
    assertThat(whole.stages()).noneMatch(StageTiming::reused);
    for (Stage stage : Stage.values()) {
      outputs.parts.clear();
      assertThatThrownBy(() -> run(outputs, stopIn(stage)))
          .as(stage.wireName())
          .isInstanceOf(InterruptedException.class);

      PipelineOutput resumed = run(outputs, SILENT);

      for (StageTiming timing : resumed.stages()) {
        assertThat(timing.reused())
            .as(timing.stage() + " after a stop in " + stage)
            .isEqualTo(timing.stage().compareTo(stage) < 0);
      }
      assertSame(resumed, whole);
    }
  }

  @Test
  void theDocumentIsNotReadAgain() throws Exception {
    assertThatThrownBy(() -> run(outputs, stopIn(Stage.EMBED)))
        .isInstanceOf(InterruptedException.class);
    Files.delete(folder.resolve("a.pdf"));

    PipelineOutput resumed = pipeline().run(request(SMALL), outputs, SILENT);

    assertThat(resumed.pages()).isEqualTo(90);
    assertThat(resumed.title()).isNull();
  }

  @Test
  void embeddingGoesOnInTheMiddleAndPercentDoesNotGoBack() throws Exception {
    var stopped = new ArrayList<Integer>();
    int group = embedder.textsPerCall();
    assertThatThrownBy(
            () ->
                run(
                    outputs,
                    (stage, percent, detail) -> {
                      stopped.add(percent);
                      if (detail != null && detail.startsWith("chunk " + group + " of ")) {
                        // The last of its group: the next call ends.
                        Thread.currentThread().interrupt();
                      }
                    }))
        .isInstanceOf(InterruptedException.class);
    var percents = new ArrayList<Integer>();
    var details = new ArrayList<String>();

    run(
        outputs,
        (_, percent, detail) -> {
          percents.add(percent);
          if (detail != null) {
            details.add(detail);
          }
        });

    assertThat(details).first().asString().startsWith("chunk " + (group + 1) + " of ");
    assertThat(percents).isSorted().endsWith(100);
    assertThat(stopped).isSorted();
    assertThat(percents.getFirst()).isEqualTo(stopped.getLast());
  }

  @Test
  void aSecondRunHasNothingLeftToDo() throws Exception {
    PipelineOutput first = run(outputs, SILENT);

    PipelineOutput second = run(outputs, SILENT);

    assertThat(outputs.stages())
        .containsExactly(Stage.CLEAN, Stage.CHUNK, Stage.EMBED, Stage.SUMMARISE);
    assertThat(second.stages()).allMatch(StageTiming::reused);
    assertSame(second, first);
  }

  @Test
  void otherOptionsReuseTheTextAndCutItAnew() throws Exception {
    run(outputs, SILENT);
    var larger = new PipelineOptions(500, 50, true, true);

    PipelineOutput second = pipeline().run(request(larger), outputs, SILENT);

    assertThat(second.stages())
        .extracting(StageTiming::reused)
        .containsExactly(true, true, false, false, false);
    assertThat(second.chunks()).anyMatch(chunk -> chunk.text().length() > 230);
  }

  @Test
  void whatCantBeReadIsMadeAgain() throws Exception {
    PipelineOutput first = run(outputs, SILENT);
    outputs.parts.values().forEach(parts -> parts.replaceAll(_ -> "garbage".getBytes(UTF_8)));

    PipelineOutput second = run(outputs, SILENT);

    assertThat(second.stages()).noneMatch(StageTiming::reused);
    assertSame(second, first);
  }

  private static void assertSame(PipelineOutput actual, PipelineOutput expected) {
    assertThat(actual)
        .usingRecursiveComparison()
        .ignoringFields("stages", "chunks")
        .isEqualTo(expected);
    assertThat(actual.chunks()).hasSameSizeAs(expected.chunks());
    for (int i = 0; i < actual.chunks().size(); i++) {
      Chunk chunk = actual.chunks().get(i);
      assertThat(chunk).usingRecursiveComparison().isEqualTo(expected.chunks().get(i));
    }
  }

  /** Interrupts as soon as that stage tells of itself. */
  private static ProgressListener stopIn(Stage stage) {
    return (at, _, _) -> {
      if (at == stage) {
        Thread.currentThread().interrupt();
      }
    };
  }

  private PipelineOutput run(StageOutputs kept, ProgressListener listener)
      throws IOException, InterruptedException {
    List<String> pages = IntStream.range(0, 90).mapToObj(ResumeTest::page).toList();
    Files.write(folder.resolve("a.pdf"), TestDocuments.pdf(pages));
    return pipeline().run(request(SMALL), kept, listener);
  }

  /** Lines that differ by more than numbers, or they would be taken for running heads. */
  private static String page(int number) {
    String ship = "ship " + (char) ('a' + number % 26) + (char) ('a' + number / 26);
    return """
        The harbour of Wellington was busier when the SHIP came than in the year before it.
        Containers of the SHIP brought goods to the harbour from many other countries.
        Pilots guided the large SHIP through the narrow entrance.
        Volunteers on the SHIP feed the little penguins that nest below the old wharf.
        They bring fish to the SHIP every evening and count the birds in the dark.
        """
        .replace("SHIP", ship);
  }

  private static DocumentPipeline pipeline() {
    return new DocumentPipeline(parsers, embedder);
  }

  private PipelineRequest request(PipelineOptions options) {
    return new PipelineRequest(folder.resolve("a.pdf"), "a.pdf", null, options);
  }
}
