package io.pipedeck.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths, methods and HTTP itself, from outside. */
class RoutesContractTest {
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
  void theHealthCallsAnswerExactlyThis() throws Exception {
    assertThat(calls.get("/heartbeat").body()).isEqualTo("{\"status\":\"alive\"}");
    assertThat(calls.get("/health/live").body()).isEqualTo("{\"status\":\"alive\"}");
    assertThat(calls.get("/health/ready").body())
        .isEqualTo(
            "{\"status\":\"ready\",\"checks\":{\"postgresql\":{\"status\":\"up\"},"
                + "\"redis\":{\"status\":\"up\"},\"workers\":{\"status\":\"up\"}}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/pipeline", "/pipeline/", "/pipeline/status/", "/a%2fb", "/../x"})
  void anUnknownPathIs404(String path) throws Exception {
    calls.get(path).problem(404, "not_found");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET    | /pipeline/enqueue     | POST",
        "GET    | /pipeline/search      | POST",
        "DELETE | /pipeline/status/17   | GET, HEAD",
        "PUT    | /pipeline/jobs/recent | GET, HEAD",
        "POST   | /heartbeat            | GET, HEAD",
        "BREW   | /heartbeat            | GET, HEAD"
      })
  void aMethodThatAPathDoesNotHaveIs405(String method, String path, String allowed)
      throws Exception {
    var answer = calls.method(method, path);

    answer.problem(405, "method_not_allowed");
    assertThat(answer.header("Allow")).isEqualTo(allowed);
  }

  @Test
  void optionsTellTheMethods() throws Exception {
    var answer = calls.method("OPTIONS", "/pipeline/enqueue");

    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.header("Allow")).isEqualTo("POST");
    assertThat(answer.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/heartbeat", "/pipeline/jobs/recent?realm=nobody", "/pipeline/status/17"})
  void headAnswersAsGetWithoutTheBody(String path) throws Exception {
    var get = calls.get(path);

    var head = calls.method("HEAD", path);

    assertThat(head.status()).isEqualTo(get.status());
    assertThat(head.header("Content-Type")).isEqualTo(get.header("Content-Type"));
    assertThat(head.header("Content-Length")).isEqualTo(get.header("Content-Length"));
    assertThat(head.body()).isEmpty();
  }

  @Test
  void aConnectionIsGoodForManyCalls() throws Exception {
    try (var raw = new Raw(SharedBackend.url())) {
      String answers =
          raw.send("HEAD /heartbeat HTTP/1.1\r\nHost: localhost\r\n\r\n")
              .send("GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n")
              .send("GET /heartbeat HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
              .readToEnd();

      assertThat(answers.split("HTTP/1.1 ", -1))
          .satisfiesExactly(
              before -> assertThat(before).isEmpty(),
              head -> assertThat(head).startsWith("200 ").endsWith("\r\n\r\n"),
              unknown -> assertThat(unknown).startsWith("404 ").endsWith("}"),
              get -> assertThat(get).startsWith("200 ").endsWith("{\"status\":\"alive\"}"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /heartbeat HTTP/1.1                                                    | 400",
        "BLAH                                                                       | 400",
        "GET /pipeline/jobs/recent?realm=%zz HTTP/1.1~Host: localhost               | 400",
        "GET /pipeline/status/%zz HTTP/1.1~Host: localhost                          | 400",
        "GET /heartbeat HTTP/1.0                                                    | 505",
        "POST /pipeline/enqueue HTTP/1.1~Host: localhost~Content-Length: -5         | 400",
        "POST /pipeline/enqueue HTTP/1.1~Host: localhost~Content-Length: 9~Transfer-Encoding: chunked | 400"
      })
  void whatIsNoProperHttpIsRefusedAsAProblemToo(String request, int status) throws Exception {
    try (var raw = new Raw(SharedBackend.url())) {
      String answer = raw.send(request.replace("~", "\r\n") + "\r\n\r\n").readToEnd();

      assertThat(answer)
          .startsWith("HTTP/1.1 " + status + " ")
          .contains("Content-Type: application/problem+json", "\"request_id\":\"")
          .doesNotContain("helidon", "Exception");
    }
  }

  @Test
  void anAddressOrAHeaderThatNeverEndsIsRefused() throws Exception {
    try (var address = new Raw(SharedBackend.url());
        var header = new Raw(SharedBackend.url())) {
      address.send("GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
      header.send(
          "GET /heartbeat HTTP/1.1\r\nHost: localhost\r\nX: " + "a".repeat(40_000) + "\r\n\r\n");

      assertThat(address.readToEnd()).startsWith("HTTP/1.1 414 ").contains("problem+json");
      assertThat(header.readToEnd()).startsWith("HTTP/1.1 400 ").contains("problem+json");
    }
  }
}
