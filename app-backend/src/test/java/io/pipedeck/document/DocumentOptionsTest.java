package io.pipedeck.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipedeck.api.Json;
import io.pipedeck.pipeline.PipelineOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentOptionsTest {
  @Test
  void whatIsLeftOutIsTheDefault() throws Exception {
    assertThat(DocumentOptions.of(null)).isEqualTo(PipelineOptions.DEFAULT);
    assertThat(of("{}")).isEqualTo(PipelineOptions.DEFAULT);
    assertThat(of("null")).isEqualTo(PipelineOptions.DEFAULT);
    assertThat(of("{\"embed\": false}")).isEqualTo(new PipelineOptions(800, 100, true, false));
    assertThat(of("{\"chunk_size\": 400, \"chunk_overlap\": 0, \"ocr\": false, \"embed\": true}"))
        .isEqualTo(new PipelineOptions(400, 0, false, true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"chunk\": 1} | not chunk",
        "{\"chunk_size\": \"800\"} | chunk_size must be a whole number",
        "{\"chunk_size\": 800.5} | chunk_size must be a whole number",
        "{\"chunk_size\": 99999999999} | chunk_size must be a whole number",
        "{\"chunk_size\": null} | chunk_size must be a whole number",
        "{\"chunk_size\": 99} | 100 to 8000",
        "{\"chunk_size\": 8001} | 100 to 8000",
        "{\"chunk_overlap\": -1} | chunk_overlap",
        "{\"chunk_overlap\": 400} | chunk_overlap",
        "{\"ocr\": 1} | ocr must be true or false"
      })
  void whatIsWrongIsNamed(String json, String message) {
    assertThatThrownBy(() -> of(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "1", "\"x\"", "true"})
  void onlyAnObjectIsOptions(String json) {
    assertThatThrownBy(() -> of(json)).isInstanceOf(IllegalArgumentException.class);
  }

  private static PipelineOptions of(String json) throws Exception {
    return DocumentOptions.of(Json.mapper().readTree(json));
  }
}
