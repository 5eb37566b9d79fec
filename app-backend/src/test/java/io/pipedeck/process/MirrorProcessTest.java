package io.pipedeck.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.embedded.TestServers;
import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A second database that follows, with real processes that are killed, and the cut-over by hand.
 */
class MirrorProcessTest {
  private final Home home = Home.fresh();
  private final TestServers.Database primary = TestServers.freshDatabase();
  private final TestServers.Database mirror = TestServers.freshDatabase();
  private final URI redis = TestServers.freshRedis();

  @AfterEach
  void delete() {
    home.close();
  }

  private BackendProcess.Start command(Home folder, String... command) {
    return BackendProcess.command(folder, command)
        .with("DATABASE_URL", primary.url())
        .with("MIRROR_DATABASE_URL", mirror.url())
        .with("REDIS_URL", redis.toString());
  }

  private BackendProcess serve(Home folder) throws InterruptedException {
    return command(folder, "serve").start().awaitListening();
  }

  /** Runs a command to its end; what it said. */
  private String run(int exitCode, BackendProcess.Start start) throws InterruptedException {
    try (var process = start.start()) {
      assertThat(process.awaitExit()).as(process.said()).isEqualTo(exitCode);
      assertThat(process.said()).doesNotContain(primary.password(), "\tat ");
      return process.said();
    }
  }

  /** Runs a command to its end, however that is; what it said. */
  private static String said(BackendProcess.Start start) throws InterruptedException {
    try (var process = start.start()) {
      int _ = process.awaitExit();
      return process.said();
    }
  }

  private static void sql(TestServers.Database database, String sql) {
    try (Connection connection = database.connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(TestServers.Database database, String sql) {
    try (Connection connection = database.connect();
        var statement = connection.createStatement();
        var result = statement.executeQuery(sql)) {
      return result.next() ? String.valueOf(result.getString(1)) : "";
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private String follower() {
    return text(
        primary, "SELECT holder FROM mirror_feed WHERE until > now() AND state = 'following'");
  }

  @Test
  void aKilledFollowerIsReplacedWithinSecondsAndNothingIsLostOrMissing() throws Exception {
    try (var first = Home.fresh();
        var second = Home.fresh();
        var one = serve(first)) {
      Await.value("the first to follow", this::follower, holder -> !holder.isEmpty());
      try (var two = serve(second);
          var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var stop = new CountDownLatch(1);
        List<Future<?>> writers = writers(threads, stop);
        String killed = follower();
        assertThat(killed).contains("." + one.pid() + ".");
        Await.value(
            "a part of it to be mirrored",
            () -> Integer.parseInt(text(mirror, "SELECT count(*) FROM pipeline_jobs")),
            jobs -> jobs > 200);

        one.kill();
        long began = System.nanoTime();
        String next =
            Await.value(
                "the second to follow",
                this::follower,
                holder -> !holder.isEmpty() && !holder.equals(killed));
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
        assertThat(next).contains("." + two.pid() + ".");
        stop.countDown();
        for (Future<?> writer : writers) {
          writer.get();
        }

        String verified = run(0, command(home, "mirror", "verify", "--settle", "60"));
        assertThat(verified).contains("They are equal.");
        assertThat(text(mirror, "SELECT count(*) FROM pipeline_jobs"))
            .isEqualTo(text(primary, "SELECT count(*) FROM pipeline_jobs"));
        assertThat(two.said())
            .contains("This process follows with the mirror now")
            .doesNotContain("copied first", "copied anew", " ERROR ");
      }
    }
  }

  private List<Future<?>> writers(ExecutorService threads, CountDownLatch stop) {
    List<Future<?>> writers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int realm = i;
      writers.add(
          threads.submit(
              () -> {
                while (!stop.await(5, TimeUnit.MILLISECONDS)) {
                  sql(
                      primary,
                      """
                      INSERT INTO pipeline_jobs (realm) SELECT 'r%1$d' FROM generate_series(1, 20);
                      UPDATE pipeline_jobs SET error = md5(random()::text)
                      WHERE id IN (SELECT id FROM pipeline_jobs WHERE realm = 'r%1$d' ORDER BY random() LIMIT 20);
                      DELETE FROM pipeline_jobs
                      WHERE id IN (SELECT id FROM pipeline_jobs WHERE realm = 'r%1$d' ORDER BY random() LIMIT 5)
                      """
                          .formatted(realm));
                }
                return true;
              }));
    }
    return writers;
  }

  @Test
  void jobsAreReadFromTheMirrorWhileThePrimaryIsAway() throws Exception {
    int real = URI.create(primary.jdbcUrl().substring("jdbc:".length())).getPort();
    try (var forwarder = opened(real);
        var backend =
            command(home, "serve")
                .with("DATABASE_URL", primary.url().replace(":" + real, ":" + forwarder.port()))
                .with("SPOOL", "off")
                .start();
        var calls = new Calls(backend.url())) {
      Await.value("the mirror to follow", this::follower, holder -> !holder.isEmpty());
      String id =
          calls.enqueue(Form.ofFile("whales.txt", "Whales sing.")).json().get("job_id").textValue();
      JsonNode before = calls.awaitEnd(id);
      assertThat(before.has("source")).isFalse();
      sql(
          primary,
          "INSERT INTO pipeline_jobs (rq_job_id, status, created_at) VALUES ('odd', 'deferred', NULL)");
      Await.value(
          "the mirror to have it",
          () ->
              text(
                  mirror,
                  "SELECT count(*) FROM pipeline_jobs WHERE status IN ('finished', 'deferred')"),
          "2"::equals);
      JsonNode listBefore = calls.get("/pipeline/jobs/recent").json();

      forwarder.shut();

      var away =
          Await.value(
              "an answer from the mirror",
              () -> calls.get("/pipeline/status/" + id),
              answer -> answer.status() == 200 && answer.body().contains("\"source\":\"mirror\""));
      assertThat(without(away.json(), "source")).isEqualTo(without(before, "waiting"));
      assertThat(away.members()).startsWith("id", "rq_job_id").endsWith("source");
      var list = calls.get("/pipeline/jobs/recent?limit=1");
      assertThat(list.status()).isEqualTo(200);
      assertThat(list.json().get("source").textValue()).isEqualTo("mirror");
      assertThat(list.json().at("/jobs/0")).isEqualTo(listBefore.at("/jobs/0"));
      var next = calls.get("/pipeline/jobs/recent?before=" + list.json().get("next").textValue());
      assertThat(next.json().at("/jobs/0")).isEqualTo(listBefore.at("/jobs/1"));
      assertThat(calls.get("/pipeline/jobs/recent?status=failed").json().get("count").intValue())
          .isZero();
      calls
          .get("/pipeline/status/00000000-0000-0000-0000-000000000000")
          .problem(503, "unavailable");
      calls.enqueue(Form.ofFile("a.txt", "Whales sing.")).problem(503, "unavailable");

      forwarder.open();
      Await.value(
          "an answer from the primary",
          () -> calls.get("/pipeline/status/" + id),
          answer -> answer.status() == 200 && !answer.body().contains("\"source\""));
    }
  }

  private static Forwarder opened(int port) throws IOException {
    var forwarder = new Forwarder(port);
    forwarder.open();
    return forwarder;
  }

  private static JsonNode without(JsonNode object, String member) {
    ((com.fasterxml.jackson.databind.node.ObjectNode) object).remove(member);
    return object;
  }

  @Test
  void anotherProgramsTableIsImportedComparedAndImportedAgain() throws Exception {
    var theirs = TestServers.freshDatabase();
    sql(
        theirs,
        """
        CREATE TABLE pipeline_jobs (
          id uuid PRIMARY KEY DEFAULT gen_random_uuid(), rq_job_id text UNIQUE, realm text,
          queue text NOT NULL DEFAULT 'default', status text NOT NULL DEFAULT 'queued', payload jsonb, result jsonb,
          error text, created_at timestamptz DEFAULT now(), started_at timestamptz, finished_at timestamptz);
        INSERT INTO pipeline_jobs (rq_job_id, status) SELECT n::text, 'running' FROM generate_series(1, 2500) n
        """);
    String from = theirs.url().replace(":" + theirs.password() + "@", "@");
    String[] importing = {"mirror", "import", "--from", from, "--password-file"};
    String password = home.file("password", theirs.password() + "\n").toString();

    assertThat(run(0, command(home, with(importing, password))))
        .contains("Jobs seen: 2500; 2500 added, 0 updated, 0 the same, 0 newer here, 0 left out");
    assertThat(
            run(0, command(home, "mirror", "verify", "--from", from, "--password-file", password)))
        .contains("Jobs: 2500 here, 2500 there", "They are equal.");
    sql(
        theirs,
        "UPDATE pipeline_jobs SET status = 'finished', finished_at = now() WHERE rq_job_id::int <= 10");
    assertThat(
            run(
                1,
                command(
                    home,
                    "mirror",
                    "verify",
                    "--from",
                    from,
                    "--password-file",
                    password,
                    "--settle",
                    "0")))
        .containsPattern("[0-9a-f-]{36}  differs")
        .contains("They differ. Jobs that differ: 10.");
    assertThat(run(0, command(home, with(importing, password))))
        .contains("Jobs seen: 2500; 0 added, 10 updated, 2490 the same");

    try (var backend = serve(home);
        var calls = new Calls(backend.url())) {
      String id = text(theirs, "SELECT id FROM pipeline_jobs WHERE rq_job_id = '7'");
      assertThat(calls.get("/pipeline/status/" + id).json().get("status").textValue())
          .isEqualTo("finished");
    }
    assertThat(
            text(
                primary,
                "SELECT count(*) FROM pipeline_jobs WHERE runner = 'foreign' AND status = 'running'"))
        .isEqualTo("2490");
  }

  private static String[] with(String[] command, String last) {
    var all = new ArrayList<>(List.of(command));
    all.add(last);
    return all.toArray(String[]::new);
  }

  @Test
  void theCommandsReachTheBundledServerOfARunningBackendToo() throws Exception {
    try (var backend =
            BackendProcess.command(home, "serve")
                .with("MIRROR_DATABASE_URL", mirror.url())
                .start()
                .awaitListening();
        var calls = new Calls(backend.url())) {
      calls.enqueue(Form.ofFile("a.txt", "Whales sing."));
      Await.value(
          "the mirror to have the job",
          () -> text(mirror, "SELECT count(*) FROM pg_tables WHERE tablename = 'pipeline_jobs'"),
          "1"::equals);
      Await.value(
          "the mirror to have the job",
          () -> text(mirror, "SELECT count(*) FROM pipeline_jobs WHERE status = 'finished'"),
          "1"::equals);
      Await.value(
          "the mirror to tell that it follows",
          () -> said(bundled("mirror", "status")),
          said -> said.contains("following, 0 changes"));
      assertThat(run(0, bundled("mirror", "status"))).contains("following, 0 changes");
      assertThat(run(0, bundled("mirror", "verify"))).contains("They are equal.");
    }
    assertThat(run(0, bundled("mirror", "verify"))).as("stopped").contains("They are equal.");
    assertThat(run(2, BackendProcess.command(home, "mirror", "verify")))
        .contains("MIRROR_DATABASE_URL is not set");
    assertThat(run(2, BackendProcess.command(home, "mirror"))).contains("Say what");
    assertThat(run(2, bundled("mirror", "import"))).contains("--from is missing");
    assertThat(run(2, bundled("mirror", "import", "--from", "mysql://x")))
        .contains("--from does not begin with postgresql://");
  }

  private BackendProcess.Start bundled(String... command) {
    return BackendProcess.command(home, command).with("MIRROR_DATABASE_URL", mirror.url());
  }

  @Test
  void aMirrorBecomesThePrimaryAndTheOldOneItsMirror() throws Exception {
    String id;
    try (var backend = serve(home);
        var calls = new Calls(backend.url())) {
      Await.value("the mirror to follow", this::follower, holder -> !holder.isEmpty());
      id = calls.enqueue(Form.ofFile("a.txt", "Whales sing.")).json().get("job_id").textValue();
      calls.awaitEnd(id);
      assertThat(run(0, command(home, "mirror", "status")))
          .containsPattern("following, 0 changes and 0\\.0 s behind, followed by \\S+");
    }
    assertThat(run(0, command(home, "mirror", "verify"))).contains("Jobs: 1 here, 1 there");
    String attempts = "SELECT string_agg(a::text, ' ') FROM job_attempts a";
    assertThat(text(mirror, attempts)).contains("finished").isEqualTo(text(primary, attempts));
    assertThat(run(1, command(home, "mirror", "status"))).contains("stalled", "No process follows");

    // The other way round.
    try (var newHome = Home.fresh();
        var started =
            command(newHome, "serve")
                .with("DATABASE_URL", mirror.url())
                .with("MIRROR_DATABASE_URL", primary.url())
                .start();
        var calls = new Calls(started.url())) {
      started.awaitLine(
          "The mirror stalls: Pipedeck has run on the mirror's database since \\S+ so it is not overwritten");
      assertThat(calls.get("/pipeline/status/" + id).json().get("status").textValue())
          .isEqualTo("finished");
      assertThat(
              run(
                  0,
                  command(newHome, "mirror", "demote")
                      .with("DATABASE_URL", mirror.url())
                      .with("MIRROR_DATABASE_URL", primary.url())))
          .contains("It may become a mirror now.");
      String second =
          calls.enqueue(Form.ofFile("b.txt", "Seals bark.")).json().get("job_id").textValue();
      calls.awaitEnd(second);
      Await.value(
          "the old primary to have the new job",
          () -> text(primary, "SELECT status FROM pipeline_jobs WHERE id = '" + second + "'"),
          "finished"::equals);
      assertThat(run(1, command(home, "mirror", "demote")))
          .contains("Pipedeck runs on the mirror's database now");
    }
    // Started by mistake, the old one overwrites nothing.
    try (var old = serve(home)) {
      old.awaitLine("The mirror stalls: Pipedeck has run on the mirror's database since");
    }
  }
}
