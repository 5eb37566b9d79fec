package io.pipedeck.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.api.PipedeckClient;
import io.pipedeck.api.SearchAnswer;
import io.pipedeck.api.SearchRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code POST /pipeline/search} and {@code pipedeck search}, from outside, with the real model. */
class SearchContractTest {
  private static final String WHALES =
      "Whales are very large animals. They live in the ocean, and they sing to each other.";
  private static final String TAXES =
      "The annual report says that revenue went up. Taxes and other costs went down in May.";

  private final String realm = "search-" + UUID.randomUUID();
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

  private String send(String name, String text) throws Exception {
    String id =
        calls
            .enqueue(Form.ofFile(name, text + " " + realm), "X-Realm", realm)
            .json()
            .get("job_id")
            .textValue();
    assertThat(calls.awaitEnd(id).get("status").textValue()).isEqualTo("finished");
    return id;
  }

  private Calls.Answer search(String json, String... headers) throws Exception {
    var request =
        calls
            .request("/pipeline/search")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return calls.send(request);
  }

  /** The index follows within moments. */
  private JsonNode await(String query, int hits) throws Exception {
    return Await.value(
        "the index",
        () -> {
          try {
            return search("{\"query\":\"%s\",\"realm\":\"%s\"}".formatted(query, realm)).json();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        },
        answer -> answer.path("count").asInt() == hits);
  }

  @Test
  void findsByMeaningWhatWasSent() throws Exception {
    String whales = send("whales ā.txt", WHALES);
    send("taxes.txt", TAXES);

    JsonNode answer = await("big sea mammals", 2);

    assertThat(Calls.members(answer)).containsExactly("hits", "count", "complete", "warnings");
    assertThat(answer.get("complete").booleanValue()).isTrue();
    JsonNode hit = answer.at("/hits/0");
    assertThat(hit.get("job_id").textValue()).isEqualTo(whales);
    assertThat(hit.get("filename").textValue()).isEqualTo("whales ā.txt");
    assertThat(hit.get("snippet").textValue()).startsWith("Whales are very large animals.");
    assertThat(hit.get("score").doubleValue()).isBetween(0.0, 1.0);
    assertThat(hit.get("similarity").doubleValue())
        .isGreaterThan(answer.at("/hits/1/similarity").doubleValue());
  }

  @Test
  void theHeaderNamesTheRealmToo() throws Exception {
    send("whales.txt", WHALES);
    await("whales", 1);

    var answer = search("{\"query\":\"whales\",\"k\":1}", "X-Realm", realm);
    var elsewhere = search("{\"query\":\"whales\"}", "X-Realm", realm + "-2");
    var both = search("{\"query\":\"whales\",\"realm\":\"other\"}", "X-Realm", realm);

    assertThat(answer.json().get("count").intValue()).isEqualTo(1);
    assertThat(elsewhere.json().get("count").intValue()).isZero();
    both.problem(422, "invalid_parameter");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                     | query",
        "{\"query\":\"  \"}                     | query",
        "{\"query\":17}                         | query",
        "{\"query\":\"x\",\"k\":0}              | k",
        "{\"query\":\"x\",\"k\":101}            | k",
        "{\"query\":\"x\",\"k\":\"many\"}       | k",
        "{\"query\":\"x\",\"sha256\":\"abc\"}   | sha256",
        "{\"query\":\"x\",\"job_id\":\"17\"}    | job_id",
        "{\"query\":\"x\",\"realms\":[\"a\"]}   | realms"
      })
  void aWrongMemberIsNamed(String json, String member) throws Exception {
    JsonNode problem = search(json).problem(422, "invalid_parameter");

    assertThat(problem.at("/errors/0/field").textValue()).isEqualTo(member);
  }

  @Test
  void aQueryThatIsTooLongIsRefused() throws Exception {
    search("{\"query\":\"" + "x".repeat(1_001) + "\"}").problem(422, "invalid_parameter");
    search("{\"query\":\"" + "x".repeat(70_000) + "\"}").problem(413, "too_large");
  }

  @Test
  void whatIsNoJsonObjectIsRefused() throws Exception {
    search("{\"query\":").problem(400, "bad_request");
    search("[]").problem(400, "bad_request");
    search("").problem(400, "bad_request");
    calls
        .post("/pipeline/search", new Form().field("query", "x"))
        .problem(415, "unsupported_media_type");
  }

  @Test
  void theClientAndTheCommandFindIt() throws Exception {
    String job = send("whales.txt", WHALES);
    await("whales", 1);

    try (var client = new PipedeckClient(SharedBackend.url(), null)) {
      SearchAnswer answer = client.search(new SearchRequest("whales", realm, 5));
      assertThat(answer.hits())
          .singleElement()
          .extracting(hit -> hit.jobId().toString())
          .isEqualTo(job);
    }
    String server = SharedBackend.url().toString();
    Home home = SharedBackend.home();
    try (var command =
        BackendProcess.command(
                home, "search", "--server", server, "--realm", realm, "sing", "whales")
            .start()) {
      assertThat(command.awaitExit()).as(command.said()).isZero();
      assertThat(command.said())
          .containsPattern("\\d\\.\\d{3}  whales\\.txt  \\(job " + job + "\\)")
          .contains("They live in the ocean");
    }
    try (var json =
        BackendProcess.command(
                home,
                "search",
                "--server",
                server,
                "--realm",
                realm,
                "--json",
                "--limit",
                "3",
                "sing")
            .start()) {
      assertThat(json.awaitExit()).as(json.said()).isZero();
      assertThat(json.said()).contains("{\"hits\":[{\"job_id\":\"" + job + "\"");
    }
    try (var nothing =
        BackendProcess.command(home, "search", "--server", server, "--realm", realm + "-2", "sing")
            .start()) {
      assertThat(nothing.awaitExit()).isZero();
      assertThat(nothing.said()).contains("Nothing was found.");
    }
  }

  @Test
  void aDeletedJobIsNotFoundAnyMore() throws Exception {
    String job = send("whales.txt", WHALES);
    await("whales", 1);

    assertThat(calls.method("DELETE", "/pipeline/jobs/" + job).status()).isEqualTo(200);

    await("whales", 0);
  }

  @Test
  void theCommandThatSendsTellsOfDuplicates() throws Exception {
    String first = send("whales.txt", WHALES);
    var file = SharedBackend.home().file("again.txt", WHALES + " " + realm);

    var again = enqueue(file.toString());
    assertThat(again.awaitExit()).as(again.said()).isZero();
    assertThat(again.said())
        .containsPattern("[0-9a-f-]{36}  default  again\\.txt  \\(same content as job " + first);
    var reuse = enqueue("--on-duplicate", "reuse", "--wait", file.toString());
    assertThat(reuse.awaitExit()).as(reuse.said()).isZero();
    assertThat(reuse.said()).contains("same content as this job of ", "finished  again.txt");
    var refuse = enqueue("--on-duplicate", "refuse", file.toString());
    assertThat(refuse.awaitExit()).isEqualTo(1);
    assertThat(refuse.said()).contains("This realm has the same document already, as job ");
    var wrong = enqueue("--on-duplicate", "perhaps", file.toString());
    assertThat(wrong.awaitExit()).isEqualTo(2);
    assertThat(wrong.said()).contains("--on-duplicate is again, reuse or refuse");
  }

  private BackendProcess enqueue(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("enqueue", "--server", SharedBackend.url().toString()));
    command.addAll(List.of("--realm", realm));
    command.addAll(List.of(arguments));
    return BackendProcess.command(SharedBackend.home(), command.toArray(String[]::new)).start();
  }
}
