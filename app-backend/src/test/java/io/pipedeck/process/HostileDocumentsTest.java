package io.pipedeck.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.embedded.TestServers;
import io.pipedeck.parse.TestDocuments;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Documents that are built, or broken, so that reading them does harm: each costs its own job. */
class HostileDocumentsTest {
  @Test
  void aHostileDocumentEndsWithItsCodeAndTheNextOneIsRead() throws Exception {
    byte[] huge =
        TestDocuments.docx(TestDocuments.paragraph("", "Many small paragraphs.").repeat(200_000));
    byte[] bomb =
        TestDocuments.withParts(
            TestDocuments.docx(TestDocuments.paragraph("", "Boom.")),
            Map.of("word/media/zeros.bin", "\0".repeat(8 << 20)));
    try (var home = Home.fresh();
        var process =
            BackendProcess.command(home, "serve")
                .with("DATABASE_URL", TestServers.freshDatabase().url())
                .with("REDIS_URL", TestServers.freshRedis().toString())
                .with("WORKER_RETRY_DELAYS", "0s,0s,0s")
                .with("PARSE_HEAP_MB", "64")
                .with("PARSE_MAX_UNPACKED_MB", "40")
                .start();
        var calls = new Calls(process.url())) {
      JsonNode outOfMemory = ended(calls, new Form().file("huge.docx", huge));
      assertThat(outOfMemory.get("error_code").textValue()).isEqualTo("out_of_memory");
      assertThat(outOfMemory.get("attempt").intValue()).as("tried once more").isEqualTo(2);
      assertThat(outOfMemory.get("error").textValue()).contains("64 MiB");

      byte[] bombs =
          TestDocuments.zipOf(
              Map.of("1", bomb, "2", TestDocuments.zip(Map.of("z", "\0".repeat(48 << 20)))));
      JsonNode unsafe = ended(calls, new Form().file("bomb.docx", bombs));
      assertThat(unsafe.get("error_code").textValue()).isEqualTo("unsafe_document");
      assertThat(unsafe.get("attempt").intValue()).as("never tried again").isEqualTo(1);

      JsonNode next = ended(calls, Form.ofFile("a.txt", "Whales sing in deep water."));
      assertThat(next.get("status").textValue()).isEqualTo("finished");
      assertThat(process.said()).doesNotContain(" ERROR ");
    }
  }

  @Test
  void aDocumentThatTakesTooLongIsTriedOnceMore() throws Exception {
    byte[] endless =
        TestDocuments.docx(TestDocuments.paragraph("", "Many small paragraphs.").repeat(200_000));
    try (var home = Home.fresh();
        var process =
            BackendProcess.command(home, "serve")
                .with("DATABASE_URL", TestServers.freshDatabase().url())
                .with("REDIS_URL", TestServers.freshRedis().toString())
                .with("WORKER_RETRY_DELAYS", "0s,0s,0s")
                .with("PARSE_DEADLINE", "1s")
                .start();
        var calls = new Calls(process.url())) {
      JsonNode late = ended(calls, new Form().file("endless.docx", endless));

      assertThat(late.get("error_code").textValue()).isEqualTo("timeout");
      assertThat(late.get("attempt").intValue()).isEqualTo(2);
      assertThat(ended(calls, Form.ofFile("a.txt", "Whales sing.")).get("status").textValue())
          .isEqualTo("finished");
    }
  }

  private static JsonNode ended(Calls calls, Form form) throws Exception {
    var answer = calls.enqueue(form);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return calls.awaitEnd(answer.json().get("job_id").textValue());
  }
}
