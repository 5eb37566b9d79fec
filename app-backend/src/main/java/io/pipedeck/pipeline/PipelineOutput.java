package io.pipedeck.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of a document.
 *
 * @param mediaType as detected from the content
 * @param pages null where the format has none
 * @param language ISO 639-1 code, null where it can't be told
 * @param created when the document says it was made; null where it doesn't
 * @param modified when it says it was last changed
 * @param model name of the model of the vectors, null without vectors
 * @param dimensions length of each vector, 0 without vectors
 * @param summary three to six sentences, fewer where the document has fewer
 * @param warnings what a reader of the result must know, such as pages without text
 */
public record PipelineOutput(
    String mediaType,
    @Nullable Integer pages,
    int words,
    @Nullable String language,
    @Nullable String title,
    @Nullable String author,
    @Nullable Instant created,
    @Nullable Instant modified,
    @Nullable String model,
    int dimensions,
    List<Chunk> chunks,
    String summary,
    List<String> warnings,
    List<StageTiming> stages) {

  /**
   * A piece of the clean text.
   *
   * @param ordinal from 0, without gaps
   * @param page where it begins, from 1; null where the format has none
   * @param start offset of its first character in the clean text
   * @param end offset behind its last character
   * @param heading the headings above it, outermost first, joined by " › "; null for none
   * @param tokens as the model's tokenizer counts them; 0 without vectors
   * @param vector of length 1, or null without vectors
   */
  @SuppressWarnings(
      "ArrayRecordComponent") // never compared; a list of boxed floats costs five times the memory
  public record Chunk(
      int ordinal,
      @Nullable Integer page,
      int start,
      int end,
      @Nullable String heading,
      String text,
      int tokens,
      float @Nullable [] vector) {}

  /**
   * How long a stage took.
   *
   * @param reused whether its output was that of an earlier run, and the time that of reading it
   */
  public record StageTiming(Stage stage, Duration duration, boolean reused) {}
}
