package io.pipedeck.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.api.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code POST /pipeline/enqueue}, from outside. */
class EnqueueContractTest {
  private static final String TEXT = "Whales are large. They live in the sea, and they sing.";
  private final String realm = "enqueue-" + UUID.randomUUID();
  private Calls calls;

  @BeforeEach
  void connect() throws InterruptedException {
    calls = new Calls(SharedBackend.url());
  }

  @AfterEach
  void disconnect() {
    calls.close();
  }

  @AfterAll
  static void theBackendMetNoBug() {
    SharedBackend.checkLog();
  }

  @Test
  void answersWithTheFourMembersInTheirOrder() throws Exception {
    var answer = calls.enqueue(Form.ofFile("a.txt", TEXT), "X-Realm", "finance-team");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    String id = answer.json().get("job_id").textValue();
    assertThat(UUID.fromString(id)).hasToString(id);
    assertThat(answer.body())
        .isEqualTo(
            "{\"job_id\":\""
                + id
                + "\",\"queue\":\"default\",\"realm\":\"finance-team\",\"status\":\"queued\"}");
  }

  @Test
  void realmIsNullWhereNoneWasSent() throws Exception {
    var answer = calls.enqueue(Form.ofFile("a.txt", TEXT));

    assertThat(answer.body()).contains("\"queue\":\"default\",\"realm\":null,\"status\":");
  }

  @Test
  void realmMayBeUtf8AsCurlSendsIt() throws Exception {
    byte[] body = Form.ofFile("a.txt", TEXT).bytes();
    try (var raw = new Raw(SharedBackend.url())) {
      raw.send(
          "POST /pipeline/enqueue HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
              + "X-Realm: Te Pūkenga Māori 📄\r\nContent-Type: multipart/form-data; boundary="
              + Form.BOUNDARY
              + "\r\nContent-Length: "
              + body.length
              + "\r\n\r\n");

      assertThat(raw.send(body).readToEnd()).contains("\"realm\":\"Te Pūkenga Māori 📄\"");
    }
  }

  @Test
  void realmMayBePercentEncoded() throws Exception {
    var answer = calls.enqueue(Form.ofFile("a.txt", TEXT), "X-Realm", "Te%20M%C4%81ori%25");

    assertThat(answer.json().get("realm").textValue()).isEqualTo("Te Māori%");
  }

  @Test
  void realmWithAControlCharacterIsRefused() throws Exception {
    var answer = calls.enqueue(Form.ofFile("a.txt", TEXT), "X-Realm", "a%00b");

    JsonNode problem = answer.problem(422, "invalid_parameter");
    assertThat(problem.at("/errors/0/field").textValue()).isEqualTo("X-Realm");
  }

  @Test
  void queueMayBeAFieldOrAParameter() throws Exception {
    var field = calls.enqueue(Form.ofFile("a.txt", TEXT).field("queue", "slow"));
    var parameter = calls.post("/pipeline/enqueue?queue=urgent", Form.ofFile("a.txt", TEXT));
    var before = calls.enqueue(new Form().field("queue", "slow").file("a.txt", bytes(TEXT)));

    assertThat(field.json().get("queue").textValue()).isEqualTo("slow");
    assertThat(parameter.json().get("queue").textValue()).isEqualTo("urgent");
    assertThat(before.json().get("queue").textValue()).isEqualTo("slow");
  }

  @ParameterizedTest
  @CsvSource({"2, urgent", "3, urgent", "4, default", "10, default", "50, default", "60, slow"})
  void autoGoesByThePagesOfAPdf(int pages, String queue) throws Exception {
    var answer = calls.enqueue(new Form().field("queue", "auto").file("p.pdf", pdf(pages)));

    assertThat(answer.json().get("queue").textValue()).isEqualTo(queue);
  }

  @Test
  void passwordIsRefusedInTheQuery() throws Exception {
    var answer = calls.post("/pipeline/enqueue?password=hunter2", Form.ofFile("a.txt", TEXT));

    JsonNode problem = answer.problem(422, "invalid_parameter");
    assertThat(problem.at("/errors/0/field").textValue()).isEqualTo("password");
    assertThat(answer.body()).doesNotContain("hunter2");
  }

  @Test
  void passwordIsNeverShown() throws Exception {
    var answer = calls.enqueue(Form.ofFile("a.txt", TEXT).field("password", "hunter2"));

    String id = id(answer);
    assertThat(calls.get("/pipeline/status/" + id).body()).doesNotContain("hunter2");
    assertThat(calls.awaitEnd(id).toString()).doesNotContain("hunter2");
  }

  @Test
  void theSameKeyInTheSameRealmGivesTheFirstAnswerAgain() throws Exception {
    String key = "key-" + UUID.randomUUID();
    var first = enqueueWithKey(realm, key);
    var again = enqueueWithKey(realm, key);
    var elsewhere = enqueueWithKey(realm + "-2", key);
    calls.awaitEnd(id(first));
    var later = enqueueWithKey(realm, key);

    assertThat(again.body()).isEqualTo(first.body());
    assertThat(later.body()).isEqualTo(first.body());
    assertThat(id(elsewhere)).isNotEqualTo(id(first));
  }

  @Test
  void theSameKeySentAtOnceMakesOneJob() throws Exception {
    String key = "key-" + UUID.randomUUID();

    var answers = atOnce(8, () -> enqueueWithKey(realm, key).body());

    assertThat(new HashSet<>(answers)).hasSize(1);
    assertThat(calls.get("/pipeline/jobs/recent?realm=" + realm).json().get("count").intValue())
        .isEqualTo(1);
  }

  @Test
  void theFirstAnswerAgainTellsTheSameDuplicate() throws Exception {
    calls.awaitEnd(id(calls.enqueue(Form.ofFile("a.txt", TEXT), "X-Realm", realm)));
    String key = "key-" + UUID.randomUUID();

    var first = enqueueWithKey(realm, key);
    calls.awaitEnd(id(first));
    var again = enqueueWithKey(realm, key);

    assertThat(first.json().has("duplicate")).isTrue();
    assertThat(again.body()).isEqualTo(first.body());
  }

  @Test
  void ofTheSameSentAtOnceOneBecomesAJobWhereASecondIsNotWanted() throws Exception {
    Form document = Form.ofFile("a.txt", TEXT + realm).field("on_duplicate", "reuse");

    var ids = atOnce(8, () -> id(calls.enqueue(document, "X-Realm", realm)));

    assertThat(new HashSet<>(ids)).hasSize(1);
    assertThat(calls.get("/pipeline/jobs/recent?realm=" + realm).json().get("count").intValue())
        .isEqualTo(1);
  }

  private Calls.Answer enqueueWithKey(String ofRealm, String key) throws Exception {
    return calls.enqueue(Form.ofFile("a.txt", TEXT), "X-Realm", ofRealm, "Idempotency-Key", key);
  }

  @Test
  void aDocumentThatWasProcessedMayBeReusedOrRefused() throws Exception {
    Form document = Form.ofFile("a.txt", TEXT + realm);
    String first = id(calls.enqueue(document, "X-Realm", realm));
    calls.awaitEnd(first);
    Form reuse = Form.ofFile("b.txt", TEXT + realm).field("on_duplicate", "reuse");
    Form refuse = Form.ofFile("c.txt", TEXT + realm).field("on_duplicate", "refuse");
    Form again = Form.ofFile("d.txt", TEXT + realm).field("on_duplicate", "again");
    Form wrong = Form.ofFile("e.txt", TEXT + realm).field("on_duplicate", "perhaps");

    JsonNode reused = calls.enqueue(reuse, "X-Realm", realm).json();
    assertThat(Calls.members(reused))
        .containsExactly("job_id", "queue", "realm", "status", "duplicate", "result");
    assertThat(reused.get("job_id").textValue()).isEqualTo(first);
    assertThat(reused.get("status").textValue()).isEqualTo("finished");
    assertThat(reused.at("/duplicate/job_id").textValue()).isEqualTo(first);
    assertThat(Instant.parse(reused.at("/duplicate/at").textValue())).isBefore(Instant.now());
    assertThat(reused.at("/result/chunks").intValue()).isPositive();
    JsonNode refused = calls.enqueue(refuse, "X-Realm", realm).problem(409, "conflict");
    assertThat(refused.get("detail").textValue()).contains(first);
    assertThat(refused.at("/job/id").textValue()).isEqualTo(first);
    assertThat(calls.enqueue(refuse, "X-Realm", realm + "-2").status()).isEqualTo(200);
    JsonNode another = calls.enqueue(again, "X-Realm", realm).json();
    assertThat(Calls.members(another))
        .containsExactly("job_id", "queue", "realm", "status", "duplicate");
    assertThat(another.get("job_id").textValue()).isNotEqualTo(first);
    assertThat(another.at("/duplicate/job_id").textValue()).isEqualTo(first);
    assertThat(job(another.get("job_id").textValue()).at("/payload/duplicate"))
        .isEqualTo(another.get("duplicate"));
    calls.enqueue(wrong, "X-Realm", realm).problem(422, "invalid_parameter");
  }

  @Test
  void aStartTimeMakesItScheduled() throws Exception {
    Instant in = Instant.now().plus(2, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);

    var answer = calls.enqueue(Form.ofFile("a.txt", TEXT).field("run_at", in.toString()));

    assertThat(answer.json().get("status").textValue()).isEqualTo("scheduled");
    JsonNode job = job(id(answer));
    assertThat(job.get("status").textValue()).isEqualTo("scheduled");
    assertThat(job.get("run_at").textValue()).isEqualTo(Json.format(in));
    assertThat(job.at("/waiting/reason").textValue()).isEqualTo("start_time");
    assertThat(calls.method("POST", "/pipeline/cancel/" + id(answer)).status()).isEqualTo(200);
  }

  @Test
  void aStartTimeInThePastRunsAtOnce() throws Exception {
    var answer = calls.enqueue(Form.ofFile("a.txt", TEXT).field("run_at", "2020-01-01T00:00:00Z"));

    assertThat(answer.json().get("status").textValue()).isEqualTo("queued");
    assertThat(calls.awaitEnd(id(answer)).get("status").textValue()).isEqualTo("finished");
  }

  @Test
  void attemptsAndBatchAreKept() throws Exception {
    String batch = UUID.randomUUID().toString();
    Form form = Form.ofFile("a.txt", TEXT).field("max_attempts", "7").field("batch_id", batch);

    JsonNode job = job(id(calls.enqueue(form)));

    assertThat(job.get("max_attempts").intValue()).isEqualTo(7);
    assertThat(job.get("batch_id").textValue()).isEqualTo(batch);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "queue        | No Such Queue!",
        "queue        | ../../etc/passwd",
        "batch_id     | 17",
        "run_at       | tomorrow",
        "run_at       | 2026-01-31T08:00:00",
        "max_attempts | 0",
        "max_attempts | 101",
        "max_attempts | many",
        "options      | {\"chunk_size\":",
        "options      | [1]",
        "options      | {\"chunk_size\":-1}",
        "options      | {\"no_such_option\":1}",
        "options      | {\"embed\":\"perhaps\"}",
        "on_duplicate | maybe"
      })
  void aWrongFieldIsNamed(String field, String value) throws Exception {
    var answer = calls.enqueue(Form.ofFile("a.txt", TEXT).field(field, value), "X-Realm", realm);

    JsonNode problem = answer.problem(422, "invalid_parameter");
    assertThat(problem.at("/errors/0/field").textValue()).isEqualTo(field);
    assertThat(calls.get("/pipeline/jobs/recent?realm=" + realm).json().get("count").intValue())
        .isZero();
  }

  @Test
  void optionsReachThePipeline() throws Exception {
    Form form = Form.ofFile("a.txt", (TEXT + " ").repeat(40)).field("options", "{\"embed\":false}");

    JsonNode job = calls.awaitEnd(id(calls.enqueue(form)));

    assertThat(job.at("/result/embeddings").intValue()).isZero();
    assertThat(job.at("/result/chunks").intValue()).isPositive();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "ā te reo Māori 📄.txt             | ā te reo Māori 📄.txt",
        "../../etc/passwd.txt              | passwd.txt",
        "C:\\\\Users\\\\me\\\\report.txt   | report.txt",
        "say %22hello%22.txt               | say \"hello\".txt"
      })
  void theFileKeepsItsNameWithoutFolders(String sent, String kept) throws Exception {
    JsonNode job = job(id(calls.enqueue(Form.ofFile(sent, TEXT))));

    assertThat(job.at("/payload/filename").textValue()).isEqualTo(kept);
  }

  @Test
  void aVeryLongNameIsCut() throws Exception {
    var answer = calls.enqueue(Form.ofFile("ā".repeat(3_000) + ".txt", TEXT));

    JsonNode job = job(id(answer));
    assertThat(job.at("/payload/filename").textValue()).hasSize(255).startsWith("āāā");
  }

  @Test
  void whatIsNoFormIs415() throws Exception {
    var request =
        calls
            .request("/pipeline/enqueue")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{}"));

    calls.send(request).problem(415, "unsupported_media_type");
  }

  @Test
  void aFormWithoutAFileIs400() throws Exception {
    calls.enqueue(new Form().field("queue", "slow")).problem(400, "bad_request");
  }

  @Test
  void aFormWithTwoFilesIs400() throws Exception {
    calls
        .enqueue(Form.ofFile("a.txt", TEXT).file("b.txt", bytes(TEXT)))
        .problem(400, "bad_request");
  }

  @Test
  void aFormThatEndsTooEarlyIs400() throws Exception {
    var request =
        calls
            .request("/pipeline/enqueue")
            .header("Content-Type", new Form().contentType())
            .POST(BodyPublishers.ofByteArray(Form.ofFile("a.txt", TEXT).bytesWithoutEnd()));

    calls.send(request).problem(400, "bad_request");
  }

  @Test
  void manyMayUploadAtOnce() throws Exception {
    var ids =
        atOnce(
            24,
            () -> {
              Form form = Form.ofFile("a.txt", TEXT + UUID.randomUUID());
              return id(calls.enqueue(form, "X-Realm", realm));
            });

    assertThat(new HashSet<>(ids)).hasSize(24);
    for (String id : ids) {
      assertThat(calls.awaitEnd(id).get("status").textValue()).isEqualTo("finished");
    }
  }

  @Test
  void aDocumentThatCannotBeReadFailsWithItsCode() throws Exception {
    String empty = id(calls.enqueue(Form.ofFile("empty.txt", "")));
    String random = id(calls.enqueue(Form.ofFile("broken.pdf", "%PDF-1.7\nnot really")));

    assertThat(calls.awaitEnd(empty).get("error_code").textValue()).isEqualTo("empty_document");
    JsonNode broken = calls.awaitEnd(random);
    assertThat(broken.get("status").textValue()).isEqualTo("failed");
    assertThat(broken.get("error_code").textValue()).isEqualTo("corrupt_document");
    assertThat(broken.get("error").textValue()).isNotBlank().doesNotContain("/tmp");
  }

  private static <T> List<T> atOnce(int times, Callable<T> call) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var results = new ArrayList<T>();
      for (var future : threads.invokeAll(Collections.nCopies(times, call))) {
        results.add(future.get());
      }
      return results;
    }
  }

  private static String id(Calls.Answer answer) throws IOException {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().get("job_id").textValue();
  }

  private JsonNode job(String id) throws Exception {
    var answer = calls.get("/pipeline/status/" + id);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] pdf(int pages) throws IOException {
    try (var document = new PDDocument();
        var out = new ByteArrayOutputStream()) {
      var font = new PDType1Font(Standard14Fonts.FontName.HELVETICA);
      for (int i = 1; i <= pages; i++) {
        var page = new PDPage();
        document.addPage(page);
        try (var content = new PDPageContentStream(document, page)) {
          content.beginText();
          content.setFont(font, 12);
          content.newLineAtOffset(72, 700);
          content.showText("Page " + i + " of a document about whales.");
          content.endText();
        }
      }
      document.save(out);
      return out.toByteArray();
    }
  }
}
