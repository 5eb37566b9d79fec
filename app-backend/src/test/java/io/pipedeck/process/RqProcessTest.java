package io.pipedeck.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.embedded.TestServers;
import io.pipedeck.queue.PythonRq;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

/** The program beside real Python programs that use RQ. */
class RqProcessTest {
  private final URI url = TestServers.freshRedis();
  private final TestServers.Database database = TestServers.freshDatabase();
  private final PythonRq python = new PythonRq(url);
  private final RedisClient redis = RedisClient.create(url);
  private final Home home = Home.fresh();
  private Path in = Path.of("");

  @BeforeAll
  static void rqIsHere() {
    PythonRq.assumeHere();
  }

  @BeforeEach
  void folder() throws Exception {
    in = Files.createDirectory(home.parent().resolve("in"));
  }

  @AfterEach
  void close() {
    redis.close();
    home.close();
  }

  private BackendProcess.Start command(String... command) {
    return BackendProcess.command(home, command)
        .with("DATABASE_URL", database.url())
        .with("REDIS_URL", url.toString())
        .with("RQ_DOCUMENT_FOLDERS", in.toString())
        .with("WORKER_LEASE", "5s")
        .with("WORKER_LEASE_RENEWAL", "1s");
  }

  @Test
  void aPythonProgramEnqueuesADocumentAndReadsItsResult() throws Exception {
    String file =
        Files.writeString(in.resolve("Māori whales.txt"), "Whales live in the sea.").toString();
    String row = UUID.randomUUID().toString();
    try (var backend = command("serve").start();
        var calls = new Calls(backend.url())) {
      Await.value("readiness", () -> calls.get("/health/ready"), now -> now.status() == 200);
      sql(
          "INSERT INTO pipeline_jobs (id, realm, queue, payload) VALUES ('"
              + row
              + "', 'mine', 'default', '{\"from\": \"python\"}')");
      python.python(
          """
          f = 'te_po.pipeline.jobs.process_document'
          q.enqueue(f, args[0], args[1], job_id='by-position')
          q.enqueue(f, kwargs={'file_path': args[0]}, job_id='by-name', at_front=True, job_timeout=600, retry=Retry(max=1))
          q.enqueue_in(timedelta(seconds=1), f, args[0], job_id='later')
          q.enqueue(f, args[0], job_id='after', depends_on='later')
          q.enqueue(f, '/etc/passwd', job_id='outside')
          """,
          file,
          row);

      JsonNode tracked = calls.awaitEnd(row);

      assertThat(tracked.get("status").textValue()).as(tracked.toString()).isEqualTo("finished");
      assertThat(tracked.get("realm").textValue()).isEqualTo("mine");
      assertThat(tracked.at("/payload/from").textValue()).isEqualTo("python");
      assertThat(tracked.at("/payload/filename").textValue()).isEqualTo("Māori whales.txt");
      assertThat(tracked.at("/payload/size_bytes").intValue()).isEqualTo(23);
      assertThat(tracked.at("/result/chunks").intValue()).isEqualTo(1);
      for (String id : new String[] {"by-position", "by-name", "later", "after"}) {
        Await.value(id, () -> status(id), "finished"::equals);
      }
      assertThat(
              python.python(
                  "print([fetch(x).return_value()['chunks'] for x in ['by-position', 'by-name', 'later', 'after']])"))
          .isEqualTo("[1, 1, 1, 1]");
      Await.value("outside", () -> status("outside"), "failed"::equals);
      assertThat(python.python("print(fetch('outside').latest_result().exc_string)"))
          .contains("not below any of the folders of rq-document-folders")
          .contains("\npipedeck.document_missing: ");
      assertThat(number("SELECT count(*) FROM pipeline_jobs WHERE runner = 'native'")).isEqualTo(5);
      assertThat(backend.said()).doesNotContain(" ERROR ");
    }
  }

  /** The statement about a kill in the middle of a job, with and without retries. */
  @Test
  void s12_aJobOfAKilledProcessFailsOrIsTriedAgain() throws Exception {
    var long_ = new StringBuilder();
    for (int i = 0; i < 1_500; i++) {
      long_.append("The whale number ").append(i).append(" sings far from the coast of Aotearoa. ");
    }
    String file = Files.writeString(in.resolve("long.txt"), long_).toString();
    try (var first = command("worker", "default", "--concurrency", "2").start()) {
      Await.value("workers", () -> redis.smembers("rq:workers").size(), now -> now == 2);
      python.python(
          """
          f = 'te_po.pipeline.jobs.process_document'
          q.enqueue(f, args[0], job_id='once'); q.enqueue(f, args[0], job_id='again', retry=Retry(max=2))
          """,
          file);
      Await.value(
          "both to run",
          () -> number("SELECT count(*) FROM pipeline_jobs WHERE status = 'running'"),
          now -> now == 2);
      first.kill();
    }

    try (var second = command("worker", "default", "--concurrency", "2").start()) {
      Await.value("once", () -> status("once"), "failed"::equals);
      assertThat(python.python("print(fetch('once').latest_result().exc_string.splitlines()[-1])"))
          .startsWith("rq.exceptions.AbandonedJobError: ");
      Await.value("again", () -> status("again"), "finished"::equals);
      assertThat(number("SELECT attempt FROM pipeline_jobs WHERE rq_job_id = 'again'"))
          .isEqualTo(2);
      assertThat(
              number(
                  "SELECT count(*) FROM pipeline_jobs WHERE rq_job_id = 'once' AND error_code = 'worker_lost'"))
          .isEqualTo(1);
      assertThat(redis.zcard("rq:wip:default")).isZero();
      assertThat(redis.llen("rq:queue:default:intermediate")).isZero();
      assertThat(second.said()).doesNotContain(" ERROR ");
    }
  }

  @Test
  void aWorkerProcessGoesWhenAllItsWorkersWereToldTo() throws Exception {
    try (var worker = command("worker", "default", "--concurrency", "2").start()) {
      Await.value("workers", () -> redis.smembers("rq:workers").size(), now -> now == 2);

      python.python("for w in Worker.all(connection=r): send_shutdown_command(r, w.name)");

      assertThat(worker.awaitExit()).isZero();
      assertThat(redis.smembers("rq:workers")).isEmpty();
      assertThat(redis.smembers("rq:workers:default")).isEmpty();
    }
  }

  @Test
  void programsThatTrackTheirOwnJobsGoOnBesideUs() throws Exception {
    try (var backend = command("serve").start();
        var calls = new Calls(backend.url())) {
      Await.value("readiness", () -> calls.get("/health/ready"), now -> now.status() == 200);
      String id = UUID.randomUUID().toString();
      sql(
          "INSERT INTO pipeline_jobs (id, rq_job_id, queue, status) VALUES ('"
              + id
              + "', 'theirs', 'python', 'queued')");
      assertThat(status(calls, id)).isEqualTo("queued");
      sql(
          "UPDATE pipeline_jobs SET status = 'running', started_at = now() WHERE id = '"
              + id
              + "'");
      assertThat(status(calls, id)).isEqualTo("running");
      String before = text("SELECT j::text FROM pipeline_jobs j WHERE id = '" + id + "'");
      // A sweep comes every ten seconds.
      var never = new java.util.concurrent.CountDownLatch(1);
      assertThat(
              never.await(
                  Duration.ofSeconds(12).toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS))
          .isFalse();
      assertThat(text("SELECT j::text FROM pipeline_jobs j WHERE id = '" + id + "'"))
          .isEqualTo(before);
      sql(
          "UPDATE pipeline_jobs SET status = 'finished', finished_at = now(), result = '{\"chunks\": 3}' WHERE id = '"
              + id
              + "'");
      assertThat(calls.get("/pipeline/status/" + id).json().at("/result/chunks").intValue())
          .isEqualTo(3);
      assertThat(backend.said()).doesNotContain(" ERROR ");
    }
  }

  private static String status(Calls calls, String id) throws Exception {
    return calls.get("/pipeline/status/" + id).json().path("status").asText();
  }

  private String status(String id) {
    return String.valueOf(redis.hget("rq:job:" + id, "status"));
  }

  private void sql(String statement) throws SQLException {
    try (Connection connection = database.connect();
        var run = connection.createStatement()) {
      run.execute(statement);
    }
  }

  private String text(String query) throws SQLException {
    try (Connection connection = database.connect();
        var run = connection.createStatement();
        var rows = run.executeQuery(query)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }

  private long number(String query) {
    try {
      return Long.parseLong(text(query));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
