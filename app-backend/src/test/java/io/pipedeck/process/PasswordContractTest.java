package io.pipedeck.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.embedded.TestServers;
import io.pipedeck.parse.TestDocuments;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

/** Documents with a password, from outside: how they fail, and where a password may be found. */
class PasswordContractTest {
  /** With blanks at its ends and signs that forms encode. */
  private static final String PASSWORD = " Sesam & öffne=100% ";

  /** Nobody works on it. */
  private static final String PARKED = "parked";

  private final Home home = Home.fresh();
  private final TestServers.Database database = TestServers.freshDatabase();
  private final URI redis = TestServers.freshRedis();

  @AfterEach
  void delete() {
    home.close();
  }

  private BackendProcess.Start backend(Home folder, String databaseUrl, String... command) {
    return BackendProcess.command(folder, command)
        .with("DATABASE_URL", databaseUrl)
        .with("REDIS_URL", redis.toString())
        .with("PIPEDECK_LOG_LEVEL", "TRACE");
  }

  @Test
  void aFailedJobIsRetriedWithThePasswordThatWasMissing() throws Exception {
    byte[] pdf = TestDocuments.encryptedPdf("The treasure is under the oak.", PASSWORD);
    try (var process = backend(home, database.url(), "serve").start();
        var calls = new Calls(process.url())) {
      String id = id(calls.enqueue(new Form().file("plan.pdf", pdf)));

      JsonNode locked = calls.awaitEnd(id);
      assertThat(locked.get("error_code").textValue()).isEqualTo("encrypted_document");
      assertThat(locked.get("error").textValue()).contains("“plan.pdf”", "Give the password");
      assertThat(locked.get("attempt").intValue()).as("input errors aren't retried").isEqualTo(1);

      calls.post(retry(id), new Form().field("password", "guess"));
      JsonNode wrong = calls.awaitEnd(id);
      assertThat(wrong.get("error_code").textValue()).isEqualTo("wrong_password");
      assertThat(wrong.get("attempt").intValue()).isEqualTo(2);

      assertThat(retried(calls, id, PASSWORD).status()).isEqualTo(200);
      JsonNode done = calls.awaitEnd(id);
      assertThat(done.get("status").textValue()).as(done.toString()).isEqualTo("finished");
      assertThat(done.at("/result/summary").textValue()).contains("under the oak");
      assertThat(secret(id)).isNull();
      assertThat(done.toString() + process.said()).doesNotContain("Sesam", "guess");
    }
  }

  @Test
  void aPasswordSentAlongOpensTheDocumentAtOnce() throws Exception {
    byte[] pdf = TestDocuments.encryptedPdf("The treasure is under the oak.", PASSWORD);
    try (var process = backend(home, database.url(), "serve").start();
        var calls = new Calls(process.url())) {
      var form = new Form().field("password", PASSWORD).file("plan.pdf", pdf);

      String id = id(calls.enqueue(form));

      assertThat(calls.awaitEnd(id).get("status").textValue()).isEqualTo("finished");
      assertThat(secret(id)).isNull();
      assertThat(process.said()).doesNotContain("Sesam");
    }
  }

  @Test
  void whileAJobWaitsItsPasswordIsNowhereButEncryptedInItsRow() throws Exception {
    try (var process = backend(home, database.url(), "serve").start();
        var calls = new Calls(process.url())) {
      var form = Form.ofFile("a.txt", "Whales.").field("password", PASSWORD).field("queue", PARKED);
      String id = id(calls.enqueue(form));

      String secret = secret(id);
      assertThat(secret).isNotNull();
      assertThat(Base64.getDecoder().decode(secret)).hasSizeGreaterThan(PASSWORD.length());
      assertThat(secret).doesNotContain("Sesam");
      assertThat(everythingInRedis()).contains(id).doesNotContain("Sesam", secret);
      assertThat(calls.get("/pipeline/status/" + id).body() + process.said())
          .doesNotContain("Sesam", secret);
      assertThat(everythingIn(home.folder())).doesNotContain("Sesam", secret);

      calls.method("POST", "/pipeline/cancel/" + id);
      assertThat(secret(id)).as("erased when the job is final").isNull();

      assertThat(retried(calls, id, PASSWORD).json().get("status").textValue()).isEqualTo("queued");
      String again = secret(id);
      assertThat(again).isNotNull().isNotEqualTo(secret);
      assertThat(everythingInRedis()).contains(id).doesNotContain("Sesam", again);
      assertThat(everythingIn(home.folder())).doesNotContain("Sesam", again);
    }
  }

  @Test
  void aPasswordIsNeverSpooled() throws Exception {
    int port = URI.create(database.jdbcUrl().substring("jdbc:".length())).getPort();
    try (var forwarder = new Forwarder(port)) {
      forwarder.open();
      String url = database.url().replace(":" + port, ":" + forwarder.port());
      try (var process = backend(home, url, "serve").with("SPOOL", "on").start();
          var calls = new Calls(process.url())) {
        Await.value("readiness", () -> calls.get("/health/ready"), now -> now.status() == 200);
        forwarder.shut();

        var plain = calls.enqueue(Form.ofFile("a.txt", "Whales sing."));
        var refused = calls.enqueue(Form.ofFile("b.txt", "Whales.").field("password", PASSWORD));

        assertThat(plain.json().get("durability").textValue()).isEqualTo("spooled");
        refused.problem(503, "unavailable");
        assertThat(refused.header("Retry-After")).matches("[1-9]\\d*");
        assertThat(everythingIn(home.folder())).contains(id(plain)).doesNotContain("Sesam");
        assertThat(everythingInRedis()).doesNotContain("Sesam");
        assertThat(process.said()).doesNotContain("Sesam");
      }
    }
  }

  @Test
  void aPasswordInAQueryIsRefusedAlsoOnRetry() throws Exception {
    try (var process =
            backend(home, database.url(), "api").with("DOCUMENT_STORE", "postgres").start();
        var calls = new Calls(process.url())) {
      Await.value("the schema", () -> calls.get("/health/ready"), now -> now.status() == 200);
      String id = id(calls.enqueue(Form.ofFile("a.txt", "Whales.").field("queue", PARKED)));
      calls.method("POST", "/pipeline/cancel/" + id);

      var inQuery = calls.method("POST", retry(id) + "?password=Sesam");
      var asJson =
          calls.send(
              calls
                  .request(retry(id))
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString("{\"password\":\"Sesam\"}")));
      var tooLong = retried(calls, id, "x".repeat(1_001));

      inQuery.problem(422, "invalid_parameter");
      asJson.problem(415, "unsupported_media_type");
      tooLong.problem(422, "invalid_parameter");
      assertThat(inQuery.body() + process.said()).doesNotContain("Sesam");
      assertThat(calls.get("/pipeline/status/" + id).json().get("status").textValue())
          .isEqualTo("canceled");
    }
  }

  @Test
  void nodesWithTheSameKeyShareAPasswordAndOneWithAnotherSaysSo() throws Exception {
    String key = Base64.getEncoder().encodeToString(TestDocuments.random(1, 32));
    String other = Base64.getEncoder().encodeToString(TestDocuments.random(2, 32));
    byte[] pdf = TestDocuments.encryptedPdf("The treasure is under the oak.", PASSWORD);
    try (var workerHome = Home.fresh();
        var api =
            backend(home, database.url(), "api")
                .with("DOCUMENT_STORE", "postgres")
                .with("SECRETS_KEY", key)
                .start();
        var calls = new Calls(api.url())) {
      Await.value("the schema", () -> calls.get("/health/ready"), now -> now.status() == 200);
      var form = new Form().field("password", PASSWORD).field("max_attempts", "1");
      String id = id(calls.enqueue(form.file("plan.pdf", pdf)));
      try (var stranger =
          backend(workerHome, database.url(), "worker").with("SECRETS_KEY", other).start()) {
        JsonNode failed = calls.awaitEnd(id);
        assertThat(failed.get("error").textValue()).contains("another SECRETS_KEY");
        assertThat(stranger.said()).doesNotContain("Sesam");
      }
      retried(calls, id, PASSWORD);
      try (var worker =
          backend(workerHome, database.url(), "worker").with("SECRETS_KEY", key).start()) {
        assertThat(calls.awaitEnd(id).get("status").textValue()).isEqualTo("finished");
        assertThat(worker.said() + api.said()).doesNotContain("Sesam");
      }
    }
  }

  @Test
  void theCommandLineTakesAPasswordFromAFileAPipeAndTheEnvironment() throws Exception {
    byte[] pdf = TestDocuments.encryptedPdf("The treasure is under the oak.", PASSWORD);
    Path plan = Files.write(home.parent().resolve("plan.pdf"), pdf);
    String file = home.file("password", PASSWORD + "\n").toString();
    try (var process = backend(home, database.url(), "serve").start();
        var calls = new Calls(process.url())) {
      String id = id(calls.enqueue(new Form().file("plan.pdf", pdf)));
      calls.awaitEnd(id);

      assertThat(run(process, "retry", id, "--password-file", file).awaitExit()).isZero();
      assertThat(calls.awaitEnd(id).get("status").textValue()).isEqualTo("finished");
      assertThat(run(process, "retry", id).awaitExit()).as("it has finished").isEqualTo(1);

      var piped = run(process, "enqueue", "--password", "--wait", plan.toString());
      piped.stdin().write((PASSWORD + "\n").getBytes(UTF_8));
      piped.stdin().flush();
      assertThat(piped.awaitExit()).as(piped.said()).isZero();

      var set =
          BackendProcess.command(
                  home, "enqueue", "--server", process.url().toString(), "--wait", plan.toString())
              .with("DOCUMENT_PASSWORD", PASSWORD)
              .start();
      assertThat(set.awaitExit()).as(set.said()).isZero();
    }
  }

  private BackendProcess run(BackendProcess server, String command, String... arguments)
      throws InterruptedException {
    var all = new String[arguments.length + 3];
    all[0] = command;
    all[1] = "--server";
    all[2] = server.url().toString();
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    return BackendProcess.command(home, all).start();
  }

  private static String retry(String id) {
    return "/pipeline/jobs/" + id + "/retry";
  }

  private static Calls.Answer retried(Calls calls, String id, String password)
      throws IOException, InterruptedException {
    return calls.send(
        calls
            .request(retry(id))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString("password=" + URLEncoder.encode(password, UTF_8))));
  }

  private static String id(Calls.Answer answer) throws IOException {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().get("job_id").textValue();
  }

  private @Nullable String secret(String id) throws Exception {
    try (var connection = database.connect();
        var query = connection.prepareStatement("SELECT secret FROM pipeline_jobs WHERE id = ?")) {
      query.setObject(1, UUID.fromString(id));
      try (var rows = query.executeQuery()) {
        assertThat(rows.next()).isTrue();
        return rows.getString(1);
      }
    }
  }

  /** All keys and values, what is compressed also unpacked. */
  private String everythingInRedis() {
    var all = new StringBuilder();
    try (var client = RedisClient.create(redis)) {
      for (String name : client.keys("*")) {
        byte[] key = name.getBytes(UTF_8);
        all.append(name).append('\n');
        List<byte[]> values =
            switch (client.type(name)) {
              case "hash" ->
                  client.hgetAll(key).entrySet().stream()
                      .flatMap(field -> Stream.of(field.getKey(), field.getValue()))
                      .toList();
              case "list" -> client.lrange(key, 0, -1);
              case "zset" -> client.zrange(key, 0, -1);
              case "set" -> List.copyOf(client.smembers(key));
              case "string" -> List.of(client.get(key));
              default -> List.of();
            };
        values.forEach(value -> all.append(text(value)).append('\n'));
      }
    }
    return all.toString();
  }

  private static String text(byte[] value) {
    return new String(value, UTF_8) + unpacked(value);
  }

  private static String unpacked(byte[] value) {
    var out = new ByteArrayOutputStream();
    try (var in = new InflaterInputStream(new ByteArrayInputStream(value))) {
      in.transferTo(out);
    } catch (ZipException | EOFException _) {
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString(UTF_8);
  }

  /** What stands in the files of a folder, byte by byte. */
  private static String everythingIn(Path folder) throws IOException {
    var all = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(new String(Files.readAllBytes(file), ISO_8859_1)).append('\n');
      }
    }
    return all.toString();
  }
}
