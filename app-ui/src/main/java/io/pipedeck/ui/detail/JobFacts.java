package io.pipedeck.ui.detail;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.api.JobView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a job's payload and result say, in types. Rows of other programs hold any JSON: what is not
 * there, or not of the kind expected, is empty.
 *
 * @param warnings each in words
 */
record JobFacts(
    OptionalLong sizeBytes,
    String mediaType,
    String sha256,
    String summary,
    OptionalLong chunks,
    OptionalLong embeddings,
    OptionalLong pages,
    OptionalLong words,
    String language,
    List<String> warnings,
    List<StageTime> stages) {

  /** How long one stage took. */
  record StageTime(String stage, Duration took) {}

  static JobFacts of(JobView job) {
    JsonNode payload = orMissing(job.payload());
    JsonNode result = orMissing(job.result());
    OptionalLong pages = number(result, "pages");
    return new JobFacts(
        number(payload, "size_bytes"),
        payload.path("media_type").asText(""),
        payload.path("sha256").asText(""),
        result.path("summary").asText("").strip(),
        number(result, "chunks"),
        number(result, "embeddings"),
        pages.isPresent() ? pages : number(payload, "pages"),
        number(result, "words"),
        result.path("language").asText(""),
        warnings(result.path("warnings")),
        stages(result.path("stages")));
  }

  private static JsonNode orMissing(@org.jspecify.annotations.Nullable JsonNode node) {
    return node == null ? com.fasterxml.jackson.databind.node.MissingNode.getInstance() : node;
  }

  private static OptionalLong number(JsonNode object, String name) {
    JsonNode value = object.path(name);
    if (value.isArray()) {
      return OptionalLong.of(value.size());
    }
    return value.isNumber() ? OptionalLong.of(value.asLong()) : OptionalLong.empty();
  }

  private static List<String> warnings(JsonNode array) {
    List<String> words = new ArrayList<>();
    for (JsonNode warning : array) {
      words.add(warning.isTextual() ? warning.asText() : inWords(warning));
    }
    return List.copyOf(words);
  }

  private static String inWords(JsonNode warning) {
    for (String name : List.of("detail", "message", "code")) {
      if (warning.path(name).isTextual()) {
        return warning.path(name).asText();
      }
    }
    return warning.toString();
  }

  private static List<StageTime> stages(JsonNode array) {
    List<StageTime> stages = new ArrayList<>();
    for (JsonNode stage : array) {
      if (stage.path("stage").isTextual()) {
        long millis = Math.round(stage.path("seconds").asDouble(0) * 1000);
        stages.add(new StageTime(stage.path("stage").asText(), Duration.ofMillis(millis)));
      }
    }
    return List.copyOf(stages);
  }
}
