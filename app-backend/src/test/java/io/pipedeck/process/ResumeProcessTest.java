package io.pipedeck.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.api.PipedeckClient;
import io.pipedeck.api.Upload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A backend that is killed in the middle of a document, and the one that comes after it. */
class ResumeProcessTest {
  private static final List<String> STAGES =
      List.of("parse", "clean", "chunk", "embed", "summarise");

  private final Home home = Home.fresh();
  private BackendProcess backend = start();

  private BackendProcess start() {
    return BackendProcess.command(home, "serve")
        .with("WORKER_LEASE", "5s")
        .with("WORKER_LEASE_RENEWAL", "1s")
        .start();
  }

  @AfterEach
  void end() {
    backend.close();
    home.close();
  }

  @Test
  void afterAKillInEmbedTheNextAttemptBeginsThere() throws Exception {
    Path file = home.file("long.txt", text(9_000));
    UUID id = send(file);
    int reached;
    try (var calls = calls()) {
      JsonNode seen =
          Await.value(
              "embedding to be half done",
              () -> status(calls, id).path("progress"),
              progress ->
                  progress.path("stage").asText().equals("embed")
                      && progress.path("percent").asInt() >= 40);
      assertThat(seen.path("detail").asText()).matches("chunk \\d+ of \\d+");
      reached = seen.path("percent").asInt();
    }
    backend.kill();

    backend = start();
    backend.awaitListening();
    var percents = new ArrayList<Integer>();
    try (var calls = calls()) {
      JsonNode job =
          Await.value(
              "the end of the job",
              () -> {
                JsonNode now = status(calls, id);
                JsonNode percent = now.path("progress").path("percent");
                if (percent.isNumber()) {
                  percents.add(percent.asInt());
                }
                return now;
              },
              now -> now.path("status").asText().equals("finished"));

      assertThat(job.path("attempt").asInt()).isEqualTo(2);
      assertThat(reused(job)).containsExactly(true, true, true, false, false);
      assertThat(job.path("result").path("embeddings").asInt())
          .isEqualTo(job.path("result").path("chunks").asInt())
          .isGreaterThan(500);
      // A group of chunks may have been done and not kept yet: it is done again, and not told of.
      assertThat(percents).isNotEmpty().isSorted().allMatch(percent -> percent >= reached);
    }

    UUID again = send(file);
    try (var calls = calls()) {
      assertThat(again).isNotEqualTo(id);
      JsonNode job = calls.awaitEnd(again.toString());
      assertThat(reused(job)).containsExactly(true, true, true, true, true);
      assertThat(job.path("result").path("chunks"))
          .isEqualTo(status(calls, id).path("result").path("chunks"));
      assertThat(job.path("result").path("summary"))
          .isEqualTo(status(calls, id).path("result").path("summary"));
    }
  }

  private UUID send(Path file) throws IOException, InterruptedException {
    backend.awaitListening();
    try (PipedeckClient client = backend.client()) {
      var upload = new Upload(file, "long.txt", "default", "resume", null);
      return client.enqueue(upload, (_, _) -> {}).jobId();
    }
  }

  private Calls calls() throws InterruptedException {
    return new Calls(backend.url());
  }

  private static JsonNode status(Calls calls, UUID id) throws IOException, InterruptedException {
    return calls.get("/pipeline/status/" + id).json();
  }

  private static List<Boolean> reused(JsonNode job) {
    var names = new ArrayList<String>();
    var reused = new ArrayList<Boolean>();
    for (JsonNode stage : job.path("result").path("stages")) {
      names.add(stage.path("stage").asText());
      reused.add(stage.path("reused").asBoolean());
    }
    assertThat(names).as(job.toString()).isEqualTo(STAGES);
    return reused;
  }

  /** So many sentences, no two the same. */
  private static String text(int sentences) {
    var text = new StringBuilder();
    for (int i = 0; i < sentences; i++) {
      text.append("Whale number ").append(i).append(" sang in the sea near island ");
      text.append(i % 97).append(i % 5 == 4 ? ".\n\n" : ". ");
    }
    return text.toString();
  }
}
