package io.pipedeck.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.embedded.TestServers;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The commands beside {@code serve}, on external servers. */
class CommandsTest {
  private final Home home = Home.fresh();
  private final TestServers.Database database = TestServers.freshDatabase();
  private final URI redis = TestServers.freshRedis();

  @AfterEach
  void delete() {
    home.close();
  }

  private BackendProcess.Start node(Home folder, String... command) {
    return BackendProcess.command(folder, command)
        .with("DATABASE_URL", database.url())
        .with("REDIS_URL", redis.toString());
  }

  @Test
  void aDocumentSentToAnApiNodeRunsOnAWorkerNode() throws Exception {
    Path whales = home.file("whales ā.txt", "Whales are large. They live in the sea.");
    Path empty = home.file("nothing.txt", "");
    try (var apiHome = Home.fresh();
        var workerHome = Home.fresh();
        var api = node(apiHome, "api").with("DOCUMENT_STORE", "postgres").start();
        var worker = node(workerHome, "worker", "urgent", "default", "--concurrency", "1").start();
        var calls = new Calls(api.url())) {
      worker.awaitLine("Pipedeck works on urgent, default");
      Await.value("the schema", () -> calls.get("/health/ready"), now -> now.status() == 200);

      var sent =
          enqueue(
              api,
              "--queue",
              "urgent",
              "--realm",
              "Te Māori",
              "--wait",
              whales,
              "/no/such/file",
              empty);

      assertThat(sent.awaitExit()).isEqualTo(1);
      assertThat(sent.said())
          .containsPattern("[0-9a-f-]{36}  urgent  whales ā\\.txt")
          .containsPattern("[0-9a-f-]{36}  finished  whales ā\\.txt")
          .contains("/no/such/file: is no file")
          .containsPattern("[0-9a-f-]{36}  failed  nothing\\.txt: .+")
          .doesNotContain("\tat ");
      var jobs = calls.get("/pipeline/jobs/recent?realm=Te%20M%C4%81ori").json();
      assertThat(jobs.get("count").intValue()).isEqualTo(2);
      assertThat(apiHome.documents()).isEmpty();
      var good = enqueue(api, "--wait", whales);
      assertThat(good.awaitExit()).as(good.said()).isZero();
      assertThat(worker.terminate()).isEqualTo(143);
      assertThat(api.said() + worker.said()).doesNotContain(" ERROR ", database.password());
    }
  }

  private BackendProcess enqueue(BackendProcess api, Object... arguments)
      throws InterruptedException {
    var command = new ArrayList<String>();
    command.add("enqueue");
    command.add("--server");
    command.add(api.url().toString());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return BackendProcess.command(home, command.toArray(String[]::new)).start();
  }

  @Test
  void enqueueSaysThatNobodyIsThere() throws Exception {
    Path file = home.file("a.txt", "text");
    try (var sent =
        BackendProcess.command(home, "enqueue", "--server", "http://127.0.0.1:9", file.toString())
            .start()) {
      assertThat(sent.awaitExit()).isEqualTo(1);
      assertThat(sent.said())
          .contains("http://127.0.0.1:9", "can't be reached")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void migrateBringsTheSchemaUpToDateOnce() throws Exception {
    try (var first = node(home, "migrate").start()) {
      assertThat(first.awaitExit()).as(first.said()).isZero();
      assertThat(first.said()).containsPattern("[1-9]\\d* migrations applied");
    }
    try (var again = node(home, "migrate").start()) {
      assertThat(again.awaitExit()).isZero();
      assertThat(again.said()).contains("The schema is up to date.");
    }
    try (var connection = database.connect();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT count(*) FROM pipeline_jobs")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isZero();
    }
  }

  @Test
  void doctorFindsAllWell() throws Exception {
    try (var doctor = node(home, "doctor").start()) {
      assertThat(doctor.awaitExit()).as(doctor.said()).isZero();
      assertThat(doctor.said())
          .containsPattern("ok +text recognition +(reads|none)")
          .contains("All is well.", "postgresql", "redis", "evicts nothing", "data folder")
          .doesNotContain("WRONG", database.password());
    }
  }

  @Test
  void doctorSaysOfEachFaultHowToMendIt() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var doctor =
            BackendProcess.command(home, "doctor")
                .with("DATABASE_URL", "postgresql://me:secret-word@127.0.0.1:9/none")
                .with("REDIS_URL", "redis://127.0.0.1:9/0")
                .with("PORT", Integer.toString(taken.getLocalPort()))
                .start()) {
      assertThat(doctor.awaitExit()).isEqualTo(1);
      assertThat(doctor.said())
          .containsPattern("WRONG port .*" + taken.getLocalPort())
          .containsPattern("WRONG postgresql")
          .containsPattern("WRONG redis")
          .contains(
              "→ set PORT", "→ check DATABASE_URL", "→ check REDIS_URL", "3 of the checks failed")
          .doesNotContain("secret-word", "\tat ");
    }
  }

  @Test
  void doctorSaysWhatTextRecognitionMisses() throws Exception {
    try (var absent = node(home, "doctor").with("OCR_COMMAND", "/no/tesseract").start()) {
      assertThat(absent.awaitExit()).as(absent.said()).isZero();
      assertThat(absent.said()).contains("/no/tesseract is not installed", "tesseract-ocr");
    }
    try (var off = node(home, "doctor").with("OCR_LANGUAGES", "none").start()) {
      assertThat(off.awaitExit()).isZero();
      assertThat(off.said()).containsPattern("text recognition +switched off");
    }
  }

  @Test
  void doctorTellsAWrongConfigurationFirst() throws Exception {
    try (var doctor = BackendProcess.command(home, "doctor").with("PORT", "eighty").start()) {
      assertThat(doctor.awaitExit()).isEqualTo(1);
      assertThat(doctor.said()).containsPattern("WRONG configuration").contains("PORT", "65535");
    }
  }

  @Test
  void aNodeOfManyNeedsServersThatAreShared() throws Exception {
    try (var worker = BackendProcess.command(home, "worker").start();
        var local = node(home, "api").with("DOCUMENT_STORE", "local").start()) {
      assertThat(worker.awaitExit()).isEqualTo(1);
      assertThat(worker.said())
          .contains("DATABASE_URL", "REDIS_URL", "pipedeck serve")
          .doesNotContain("\tat ");
      assertThat(local.awaitExit()).isEqualTo(1);
      assertThat(local.said()).contains("DOCUMENT_STORE=local", "DOCUMENT_DIR_SHARED=true");
    }
    assertThat(Files.exists(home.folder().resolve("postgres"))).isFalse();
  }
}
