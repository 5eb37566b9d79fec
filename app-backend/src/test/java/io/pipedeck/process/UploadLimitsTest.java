package io.pipedeck.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pipedeck.api.ApiException;
import io.pipedeck.api.PipedeckClient;
import io.pipedeck.api.Upload;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uploads that are too large, break off or lie, from outside; the limit is 1 MiB. */
class UploadLimitsTest {
  private static final int MIB = 1 << 20;
  private static final String FILE_PART =
      "--"
          + Form.BOUNDARY
          + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n";

  @AfterAll
  static void theBackendMetNoBug() {
    SharedBackend.checkLog();
  }

  @Test
  void aDocumentAtTheLimitIsTakenAndOneBeyondIsNot() throws Exception {
    try (var calls = new Calls(SharedBackend.url())) {
      assertThat(calls.enqueue(new Form().file("a.bin", new byte[MIB])).status()).isEqualTo(200);

      var answer = calls.enqueue(new Form().file("a.bin", new byte[MIB + 1]));

      assertThat(answer.problem(413, "too_large").get("detail").textValue()).contains("1 MiB");
    }
  }

  @Test
  void aLongBodyOfUnsaidLengthIs413AndLeavesNothing() throws Exception {
    Set<Path> before = documents();
    try (var calls = new Calls(SharedBackend.url())) {
      HttpRequest.Builder request =
          calls
              .request("/pipeline/enqueue")
              .header("Content-Type", new Form().contentType())
              .POST(BodyPublishers.ofInputStream(UploadLimitsTest::threeMib));

      calls.send(request).problem(413, "too_large");
    }
    assertThat(documents()).isEqualTo(before);
  }

  @Test
  void aBodyThatIsSaidToBeTooLongIsRefusedBeforeItComes() throws Exception {
    for (long length : new long[] {3L * MIB, 100L * MIB}) {
      try (var raw = new Raw(SharedBackend.url())) {
        raw.send(head("Content-Length: " + length + "\r\nExpect: 100-continue"));

        String answer = raw.readToEnd();

        assertThat(answer).startsWith("HTTP/1.1 413 ").contains("\"code\":\"too_large\"", "1 MiB");
      }
    }
  }

  @Test
  void ourClientIsToldTheReason(@TempDir Path folder) throws Exception {
    Path file = Files.write(folder.resolve("big.bin"), new byte[64 * MIB]);
    try (var client = new PipedeckClient(SharedBackend.url(), null)) {
      assertThatExceptionOfType(ApiException.class)
          .isThrownBy(
              () -> client.enqueue(new Upload(file, "big.bin", "auto", null, null), (_, _) -> {}))
          .satisfies(e -> assertThat(e.problem().code()).isEqualTo("too_large"));
    }
  }

  @Test
  void aBodyThatWasRefusedIsNotTakenForTheNextRequest() throws Exception {
    String smuggled = "POST /pipeline/enqueue HTTP/1.1\r\nHost: localhost\r\n\r\n";
    try (var raw = new Raw(SharedBackend.url())) {
      raw.send(
          "POST /pipeline/enqueue HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
              + "Content-Length: "
              + smuggled.length()
              + "\r\n\r\n"
              + smuggled);

      String answer = raw.readToEnd();

      assertThat(answer).startsWith("HTTP/1.1 415 ").containsOnlyOnce("HTTP/1.1 ");
    }
  }

  @Test
  void anUploadThatIsCutOffLeavesNothing() throws Exception {
    Set<Path> before = documents();
    String sent = FILE_PART + "x".repeat(200_000);
    try (var aborted = new Raw(SharedBackend.url());
        var ended = new Raw(SharedBackend.url())) {
      aborted.send(head("Content-Length: 900000")).send(sent);
      ended.send(head("Content-Length: 900000")).send(sent);
      awaitPart(before);

      aborted.abort();
      ended.endOutput();

      assertThat(ended.readToEnd()).startsWith("HTTP/1.1 400 ").contains("bad_request");
    }
    Await.value("the parts to go", UploadLimitsTest::documents, before::equals);
  }

  @Test
  void anUploadThatIsCutOffWithinAChunkLeavesNothing() throws Exception {
    Set<Path> before = documents();
    try (var raw = new Raw(SharedBackend.url())) {
      raw.send(head("Transfer-Encoding: chunked"));
      String begin = FILE_PART + "x".repeat(150_000);
      raw.send(Integer.toHexString(begin.length()) + "\r\n" + begin + "\r\nffff\r\nxxxx");
      awaitPart(before);

      raw.endOutput();

      assertThat(raw.readToEnd()).startsWith("HTTP/1.1 400 ").contains("bad_request");
    }
    Await.value("the part to go", UploadLimitsTest::documents, before::equals);
  }

  @Test
  void aChunkThatWouldFillTheMemoryIsRefusedBeforeItComes() throws Exception {
    try (var raw = new Raw(SharedBackend.url())) {
      raw.send(head("Transfer-Encoding: chunked") + "7fffffff\r\n");

      assertThat(raw.readToEnd()).startsWith("HTTP/1.1 413 ").contains("too_large");
    }
    try (var raw = new Raw(SharedBackend.url())) {
      raw.send(head("Transfer-Encoding: chunked") + "800001\r\n");

      assertThat(raw.readToEnd()).startsWith("HTTP/1.1 413 ").contains("too_large", "chunk");
    }
  }

  @Test
  void aChunkWithoutALengthIs400() throws Exception {
    try (var raw = new Raw(SharedBackend.url())) {
      raw.send(head("Transfer-Encoding: chunked") + "not-a-length\r\nhello\r\n0\r\n\r\n");

      assertThat(raw.readToEnd())
          .startsWith("HTTP/1.1 400 ")
          .contains("application/problem+json")
          .containsOnlyOnce("HTTP/1.1 ");
    }
  }

  @Test
  void aFieldThatNeverEndsIsRefused() throws Exception {
    try (var calls = new Calls(SharedBackend.url())) {
      calls
          .enqueue(new Form().field("queue", "q".repeat(100_000)).file("a.txt", new byte[1]))
          .problem(422, "invalid_parameter");
    }
  }

  private static InputStream threeMib() {
    var head = new ByteArrayInputStream(FILE_PART.getBytes(StandardCharsets.UTF_8));
    return new SequenceInputStream(head, new Repeated('x', 3 * MIB));
  }

  /** Waits until the backend has begun to write. */
  private static void awaitPart(Set<Path> before) throws Exception {
    Await.value("a part of the upload", UploadLimitsTest::documents, now -> !now.equals(before));
  }

  private static Set<Path> documents() throws IOException {
    return new HashSet<>(SharedBackend.home().documents());
  }

  private static String head(String more) {
    return "POST /pipeline/enqueue HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
        + new Form().contentType()
        + "\r\n"
        + more
        + "\r\n\r\n";
  }
}
