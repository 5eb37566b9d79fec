package io.pipedeck.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.embedded.TestServers;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Documents that are far larger than the memory of the backend. */
class LargeUploadTest {
  private static final int MIB = 1 << 20;

  @ParameterizedTest
  @CsvSource({"local, 200", "postgres, 100"})
  void aLargeDocumentGoesThroughALittleMemory(String store, int mib) throws Exception {
    try (var home = Home.fresh();
        var api =
            BackendProcess.command(home, "api")
                .with("DATABASE_URL", TestServers.freshDatabase().url())
                .with("REDIS_URL", TestServers.freshRedis().toString())
                .with("DOCUMENT_STORE", store)
                .with("DOCUMENT_DIR_SHARED", "true")
                .jvm("-Xmx48m", "-XX:MaxDirectMemorySize=16m", "-XX:+ExitOnOutOfMemoryError")
                .start();
        var calls = new Calls(api.url())) {
      Await.value("the schema", () -> calls.get("/health/ready"), now -> now.status() == 200);
      var request =
          calls
              .request("/pipeline/enqueue?queue=for-nobody")
              .header("Content-Type", new Form().contentType())
              .POST(BodyPublishers.ofInputStream(() -> body(mib)));

      var answer = calls.send(request);

      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      String id = answer.json().get("job_id").textValue();
      long size = calls.get("/pipeline/status/" + id).json().at("/payload/size_bytes").longValue();
      assertThat(size).isEqualTo((long) mib * MIB);
      assertThat(home.documents()).hasSize(store.equals("local") ? 1 : 0);
      assertThat(api.said()).doesNotContain(" ERROR ", "OutOfMemory");
    }
  }

  /** A limit on the size of files stands for a disk that is full: writes beyond it fail. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aFullDiskIsToldAndNothingIsLeft() throws Exception {
    try (var home = Home.fresh();
        var api =
            BackendProcess.command(home, "api")
                .with("DATABASE_URL", TestServers.freshDatabase().url())
                .with("REDIS_URL", TestServers.freshRedis().toString())
                .with("DOCUMENT_STORE", "local")
                .with("DOCUMENT_DIR_SHARED", "true")
                .by("prlimit", "--fsize=" + 2 * MIB)
                .start();
        var calls = new Calls(api.url())) {
      Await.value("the schema", () -> calls.get("/health/ready"), now -> now.status() == 200);

      var answer = calls.enqueue(new Form().file("big.bin", new byte[3 * MIB]));

      assertThat(answer.problem(503, "unavailable").get("detail").textValue()).contains("disk");
      assertThat(answer.header("Retry-After")).isNotEmpty();
      assertThat(home.documents()).isEmpty();
      assertThat(calls.enqueue(new Form().file("a.bin", new byte[MIB])).status()).isEqualTo(200);
    }
  }

  private static InputStream body(int mib) {
    String head =
        "--"
            + Form.BOUNDARY
            + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"big.bin\"\r\n\r\n";
    String tail = "\r\n--" + Form.BOUNDARY + "--\r\n";
    return new SequenceInputStream(
        Collections.enumeration(
            List.of(
                new ByteArrayInputStream(head.getBytes(StandardCharsets.UTF_8)),
                new Repeated('x', (long) mib * MIB),
                new ByteArrayInputStream(tail.getBytes(StandardCharsets.UTF_8)))));
  }
}
