package io.pipedeck.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundled model, really loaded. */
class OnnxEmbedderTest {
  private static final EmbedProgress SILENT = (_, _) -> {};

  @SuppressWarnings("NullAway.Init")
  private static OnnxEmbedder embedder;

  @TempDir Path folder;

  @BeforeAll
  static void open() {
    embedder = new OnnxEmbedder(ModelFiles.of(null), 2);
  }

  @AfterAll
  static void close() {
    embedder.close();
  }

  @Test
  void paraphrasesAreNearerThanUnrelatedSentences() throws Exception {
    List<float[]> v =
        embedder.embed(
            List.of(
                "A cat is sitting on the mat.",
                "A kitten sits on a rug.",
                "The central bank raised its interest rate."),
            SILENT);

    assertThat(Vectors.cosine(v.get(0), v.get(1))).isGreaterThan(0.6);
    assertThat(Vectors.cosine(v.get(0), v.get(2))).isLessThan(0.2);
  }

  @Test
  void vectorsHaveLengthOneAndTheModelsDimensions() throws Exception {
    float[] vector = embedder.embed(List.of("Any text at all"), SILENT).getFirst();

    assertThat(vector).hasSize(384).hasSize(embedder.dimensions());
    assertThat(Vectors.cosine(vector, vector)).isCloseTo(1, within(1e-5));
  }

  @Test
  void aTextGetsTheSameVectorAloneAndAmongOthers() throws Exception {
    String text = "The committee met on Tuesday to discuss the budget.";
    float[] alone = embedder.embed(List.of(text), SILENT).getFirst();
    List<String> many = new ArrayList<>(Collections.nCopies(20, "Something else, much longer. "));
    many.set(13, text);

    assertThat(embedder.embed(many, SILENT).get(13)).isEqualTo(alone);
  }

  @Test
  void tokensAreCountedWithoutTheCutOfTheTokenizerFile() {
    assertThat(embedder.countTokens("hello world")).isEqualTo(4);
    assertThat(embedder.countTokens("hello world ".repeat(300))).isEqualTo(602);
    assertThat(embedder.maxTokens()).isEqualTo(256);
  }

  @Test
  void aTextOverTheLimitIsRefusedNotCut() {
    assertThatThrownBy(() -> embedder.embed(List.of("hello world ".repeat(300)), SILENT))
        .isInstanceOf(EmbedException.class)
        .rootCause()
        .hasMessageContaining("602 tokens");
  }

  @Test
  void progressCountsEachText() throws Exception {
    List<String> heard = new ArrayList<>();

    embedder.embed(Collections.nCopies(5, "text"), (done, of) -> heard.add(done + "/" + of));

    assertThat(heard).containsExactly("1/5", "2/5", "3/5", "4/5", "5/5");
  }

  @Test
  void anInterruptedCallerStopsAndOthersGoOn() throws Exception {
    List<String> texts = Collections.nCopies(200, "A sentence of some length, to take a moment.");
    var heard = new ArrayList<Integer>();

    assertThatThrownBy(
            () ->
                embedder.embed(
                    texts,
                    (done, _) -> {
                      heard.add(done);
                      Thread.currentThread().interrupt();
                    }))
        .isInstanceOf(InterruptedException.class);

    assertThat(heard).containsExactly(1);
    assertThat(embedder.embed(List.of("next"), SILENT)).hasSize(1);
  }

  @Test
  void callersShareTheModel() {
    List<String> texts = List.of("one text", "another text", "a third text");
    List<CompletableFuture<List<float[]>>> callers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      callers.add(CompletableFuture.supplyAsync(() -> embedded(texts)));
    }
    List<float[]> expected = callers.getFirst().join();

    assertThat(callers)
        .allSatisfy(caller -> assertThat(caller.join().getLast()).isEqualTo(expected.getLast()));
  }

  private static List<float[]> embedded(List<String> texts) {
    try {
      return embedder.embed(texts, SILENT);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aModelOfAFolderHasItsOwnLimitAndAName() throws Exception {
    Files.writeString(folder.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 64}");
    copyModel();
    try (var other = new OnnxEmbedder(ModelFiles.of(folder), 1)) {
      assertThat(other.embed(List.of("Any text"), SILENT).getFirst())
          .isEqualTo(embedder.embed(List.of("Any text"), SILENT).getFirst());
      assertThat(other.maxTokens()).isEqualTo(64);
      assertThat(other.model()).matches(folder.getFileName() + "@[0-9a-f]{8}");
      assertThat(other.englishOnly()).isFalse();
      assertThatThrownBy(() -> other.embed(List.of("hello world ".repeat(40)), SILENT))
          .rootCause()
          .hasMessageContaining("the model takes 64");
    }
  }

  @Test
  void aFolderSaysWhetherTheFirstTokenStandsForTheText() throws Exception {
    copyModel();
    Files.createDirectory(folder.resolve("1_Pooling"));
    Files.writeString(
        folder.resolve("1_Pooling/config.json"),
        "{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": false}");
    try (var other = new OnnxEmbedder(ModelFiles.of(folder), 1)) {
      float[] first = other.embed(List.of("A cat sits on the mat."), SILENT).getFirst();
      float[] mean = embedder.embed(List.of("A cat sits on the mat."), SILENT).getFirst();

      assertThat(first).hasSize(384);
      assertThat(Vectors.cosine(first, first)).isCloseTo(1, within(1e-5));
      assertThat(Vectors.cosine(first, mean)).isLessThan(0.99);
    }
  }

  @Test
  void anotherModelInTheSameFolderHasAnotherName() throws Exception {
    ModelFiles files = ModelFiles.of(folder);
    Path model = folder.resolve("model.onnx");
    String first = files.nameOf(Files.writeString(model, "one"));

    assertThat(files.nameOf(Files.writeString(model, "two"))).isNotEqualTo(first);
  }

  private void copyModel() throws IOException {
    ModelFiles bundled = ModelFiles.of(null);
    Path _ = bundled.model(folder);
    try (InputStream tokenizer = bundled.tokenizer()) {
      Files.copy(tokenizer, folder.resolve("tokenizer.json"));
    }
  }

  @Test
  void aFolderWithoutModelSaysWhatBelongsThere() {
    try (var missing = new OnnxEmbedder(ModelFiles.of(Path.of("no-such-folder")), 1)) {
      assertThatThrownBy(() -> missing.embed(List.of("x"), SILENT))
          .isInstanceOf(EmbedException.class)
          .hasMessageContaining("model.onnx and tokenizer.json");
    }
  }
}
