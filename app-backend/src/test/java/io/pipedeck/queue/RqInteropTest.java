package io.pipedeck.queue;

import static io.pipedeck.job.JobTests.aJob;
import static io.pipedeck.job.JobTests.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.api.Json;
import io.pipedeck.embedded.TestServers;
import io.pipedeck.job.Job;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real Python RQ reads what we write. Needs Debian's python3-rq; skipped without. */
class RqInteropTest {
  private static final String PYTHON = "/usr/bin/python3";
  private static final String WORKER = "host.1.abc.0";
  private static final String SERIALIZER = "rq.serializers.JSONSerializer";

  private static final String FETCH =
      """
      import sys, json, redis
      from rq.job import Job
      from rq.serializers import JSONSerializer
      job = Job.fetch(sys.argv[2], connection=redis.from_url(sys.argv[1]), serializer=JSONSerializer)
      latest = job.latest_result()
      print(json.dumps({'func': job.func_name, 'args': job.args, 'kwargs': job.kwargs, 'status': job.get_status(),
          'origin': job.origin, 'timeout': job.timeout, 'worker': job.worker_name,
          'value': latest.return_value if latest else None, 'exc': latest.exc_string if latest else None}))
      """;

  @TempDir Path folder;

  private final URI url = TestServers.freshRedis();
  private final RedisConnection connection = new RedisConnection(url);
  private final RedisQueue queue =
      new RedisQueue(connection, InstantSource.system(), _ -> Duration.ofMinutes(10));
  private final QueueWindow window = new QueueWindow(connection);
  private final RqWorkers workers =
      new RqWorkers(
          connection,
          InstantSource.system(),
          new RqWorkers.Identity("host", 1, "pipedeck 0.1.0", List.of("default")));

  @BeforeAll
  static void rqIsHere() throws Exception {
    assumeTrue(Files.isExecutable(Path.of(PYTHON)), "no " + PYTHON);
    assumeTrue(
        new ProcessBuilder(PYTHON, "-c", "import rq").start().waitFor() == 0,
        "no python3-rq: the tests against the real RQ are skipped");
  }

  @BeforeEach
  void worker() {
    workers.birth(WORKER);
  }

  @AfterEach
  void close() {
    queue.close();
    connection.close();
  }

  @Test
  void rqInfoListsQueueAndWorkerAtEveryStage() throws Exception {
    Job job = aJob().queued(1);
    queue.push(List.of(job));
    assertThat(info()).contains("queue default 1").contains("worker " + WORKER).contains(" idle ");

    run(at(job, 2));
    workers.beat(List.of(new RqWorkers.Beat(WORKER, job, RqWorkers.Work.NONE)));
    assertThat(info()).contains("queue default 0").contains(" busy ");

    queue.finished(at(job, 3), WORKER, null);
    var done = new RqWorkers.Work(1, 0, Duration.ofSeconds(1));
    workers.beat(List.of(new RqWorkers.Beat(WORKER, null, done)));
    assertThat(info()).contains(" idle ");

    workers.death(WORKER);
    assertThat(info()).doesNotContain("worker " + WORKER);
  }

  @Test
  void rqReadsAJobAtEveryStageOfItsLife() throws Exception {
    Job job =
        aJob()
            .running("te_po.pipeline.jobs.process_document")
            .with(Json.mapper().createObjectNode().put("filename", "Māori 🥝's.pdf"))
            .queued(1);
    queue.push(List.of(job));
    JsonNode queued = fetch(job);
    assertThat(queued.get("func").textValue()).isEqualTo("te_po.pipeline.jobs.process_document");
    assertThat(queued.get("args").get(0).textValue()).isEqualTo("Māori 🥝's.pdf");
    assertThat(queued.get("args").get(1).textValue()).isEqualTo(job.id().toString());
    assertThat(queued.get("kwargs")).isEmpty();
    assertThat(queued.get("timeout").intValue()).isEqualTo(600);
    assertThat(status(queued)).isEqualTo("queued");

    run(at(job, 2));
    assertThat(status(fetch(job))).isEqualTo("started");
    assertThat(fetch(job).get("worker").textValue()).isEqualTo(WORKER);

    queue.scheduled(at(job, 3));
    shown();
    assertThat(status(fetch(job))).isEqualTo("scheduled");

    queue.push(List.of(at(job, 4)));
    run(at(job, 5));
    queue.finished(
        at(job, 6), WORKER, Json.mapper().createObjectNode().put("summary", "Ōtautahi \u0000 end"));
    shown();
    JsonNode finished = fetch(job);
    assertThat(status(finished)).isEqualTo("finished");
    assertThat(finished.get("value").get("summary").textValue()).isEqualTo("Ōtautahi \u0000 end");
  }

  @Test
  void rqReadsFailedCanceledAndAbandonedJobs() throws Exception {
    Job failed = start();
    queue.failed(at(failed, 3), WORKER, "No text.\nno_text: ü");
    shown();
    assertThat(status(fetch(failed))).isEqualTo("failed");
    assertThat(fetch(failed).get("exc").textValue()).isEqualTo("No text.\nno_text: ü");

    Job abandoned = start();
    queue.failed(at(abandoned, 3), "", "Worker lost.");
    shown();
    assertThat(status(fetch(abandoned))).isEqualTo("failed");
    assertThat(fetch(abandoned).get("exc").textValue()).isEqualTo("Worker lost.");
    assertThat(fetch(abandoned).get("worker").textValue()).isEqualTo(WORKER);

    Job canceled = start();
    queue.cancel(at(canceled, 3));
    assertThat(status(fetch(canceled))).isEqualTo("canceled");
    assertThat(info()).contains("queue default 0");
  }

  @Test
  void aRealWorkerRunsAPythonFunctionThatWePushed() throws Exception {
    Files.writeString(
        folder.resolve("greetings.py"), "def greet(name, job):\n    return {'kia ora': name}\n");
    Job job =
        aJob()
            .on("python")
            .running("greetings.greet")
            .with(Json.mapper().createObjectNode().put("filename", "Māui"))
            .queued(1);
    queue.push(List.of(job));

    run(
        "rq",
        "worker",
        "-b",
        "-u",
        url.toString(),
        "-S",
        SERIALIZER,
        "-P",
        folder.toString(),
        "python");

    JsonNode done = fetch(job);
    assertThat(status(done)).isEqualTo("finished");
    assertThat(done.get("value").get("kia ora").textValue()).isEqualTo("Māui");
  }

  private Job start() {
    Job job = aJob().queued(1);
    queue.push(List.of(job));
    run(at(job, 2));
    return job;
  }

  /** Pops the job and shows it as started. */
  private void run(Job claimed) {
    window.take(1, new LinkedHashMap<>(Map.of("default", 0)));
    queue.started(claimed, WORKER, false);
    shown();
  }

  /** Waits until all that was said is shown: changes come in their order, and this one is last. */
  private void shown() {
    queue.awaitShown();
  }

  private static String status(JsonNode job) {
    return job.get("status").textValue();
  }

  private String info() throws Exception {
    return run("rq", "info", "-u", url.toString(), "--raw");
  }

  private JsonNode fetch(Job job) throws Exception {
    return Json.mapper().readTree(run(PYTHON, "-c", FETCH, url.toString(), job.id().toString()));
  }

  private static String run(String... command) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(command));
    if (words.getFirst().equals("rq")) {
      words.set(0, PYTHON);
      words.addAll(1, List.of("-m", "rq.cli"));
    }
    Path output = Files.createTempFile("rq", ".out");
    Path errors = Files.createTempFile("rq", ".err");
    try {
      Process process =
          new ProcessBuilder(words)
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile())
              .start();
      boolean ended = process.waitFor(60, TimeUnit.SECONDS);
      process.destroyForcibly();
      String said = Files.readString(errors, StandardCharsets.UTF_8);
      assertThat(ended).as("%s ended; it said %s", words, said).isTrue();
      assertThat(process.exitValue()).as("%s said %s", words, said).isZero();
      return Files.readString(output, StandardCharsets.UTF_8);
    } finally {
      Files.delete(output);
      Files.delete(errors);
    }
  }
}
