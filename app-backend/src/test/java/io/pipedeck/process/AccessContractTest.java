package io.pipedeck.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.embedded.TestServers;
import java.net.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may call, from outside. */
class AccessContractTest {

  /** A listener without a token: this machine's programs and nobody else. */
  @Nested
  class Open {
    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1", "127.0.0.1:4711", "[::1]:80", "LOCALHOST"})
    void programsOfThisMachineMayCall(String host) throws Exception {
      assertThat(get("Host: " + host)).startsWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "evil.example",
          "evil.example:80",
          "localhost.evil.example",
          "10.0.0.1",
          "127.0.0.1.nip.io"
        })
    void aReboundNameMayNot(String host) throws Exception {
      assertThat(get("Host: " + host))
          .startsWith("HTTP/1.1 403 ")
          .contains("Content-Type: application/problem+json", "\"code\":\"forbidden\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://evil.example", "https://localhost.evil.example", "null", "x"})
    void aForeignPageMayNot(String origin) throws Exception {
      assertThat(get("Host: localhost\r\nOrigin: " + origin)).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void aPageOfThisMachineMay() throws Exception {
      assertThat(get("Host: localhost\r\nOrigin: http://localhost:3000"))
          .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aForeignPageMayNotEvenUpload() throws Exception {
      byte[] body = Form.ofFile("a.txt", "text").bytes();
      try (var raw = new Raw(SharedBackend.url())) {
        raw.send(
            "POST /pipeline/enqueue HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n"
                + "Content-Type: "
                + new Form().contentType()
                + "\r\nContent-Length: "
                + body.length
                + "\r\n\r\n");

        assertThat(raw.send(body).readToEnd()).startsWith("HTTP/1.1 403 ");
      }
    }

    private String get(String headers) throws Exception {
      try (var raw = new Raw(SharedBackend.url())) {
        return raw.send(
                "GET /pipeline/queues HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n\r\n")
            .readToEnd();
      }
    }
  }

  /** A listener with a token. */
  @Nested
  class WithToken {
    private static final String TOKEN = "not-so-secret-token";
    private static final Home HOME = Home.fresh();
    private static BackendProcess api =
        BackendProcess.command(HOME, "api")
            .with("DATABASE_URL", TestServers.freshDatabase().url())
            .with("REDIS_URL", TestServers.freshRedis().toString())
            .with("PIPELINE_TOKEN", TOKEN)
            .start();
    private static Calls calls;

    @BeforeAll
    static void connect() throws InterruptedException {
      calls = new Calls(api.url());
    }

    @AfterAll
    static void end() {
      calls.close();
      api.close();
      assertThat(api.said()).doesNotContain(" ERROR ").doesNotContain(TOKEN);
      HOME.close();
    }

    @Test
    void healthIsPublic() throws Exception {
      for (String path : new String[] {"/heartbeat", "/health/live"}) {
        assertThat(calls.get(path).body()).isEqualTo("{\"status\":\"alive\"}");
      }
      var ready =
          Await.value(
              "the schema", () -> calls.get("/health/ready"), answer -> answer.status() == 200);
      assertThat(ready.body())
          .isEqualTo(
              "{\"status\":\"ready\",\"checks\":{\"postgresql\":{\"status\":\"up\"},"
                  + "\"redis\":{\"status\":\"up\"}}}");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "/pipeline/queues",
          "/pipeline/jobs/recent",
          "/pipeline/status/17",
          "/pipeline/events",
          "/pipeline/enqueue",
          "/no/such/path",
          "/heartbeat/..;/pipeline/queues",
          "/"
        })
    void nothingElseIs(String path) throws Exception {
      var answer = calls.get(path);

      answer.problem(401, "unauthorized");
      assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"pipedeck\"");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "Bearer not-so-secret-token   | 200",
          "bearer not-so-secret-token   | 200",
          "Bearer not-so-secret-toke    | 401",
          "Bearer not-so-secret-tokenx  | 401",
          "Bearer                       | 401",
          "Basic not-so-secret-token    | 401",
          "not-so-secret-token          | 401"
        })
    void theTokenMustBeRight(String authorization, int status) throws Exception {
      var request = calls.request("/pipeline/queues").header("Authorization", authorization).GET();

      assertThat(calls.send(request).status()).isEqualTo(status);
    }

    @Test
    void withATokenTheHostDoesNotMatter() throws Exception {
      URI url = api.url();
      try (var raw = new Raw(url)) {
        String answer =
            raw.send(
                    "GET /pipeline/queues HTTP/1.1\r\nHost: pipedeck.example\r\nAuthorization: Bearer "
                        + TOKEN
                        + "\r\nConnection: close\r\n\r\n")
                .readToEnd();

        assertThat(answer).startsWith("HTTP/1.1 200 ");
      }
    }

    @Test
    void anUploadWithoutTheTokenIsRefused() throws Exception {
      var answer = calls.enqueue(new Form().file("a.bin", new byte[8 << 20]));

      answer.problem(401, "unauthorized");
    }
  }
}
