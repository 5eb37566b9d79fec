package io.pipedeck.document;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.pipeline.PipelineOptions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The wire form of a document's options: {@code chunk_size, chunk_overlap, ocr, embed}. */
public final class DocumentOptions {
  private static final Set<String> KNOWN = Set.of("chunk_size", "chunk_overlap", "ocr", "embed");

  private DocumentOptions() {}

  /**
   * The options that JSON says, the defaults for what it leaves out.
   *
   * @throws IllegalArgumentException if a member is unknown, of another type, or out of its range
   */
  public static PipelineOptions of(@Nullable JsonNode json) {
    if (json == null || json.isNull()) {
      return PipelineOptions.DEFAULT;
    }
    if (!json.isObject()) {
      throw new IllegalArgumentException("options must be a JSON object");
    }
    json.fieldNames()
        .forEachRemaining(
            name -> {
              if (!KNOWN.contains(name)) {
                throw new IllegalArgumentException(
                    "options know " + KNOWN.stream().sorted().toList() + ", not " + name);
              }
            });
    PipelineOptions defaults = PipelineOptions.DEFAULT;
    return new PipelineOptions(
        number(json, "chunk_size", defaults.chunkSize()),
        number(json, "chunk_overlap", defaults.chunkOverlap()),
        flag(json, "ocr", defaults.ocr()),
        flag(json, "embed", defaults.embed()));
  }

  private static int number(JsonNode json, String name, int otherwise) {
    JsonNode value = json.get(name);
    if (value == null) {
      return otherwise;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw new IllegalArgumentException(name + " must be a whole number");
    }
    return value.intValue();
  }

  private static boolean flag(JsonNode json, String name, boolean otherwise) {
    JsonNode value = json.get(name);
    if (value == null) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw new IllegalArgumentException(name + " must be true or false");
    }
    return value.booleanValue();
  }
}
