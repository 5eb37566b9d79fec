package io.pipedeck.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The calls about jobs that exist, from outside. */
class JobsContractTest {
  /** A queue that no worker of ours serves: what is on it stays queued. */
  private static final String NOBODYS_QUEUE = "for-nobody";

  private static final String INSTANT = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z";
  private final String realm = "jobs " + UUID.randomUUID() + " Māori";
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
  void aFinishedJobHasItsMembersInTheirOrder() throws Exception {
    String id = enqueue("whales.txt", "Whales are large. They live in the sea.", "default");

    JsonNode job = calls.awaitEnd(id);

    assertThat(Calls.members(job))
        .containsExactly(
            "id",
            "rq_job_id",
            "realm",
            "queue",
            "status",
            "payload",
            "result",
            "created_at",
            "started_at",
            "finished_at",
            "attempt",
            "max_attempts",
            "run_at",
            "attempts");
    assertThat(job.get("id").textValue()).isEqualTo(id);
    assertThat(job.get("realm").textValue()).isEqualTo(realm);
    assertThat(job.get("status").textValue()).isEqualTo("finished");
    assertThat(Calls.members(job.get("payload")))
        .startsWith("filename", "size_bytes", "media_type", "sha256");
    assertThat(job.at("/payload/media_type").textValue()).isEqualTo("text/plain");
    assertThat(job.at("/payload/size_bytes").intValue()).isEqualTo(39);
    assertThat(Calls.members(job.get("result")))
        .startsWith("chunks", "embeddings", "summary", "duration_sec")
        .contains("words", "warnings", "stages");
    assertThat(job.at("/result/summary").textValue()).contains("Whales");
    for (String time : List.of("created_at", "started_at", "finished_at", "run_at")) {
      assertThat(job.get(time).textValue()).matches(INSTANT);
    }
    assertThat(job.at("/attempts/0/outcome").textValue()).isEqualTo("finished");
    assertThat(job.get("attempts")).hasSize(1);
  }

  @Test
  void aFailedJobSaysWhatWentWrongInItsPlace() throws Exception {
    String id = enqueue("nothing.txt", "", "urgent");

    JsonNode job = calls.awaitEnd(id);

    assertThat(Calls.members(job))
        .containsSubsequence("status", "payload", "error", "error_code", "created_at");
    assertThat(job.get("status").textValue()).isEqualTo("failed");
    assertThat(job.at("/attempts/0/error_code").textValue()).isEqualTo("empty_document");
  }

  @Test
  void aJobThatNobodyServesSaysSo() throws Exception {
    String id = enqueue("a.txt", "text", NOBODYS_QUEUE);

    JsonNode job = calls.get("/pipeline/status/" + id).json();

    assertThat(job.get("status").textValue()).isEqualTo("queued");
    assertThat(job.at("/waiting/reason").textValue()).isEqualTo("no_worker_for_queue");
    assertThat(job.get("attempts")).isEmpty();
    assertThat(Calls.members(job)).doesNotContain("result", "error", "worker", "started_at");
    cancel(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "17",
        "00000000-0000-0000-0000-000000000000",
        "nonsense",
        "01a20a7a-d954-759c-8260-b46ba92e5ef",
        "%00",
        "'; DROP TABLE pipeline_jobs; --"
      })
  void whatIsNoJobIs404(String id) throws Exception {
    String path = URLEncoder.encode(id, StandardCharsets.UTF_8).replace("%2500", "%00");

    calls.get("/pipeline/status/" + path.replace("+", "%20")).problem(404, "not_found");
    calls.method("POST", "/pipeline/cancel/" + path.replace("+", "%20")).problem(404, "not_found");
  }

  @Test
  void recentJobsAreNewestFirstAndFiltered() throws Exception {
    String first = enqueue("1.txt", "one", NOBODYS_QUEUE);
    String second = enqueue("2.txt", "two", "slow");
    calls.awaitEnd(second);

    JsonNode all = recent("");
    assertThat(Calls.members(all)).containsExactly("jobs", "count", "filters");
    assertThat(ids(all)).containsExactly(second, first);
    assertThat(all.get("count").intValue()).isEqualTo(2);
    assertThat(all.get("filters").toString())
        .isEqualTo("{\"realm\":\"" + realm + "\",\"queue\":null,\"status\":null}");
    assertThat(ids(recent("&status=finished"))).containsExactly(second);
    assertThat(ids(recent("&queue=" + NOBODYS_QUEUE))).containsExactly(first);
    assertThat(ids(recent("&queue=urgent"))).isEmpty();
    assertThat(recent("&status=queued&queue=slow").get("filters").toString())
        .isEqualTo("{\"realm\":\"" + realm + "\",\"queue\":\"slow\",\"status\":\"queued\"}");
    cancel(first);
  }

  @Test
  void rowsOfAListAreShort() throws Exception {
    String id =
        enqueue("l.txt", "A long sentence about whales and the sea. ".repeat(2_000), "slow");
    calls.awaitEnd(id);

    JsonNode row = recent("").get("jobs").get(0);

    assertThat(Calls.members(row)).doesNotContain("payload", "result", "attempts");
    assertThat(row.get("filename").textValue()).isEqualTo("l.txt");
    assertThat(row.get("result_summary").textValue()).contains("whales");
    assertThat(row.toString()).hasSizeLessThan(1_024);
  }

  @Test
  void pagesFollowEachOtherWithoutGapOrRepetition() throws Exception {
    var sent = new ArrayList<String>();
    for (int i = 0; i < 7; i++) {
      sent.addFirst(enqueue(i + ".txt", "text " + i, NOBODYS_QUEUE));
    }

    var seen = new ArrayList<String>();
    JsonNode page = recent("&limit=3");
    seen.addAll(ids(page));
    while (page.has("next")) {
      page = recent("&limit=3&before=" + page.get("next").textValue());
      seen.addAll(ids(page));
    }

    assertThat(seen).isEqualTo(sent);
    for (String id : sent) {
      cancel(id);
    }
  }

  @Test
  void aLimitAboveTheHighestIsCutAndOneBelowTheLowestIsWrong() throws Exception {
    assertThat(calls.get("/pipeline/jobs/recent?limit=100000").status()).isEqualTo(200);
    for (String wrong : List.of("0", "-1", "many", "1.5")) {
      JsonNode problem =
          calls.get("/pipeline/jobs/recent?limit=" + wrong).problem(422, "invalid_parameter");
      assertThat(problem.at("/errors/0/field").textValue()).isEqualTo("limit");
    }
  }

  @Test
  void wrongFiltersAreNamed() throws Exception {
    calls.get("/pipeline/jobs/recent?status=done").problem(422, "invalid_parameter");
    calls.get("/pipeline/jobs/recent?before=yesterday").problem(422, "invalid_parameter");
    calls.get("/pipeline/jobs/recent?before=MTcgMTc").problem(422, "invalid_parameter");
  }

  @Test
  void filtersThatNoJobCanHaveFindNothing() throws Exception {
    for (String odd : List.of("%00", "%ED%A0%80", "%27%20OR%201%3D1%20--")) {
      var answer = calls.get("/pipeline/jobs/recent?realm=" + odd);

      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      assertThat(answer.json().get("count").intValue()).isZero();
    }
  }

  @Test
  void aWaitingJobIsCanceledAndRetried() throws Exception {
    String id = enqueue("a.txt", "text", NOBODYS_QUEUE);

    JsonNode canceled = cancel(id);
    assertThat(canceled.get("status").textValue()).isEqualTo("canceled");
    JsonNode conflict = calls.method("POST", "/pipeline/cancel/" + id).problem(409, "conflict");
    assertThat(conflict.at("/job/id").textValue()).isEqualTo(id);
    assertThat(conflict.at("/job/status").textValue()).isEqualTo("canceled");
    calls.method("POST", "/pipeline/jobs/" + id + "/retry?status=failed").problem(409, "conflict");
    var retried = calls.method("POST", "/pipeline/jobs/" + id + "/retry?status=canceled");
    assertThat(retried.status()).isEqualTo(200);
    assertThat(retried.json().get("status").textValue()).isEqualTo("queued");
    cancel(id);
  }

  @Test
  void aJobThatHasEndedIsDeleted() throws Exception {
    String id = enqueue("a.txt", "text", NOBODYS_QUEUE);

    calls.method("DELETE", "/pipeline/jobs/" + id).problem(409, "conflict");
    cancel(id);
    calls.method("DELETE", "/pipeline/jobs/" + id + "?status=failed").problem(409, "conflict");
    var deleted = calls.method("DELETE", "/pipeline/jobs/" + id + "?status=canceled");

    assertThat(deleted.status()).isEqualTo(200);
    assertThat(deleted.json().get("id").textValue()).isEqualTo(id);
    calls.get("/pipeline/status/" + id).problem(404, "not_found");
    calls.method("DELETE", "/pipeline/jobs/" + id).problem(404, "not_found");
  }

  @Test
  void queuesAndRealmsAreCounted() throws Exception {
    String id = enqueue("a.txt", "text", NOBODYS_QUEUE);

    JsonNode realms = calls.get("/pipeline/realms").json().get("realms");
    JsonNode queues = calls.get("/pipeline/queues").json().get("queues");

    assertThat(realms)
        .anySatisfy(
            row -> {
              assertThat(row.get("realm").asText()).isEqualTo(realm);
              assertThat(row.at("/counts/queued").intValue()).isEqualTo(1);
            });
    assertThat(queues)
        .anySatisfy(
            row -> {
              assertThat(row.get("name").textValue()).isEqualTo(NOBODYS_QUEUE);
              assertThat(row.at("/counts/queued").intValue()).isPositive();
            });
    cancel(id);
  }

  private String enqueue(String name, String content, String queue) throws Exception {
    String header = URLEncoder.encode(realm, StandardCharsets.UTF_8).replace("+", "%20");
    var answer = calls.enqueue(Form.ofFile(name, content).field("queue", queue), "X-Realm", header);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().get("job_id").textValue();
  }

  private JsonNode recent(String more) throws Exception {
    String query = URLEncoder.encode(realm, StandardCharsets.UTF_8);
    var answer = calls.get("/pipeline/jobs/recent?realm=" + query + more);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  private JsonNode cancel(String id) throws Exception {
    var answer = calls.method("POST", "/pipeline/cancel/" + id);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  private static List<String> ids(JsonNode page) {
    return page.get("jobs").valueStream().map(job -> job.get("id").textValue()).toList();
  }
}
