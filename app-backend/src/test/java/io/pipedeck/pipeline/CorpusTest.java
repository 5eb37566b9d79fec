package io.pipedeck.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.Json;
import io.pipedeck.config.EmbedConfig;
import io.pipedeck.config.OcrConfig;
import io.pipedeck.config.ParseConfig;
import io.pipedeck.embed.Embedder;
import io.pipedeck.parse.Ocr;
import io.pipedeck.parse.ParserPool;
import io.pipedeck.pipeline.PipelineOutput.Chunk;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Real and hostile documents from a folder beside the repository, each through the whole pipeline.
 * Skipped where the folder is not there; {@code -Dcorpus=…} names another one.
 */
class CorpusTest {
  /**
   * Longer ones run without vectors here: the time would go into the same few steps over and over.
   */
  private static final long EMBED_UP_TO_BYTES = 600_000;

  /** Those that the notes don't tell. */
  private static final Map<String, String> PASSWORDS = Map.of("testODTEncrypted.odt", "tika");

  private static final String OFFICE = "application/vnd.openxmlformats-officedocument.";

  /** What a document with a password is when it is open. */
  private static final Map<String, String> TYPES =
      Map.of(
          "pdf",
          "application/pdf",
          "odt",
          "application/vnd.oasis.opendocument.text",
          "xlsx",
          OFFICE + "spreadsheetml.sheet",
          "pptx",
          OFFICE + "presentationml.presentation");

  private static final Pattern PASSWORD = Pattern.compile("password: (\\S+)");

  private static final @Nullable Path FOLDER = find();

  @SuppressWarnings("NullAway.Init")
  private static ParserPool parsers;

  @SuppressWarnings("NullAway.Init")
  private static Embedder embedder;

  @BeforeAll
  static void open() {
    var ocr = new OcrConfig(List.of("eng", "deu"), "tesseract", Duration.ofMinutes(1), 50);
    parsers =
        new ParserPool(
            new ParseConfig(2, 256, Duration.ofMinutes(1), 20_000_000, 512, 100, 200, 4, ocr));
    embedder =
        Embedder.of(new EmbedConfig(null, null, URI.create("http://127.0.0.1/v1"), "unused", null));
  }

  @AfterAll
  static void close() {
    parsers.close();
    embedder.close();
  }

  @Test
  void theCorpusIsThere() {
    assumeTrue(FOLDER != null, "no corpus folder beside the repository: its documents are skipped");
    assertThat(FOLDER).isNotNull();
    assertThat(FOLDER.resolve("manifest.json")).isRegularFile();
  }

  @TestFactory
  Stream<DynamicTest> everyDocumentEndsAsItsManifestSays() throws IOException {
    if (FOLDER == null) {
      return Stream.empty();
    }
    JsonNode manifest = Json.mapper().readTree(FOLDER.resolve("manifest.json").toFile());
    return StreamSupport.stream(manifest.get("files").spliterator(), false)
        .map(entry -> DynamicTest.dynamicTest(entry.get("file").asText(), () -> check(entry)));
  }

  @TestFactory
  Stream<DynamicTest> theirPasswordsOpenTheDocuments() throws IOException {
    if (FOLDER == null) {
      return Stream.empty();
    }
    JsonNode manifest = Json.mapper().readTree(FOLDER.resolve("manifest.json").toFile());
    return StreamSupport.stream(manifest.get("files").spliterator(), false)
        .filter(entry -> password(entry) != null)
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.get("file").asText(),
                    () -> {
                      String file = entry.get("file").asText();
                      PipelineOutput output = run(file, 0, password(entry));
                      assertThat(output.chunks()).isNotEmpty();
                      assertThat(output.mediaType())
                          .isEqualTo(TYPES.get(file.substring(file.lastIndexOf('.') + 1)));
                      assertThatThrownBy(() -> run(file, 0, "wrong"))
                          .isInstanceOfSatisfying(
                              PipelineException.class,
                              e -> assertThat(e.code()).isEqualTo(ErrorCode.WRONG_PASSWORD));
                    }));
  }

  private static @Nullable String password(JsonNode entry) {
    Matcher password = PASSWORD.matcher(entry.get("note").asText());
    return password.find() ? password.group(1) : PASSWORDS.get(entry.get("file").asText());
  }

  @TestFactory
  Stream<DynamicTest> picturesAndScansAreReadWhereTesseractIsInstalled()
      throws IOException, InterruptedException {
    if (FOLDER == null || !Ocr.installed("tesseract").contains("eng")) {
      return Stream.empty();
    }
    return Map.of("testOCR.pdf", "Happy New Year", "testOCR.png", "some words").entrySet().stream()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.getKey(),
                    () ->
                        assertThat(run(each.getKey(), 0, null).chunks())
                            .extracting(Chunk::text)
                            .anyMatch(text -> text.contains(each.getValue()))));
  }

  private static void check(JsonNode expected) throws IOException, InterruptedException {
    String expectation = expected.get("expect").asText();
    try {
      PipelineOutput output =
          run(expected.get("file").asText(), expected.get("bytes").asLong(), null);
      assertThat(expectation).as("finished").isIn("finished", "either");
      checkOutput(expected, output);
    } catch (PipelineException e) {
      assertThat(expectation).as(e.getMessage()).isIn("failed", "either");
      assertThat(e.code()).isIn(codes(expected));
      assertThat(e).hasMessageContaining("“");
    }
  }

  private static PipelineOutput run(String file, long bytes, @Nullable String password)
      throws InterruptedException {
    assertThat(FOLDER).isNotNull();
    String name = file.equals("made-te-reo.txt") ? "ā te reo Māori 📄.txt" : file;
    var options = new PipelineOptions(800, 100, true, bytes <= EMBED_UP_TO_BYTES);
    var percents = new int[] {0};
    return new DocumentPipeline(parsers, embedder)
        .run(
            new PipelineRequest(FOLDER.resolve(file), name, password, options),
            (_, percent, _) -> {
              assertThat(percent).isBetween(percents[0], 100);
              percents[0] = percent;
            });
  }

  private static void checkOutput(JsonNode expected, PipelineOutput output) throws IOException {
    assertThat(FOLDER).isNotNull();
    assertThat(output.chunks()).isNotEmpty();
    assertThat(output.summary()).isNotBlank();
    assertThat(output.stages())
        .extracting(PipelineOutput.StageTiming::stage)
        .containsExactly(Stage.values());
    if (expected.get("pages").isNumber()) {
      assertThat(output.pages()).isEqualTo(expected.get("pages").asInt());
      assertThat(output.chunks()).extracting(Chunk::page).doesNotContainNull().isSorted();
      new PrintedPages(FOLDER.resolve(expected.get("file").asText())).check(output.chunks());
    }
    List<String> texts =
        output.chunks().stream().map(chunk -> chunk.text().replaceAll("\\s+", " ")).toList();
    for (JsonNode words : expected.get("contains")) {
      assertThat(texts).anyMatch(text -> text.contains(words.asText()));
    }
    assertThat(texts).noneMatch(text -> text.indexOf('\0') >= 0);
  }

  private static Set<ErrorCode> codes(JsonNode expected) {
    String code = expected.get("error_code").asText("");
    String note = expected.get("note").asText();
    // Notes name codes that are as good: "unsupported_type is as good".
    return Stream.of(ErrorCode.values())
        .filter(
            known ->
                known.wireName().equals(code)
                    || note.contains(known.wireName())
                    || (expected.get("error_code").isNull()
                        && known.retry() == ErrorCode.Retry.NEVER))
        .collect(Collectors.toSet());
  }

  private static @Nullable Path find() {
    @Nullable String named = System.getProperty("corpus");
    if (named != null) {
      return Path.of(named);
    }
    for (@Nullable Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path folder = at.resolveSibling("shared").resolve("corpus");
      if (Files.isRegularFile(folder.resolve("manifest.json"))) {
        return folder;
      }
    }
    return null;
  }
}
