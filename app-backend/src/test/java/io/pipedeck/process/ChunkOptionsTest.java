package io.pipedeck.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What a sender may choose for one document, over HTTP. */
class ChunkOptionsTest {
  private static final String TEXT =
      "The harbour of Wellington was busy in this year. ".repeat(60).strip();

  @Test
  void chunksAreAsLongAsTheJobAsks() throws Exception {
    try (var calls = new Calls(SharedBackend.url())) {
      JsonNode usual = run(calls, "{}");
      JsonNode small = run(calls, "{\"chunk_size\": 200, \"chunk_overlap\": 40}");
      JsonNode plain = run(calls, "{\"chunk_size\": 200, \"chunk_overlap\": 0, \"embed\": false}");

      assertThat(usual.path("chunks").asInt()).isBetween(4, 6);
      assertThat(usual.path("embeddings")).isEqualTo(usual.path("chunks"));
      // Four sentences fill a chunk; with an overlap of 40 only three are new.
      assertThat(small.path("chunks").asInt()).isBetween(20, 30);
      assertThat(plain.path("chunks").asInt()).isEqualTo(15);
      assertThat(plain.path("embeddings").asInt()).isZero();
    }
  }

  private static JsonNode run(Calls calls, String options)
      throws IOException, InterruptedException {
    var form = new Form().field("options", options).file("harbour.txt", TEXT.getBytes(UTF_8));
    JsonNode answer = calls.enqueue(form, "X-Realm", "chunk-options").json();
    JsonNode job = calls.awaitEnd(answer.path("job_id").asText());
    assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("finished");
    return job.path("result");
  }
}
