package io.pipedeck.rq;

import static io.pipedeck.job.JobTests.aJob;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.Json;
import io.pipedeck.db.MigratedDatabase;
import io.pipedeck.embedded.TestServers;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobTests;
import io.pipedeck.queue.PythonRq;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The conformance statements of RQ's protocol, one test each, against the real RQ 1.13. Where a
 * statement speaks of {@code rq info} of a newer RQ or of rq-dashboard, what those read is checked.
 */
class RqConformanceTest {
  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();
  private static final URI URL = TestServers.freshRedis();
  private static final String STAMP = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z";

  @TempDir Path folder;
  private RqRig rig;

  @BeforeEach
  void start() {
    PythonRq.assumeHere();
    rig = new RqRig(DB, URL);
  }

  @AfterEach
  void close() {
    if (rig != null) {
      rig.close();
    }
  }

  @Test
  void s01_rqInfoShowsAJobThatWeEnqueued() throws Exception {
    rig.service.enqueue(aJob().running("echo").build());

    assertThat(rig.python.rq("info", "--raw")).contains("queue default 1");
  }

  @Test
  void s02_theHashHasWhatRealWorkersParse() throws Exception {
    Job job = rig.service.enqueue(aJob().running("echo").build());

    Map<String, String> hash = rig.raw.hgetAll("rq:job:" + job.id());
    assertThat(hash).containsEntry("status", "queued").containsEntry("origin", "default");
    assertThat(hash.get("timeout")).matches("\\d+");
    assertThat(hash.get("created_at")).matches(STAMP);
    assertThat(hash.get("enqueued_at")).matches(STAMP);
    byte[] data =
        rig.raw.hget(
            ("rq:job:" + job.id()).getBytes(StandardCharsets.UTF_8),
            "data".getBytes(StandardCharsets.UTF_8));
    assertThat(data[0]).isEqualTo((byte) 0x78);
    try (var inflated = new InflaterInputStream(new java.io.ByteArrayInputStream(data))) {
      assertThat(Json.mapper().readTree(inflated.readAllBytes())).hasSize(4);
    }
  }

  @Test
  void s03_jobFetchGivesTheCallWithAndWithoutTheSerializer() throws Exception {
    Job job =
        rig.service.enqueue(
            aJob()
                .running("te_po.pipeline.jobs.process_document")
                .with(Json.mapper().createObjectNode().put("filename", "Māori 🥝.pdf"))
                .build());

    assertThat(
            rig.py(
                "j = fetch(args[0]); print(j.func_name, j.args, j.kwargs); Job.fetch(args[0], connection=r)",
                job.id().toString()))
        .isEqualTo("te_po.pipeline.jobs.process_document ['Māori 🥝.pdf', '" + job.id() + "'] {}");
  }

  @Test
  void s04_aRealWorkerRunsWhatWeEnqueueForPython() throws Exception {
    Files.writeString(
        folder.resolve("reports.py"), "def greet(name):\n    return 'kia ora ' + name\n");
    var foreign =
        new ForeignJobs(
            DB.pool(),
            new io.pipedeck.queue.RqOutbox(rig.redis, InstantSource.system()),
            io.pipedeck.job.JobEvents.NONE);
    Job job =
        foreign.enqueue(
            ForeignJob.of(
                "python",
                "reports.greet",
                com.fasterxml.jackson.databind.node.TextNode.valueOf("Māui 🥝")));
    String id = job.id().toString();

    rig.python.burst(folder, "python");

    assertThat(rig.py("j = fetch(args[0]); print(j.get_status(), j.return_value())", id))
        .isEqualTo("finished kia ora Māui 🥝");
    assertThat(rig.raw.zrange("rq:finished:python", 0, -1)).containsExactly(id);
    assertThat(standsIn(id)).containsExactly("rq:finished:python");
    foreign.sweep();
    Job recorded = JobTests.stored(DB.pool(), job.id());
    assertThat(recorded.status()).isEqualTo(JobStatus.FINISHED);
    assertThat(recorded.result()).hasToString("\"kia ora Māui 🥝\"");
  }

  /** The lists and registries that hold an id. */
  private List<String> standsIn(String id) {
    List<String> found = new ArrayList<>();
    for (String key : rig.raw.keys("rq:*")) {
      String type = rig.raw.type(key);
      if ((type.equals("list") && rig.raw.lpos(key, id) != null)
          || (type.equals("zset") && rig.raw.zscore(key, id) != null)) {
        found.add(key);
      }
    }
    return found;
  }

  @Test
  void s05_whatNoWorkerCouldParseIsRefusedBeforeAnyWrite() {
    assertThatThrownBy(() -> ForeignJob.of("a,b", "f"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                new ForeignJob(
                    null, "python", "f", List.of(), Map.of(), Duration.ZERO, null, 1, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                new ForeignJob(
                    null,
                    "python",
                    "f",
                    List.of(),
                    Map.of(),
                    Duration.ofMillis(1_500).minusSeconds(1),
                    null,
                    1,
                    List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(rig.raw.dbSize()).isZero();
    // Ids are made here and are always UUIDs.
    Job job = rig.service.enqueue(aJob().running("echo").build());
    assertThat(job.idInRedis()).matches("[A-Za-z0-9_-]+");
  }

  @Test
  void s06_workersAreListedWhileTheyLive() throws Exception {
    var pool = rig.start(1);
    rig.await("a worker", () -> rig.raw.smembers("rq:workers"), it -> it.size() == 1);

    assertThat(rig.python.rq("info", "--raw"))
        .containsPattern("worker h\\.1\\.a\\.0 \\(h  ?\\S* ?1\\) idle urgent, default, slow");
    assertThat(rig.raw.ttl("rq:worker:h.1.a.0")).isBetween(1L, 480L);

    pool.close();
    for (String set :
        List.of("rq:workers", "rq:workers:urgent", "rq:workers:default", "rq:workers:slow")) {
      assertThat(rig.raw.smembers(set)).as(set).isEmpty();
    }
    assertThat(rig.raw.hget("rq:worker:h.1.a.0", "death")).matches(STAMP);
    assertThat(rig.raw.ttl("rq:worker:h.1.a.0")).isBetween(1L, 60L);
    // One that was killed leaves a hash that expires by itself, whatever state it was in.
    rig.start(1, List.of("default"), "h.1.b");
    rig.await("a worker", () -> rig.raw.ttl("rq:worker:h.1.b.0"), it -> it > 0);
    assertThat(rig.raw.ttl("rq:worker:h.1.b.0")).isLessThanOrEqualTo(480L);
  }

  @Test
  void s07_aJobOfPythonIsRunByJava() throws Exception {
    rig.start(2);
    rig.py("q.enqueue('echo', {'kia': 'ora 🥝'}, job_id='doc-1')");
    rig.await("doc-1", "finished");

    assertThat(
            rig.py(
                "j = fetch('doc-1'); print(j.get_status(), j.return_value(), j.worker_name, j.ended_at >= j.started_at)"))
        .matches("finished \\{'kia': 'ora 🥝'} h\\.1\\.a\\.[01] True");
    assertThat(rig.raw.ttl("rq:job:doc-1")).isBetween(480L, 500L);
    assertThat(rig.raw.ttl("rq:results:doc-1")).isBetween(480L, 500L);
    Job row = rig.row("doc-1");
    assertThat(row.status()).isEqualTo(JobStatus.FINISHED);
    assertThat(row.result()).hasToString("{\"kia\":\"ora 🥝\"}");
  }

  @Test
  void s08_resultsLiveAsLongAsTheJobSays() throws Exception {
    rig.start(1);
    rig.py(
        """
        q.enqueue('echo', 1, job_id='kept', result_ttl=-1)
        q.enqueue('echo', 1, job_id='gone', result_ttl=0)
        q.enqueue('echo', job_id='null')
        """);
    rig.await("null", "finished");

    assertThat(rig.raw.ttl("rq:job:kept")).isEqualTo(-1);
    assertThat(rig.raw.zscore("rq:finished:default", "kept")).isInfinite();
    assertThat(rig.raw.exists("rq:job:gone")).isFalse();
    assertThat(rig.raw.zscore("rq:finished:default", "gone")).isNull();
    assertThat(rig.row("gone").status()).isEqualTo(JobStatus.FINISHED);
    assertThat(rig.py("j = fetch('null'); print(j.return_value(), j.latest_result().type.value)"))
        .isEqualTo("None 1");
  }

  @Test
  void s09_aRunningJobStandsInWip() throws Exception {
    rig.start(1);
    rig.py("q.enqueue('wait', job_id='doc-1')");
    rig.started.await();
    rig.await("doc-1", "started");
    double now = InstantSource.system().instant().getEpochSecond();

    assertThat(rig.raw.zscore("rq:wip:default", "doc-1")).isBetween(now, now + 91);
    assertThat(rig.raw.ttl("rq:job:doc-1")).isEqualTo(-1);
    assertThat(rig.raw.hexists("rq:worker:h.1.a.0", "current_job")).isFalse();
    assertThat(rig.py("print(StartedJobRegistry('default', connection=r).get_job_ids())"))
        .isEqualTo("['doc-1']");
    // Refreshed with each renewal of the lease, every ten seconds.
    rig.raw.zadd("rq:wip:default", now + 20, "doc-1");
    rig.await(
        "a sign of life", () -> rig.raw.zscore("rq:wip:default", "doc-1"), it -> it > now + 60);
    rig.release();
    rig.await("doc-1", "finished");
    assertThat(rig.raw.zcard("rq:wip:default")).isZero();
  }

  @Test
  void s10_aHandlerThatThrowsFailsAndCanBeRequeued() throws Exception {
    rig.start(1);
    rig.py("q.enqueue('fail', 'no paper', job_id='doc-1')");
    rig.await("doc-1", "failed");

    assertThat(
            rig.py(
                "x = fetch('doc-1').latest_result(); print(x.type.name, x.exc_string.splitlines()[-1])"))
        .isEqualTo("FAILED java.lang.IllegalStateException: no paper");
    assertThat(rig.raw.zrange("rq:failed:default", 0, -1)).containsExactly("doc-1");
    assertThat(rig.row("doc-1").errorCode()).isEqualTo(ErrorCode.INTERNAL_ERROR);
    for (int attempt = 2; attempt <= 3; attempt++) {
      String[] serializer =
          attempt == 2 ? new String[0] : new String[] {"-S", "rq.serializers.JSONSerializer"};
      List<String> words = new ArrayList<>(List.of("--queue", "default", "--all"));
      words.addAll(List.of(serializer));
      rig.python.rq("requeue", words.toArray(String[]::new));
      int wanted = attempt;
      rig.await(
          "attempt " + attempt,
          () -> rig.row("doc-1"),
          it -> it.attempt() == wanted && it.status() == JobStatus.FAILED);
      rig.await("doc-1", "failed");
    }
  }

  @Test
  void s11_retriesFollowTheirIntervals() throws Exception {
    rig.start(1);
    rig.lead();
    rig.py("q.enqueue('fail', 'x', job_id='later', retry=Retry(max=2, interval=[30, 60]))");
    rig.await("later", "scheduled");
    assertThat(rig.raw.hget("rq:job:later", "retries_left")).isEqualTo("1");
    assertThat(untilStart("later")).isCloseTo(30, within(3.0));
    pauseIsOver("later");
    rig.await(
        "the second failure", () -> rig.raw.hget("rq:job:later", "retries_left"), "0"::equals);
    rig.await("later", "scheduled");
    assertThat(untilStart("later")).isCloseTo(60, within(3.0));
    pauseIsOver("later");
    rig.await("later", "failed");
    assertThat(rig.row("later").attempt()).isEqualTo(3);

    rig.py("q.enqueue('fail', 'x', job_id='now', retry=Retry(max=2))");
    rig.await("now", "failed");
    assertThat(rig.row("now").attempt()).isEqualTo(3);
  }

  private double untilStart(String id) {
    Double score = rig.raw.zscore("rq:scheduled:default", id);
    assertThat(score).isNotNull();
    return (score == null ? 0 : score) - InstantSource.system().millis() / 1000.0;
  }

  private void pauseIsOver(String id) {
    DB.pool()
        .run(tx -> tx.update("UPDATE pipeline_jobs SET run_at = now() WHERE rq_job_id = ?", id));
  }

  @Test
  void s13_stopJobEndsAJobWithinTwoSeconds() throws Exception {
    rig.start(1);
    rig.py("q.enqueue('wait', job_id='doc-1', retry=Retry(max=3))");
    rig.started.await();
    rig.await("doc-1", "started");
    long before = System.nanoTime();

    rig.py("send_stop_job_command(r, 'doc-1', serializer=JSONSerializer)");
    rig.await("doc-1", "stopped");

    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(3));
    assertThat(rig.raw.zrange("rq:failed:default", 0, -1)).containsExactly("doc-1");
    assertThat(rig.py("print(fetch('doc-1').latest_result().exc_string)"))
        .isEqualTo("Job stopped by user, work-horse terminated.");
    assertThat(rig.row("doc-1").status()).isEqualTo(JobStatus.CANCELED);
    rig.py("q.enqueue('echo', 1, job_id='doc-2')");
    rig.await("doc-2", "finished");
    assertThat(rig.row("doc-1").attempt()).isEqualTo(1);
  }

  @Test
  void s14_suspendedWorkersStartNothing() throws Exception {
    rig.start(1);
    rig.await("a worker", () -> rig.raw.hget("rq:worker:h.1.a.0", "state"), "idle"::equals);
    rig.python.rq("suspend");
    rig.py("q.enqueue('echo', 1, job_id='doc-1')");
    rig.await("the state", () -> rig.raw.hget("rq:worker:h.1.a.0", "state"), "suspended"::equals);
    assertThat(rig.status("doc-1")).isEqualTo("queued");
    assertThat(rig.raw.lrange("rq:queue:default", 0, -1)).containsExactly("doc-1");

    rig.python.rq("resume");
    long before = System.nanoTime();
    rig.await("doc-1", "finished");

    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
    rig.await("the state", () -> rig.raw.hget("rq:worker:h.1.a.0", "state"), "idle"::equals);
  }

  @Test
  void s15_dependentsAreReleased() throws Exception {
    rig.start(2);
    rig.py(
        """
        a = q.enqueue('wait', job_id='a'); b = q.enqueue('wait', job_id='b')
        q.enqueue('echo', 1, job_id='c', depends_on=[a, b])
        f = q.enqueue_in(timedelta(hours=1), 'fail', 'no', job_id='f')
        q.enqueue('echo', 1, job_id='lenient', depends_on=Dependency(jobs=[f], allow_failure=True))
        q.enqueue('echo', 1, job_id='strict', depends_on=f)
        """);
    rig.await("b", "started");
    assertThat(rig.status("c")).isEqualTo("deferred");
    // Both end at the same moment.
    rig.release();
    rig.await("c", "finished");
    assertThat(rig.row("c").attempt()).isEqualTo(1);

    rig.py(
        "j = fetch('f'); ScheduledJobRegistry('default', connection=r).remove(j); q.enqueue_job(j)");
    rig.await("lenient", "finished");
    assertThat(rig.status("f")).isEqualTo("failed");
    assertThat(rig.status("strict")).isEqualTo("deferred");
  }

  @Test
  void s16_aPickledJobFailsClearlyAndAPythonWorkerCanRunIt() throws Exception {
    var pool = rig.start(1, List.of("default"), "h.1.a");
    rig.py(
        "Queue('default', connection=r).enqueue('math.sqrt', 16, job_id='doc-1'); q.enqueue('echo', 1, job_id='doc-2')");
    rig.await("doc-1", "failed");
    rig.await("doc-2", "finished");

    assertThat(rig.py("print(Job.fetch('doc-1', connection=r).latest_result().exc_string)"))
        .contains("Python pickle (protocol 5)")
        .contains("rq requeue --queue default doc-1")
        .endsWith("rq.exceptions.DeserializationError: pickled job data");
    pool.close();
    rig.python.rq("requeue", "--queue", "default", "doc-1");
    assertThat(
            rig.py(
                """
                from rq import SimpleWorker
                SimpleWorker([Queue('default', connection=r)], connection=r).work(burst=True, logging_level='ERROR')
                j = Job.fetch('doc-1', connection=r); print(j.get_status(), j.return_value())
                """))
        .endsWith("finished 4.0");
  }

  @Test
  void s17_deleteAndCancelOfARunningJobStay() throws Exception {
    rig.start(2);
    rig.py("q.enqueue('wait', job_id='deleted'); q.enqueue('wait', job_id='canceled')");
    rig.await("deleted", "started");
    rig.await("canceled", "started");

    rig.py("fetch('deleted').delete(); fetch('canceled').cancel()");
    rig.await("the row", () -> rig.row("canceled").status(), JobStatus.CANCELED::equals);
    rig.release();
    rig.await("the row", () -> rig.row("deleted").status(), JobStatus.FINISHED::equals);
    rig.await("wip", () -> rig.raw.zcard("rq:wip:default"), it -> it == 0);

    assertThat(rig.raw.exists("rq:job:deleted")).isFalse();
    assertThat(rig.status("canceled")).isEqualTo("canceled");
    assertThat(rig.raw.zcard("rq:finished:default")).isZero();
  }

  @Test
  void s18_poisonHarmsOnlyItself() throws Exception {
    rig.start(1);
    rig.py(
        """
        import zlib
        good = zlib.compress(b'["echo", null, [1], {}]')
        base = dict(status='queued', created_at='2026-01-01T00:00:00.000000Z', origin='default', timeout='180', data=good)
        poison = [
            dict(base, data=zlib.compress(b'{bad json')), dict(base, data=zlib.compress(b'[1, 2]')), dict(base, data=b'x\\x9cbroken'),
            {k: v for k, v in base.items() if k != 'origin'}, dict(base, created_at='2026-01-01T00:00:00.123456789Z'),
            dict(base, created_at='2026-01-01T00:00:00+00:00'), dict(base, status='Queued'), dict(base, status='odd'),
            dict(base, timeout='3m'), dict(base, timeout='180.0'), dict(base, result_ttl='x', failure_ttl='y', ttl='z'),
            dict(base, retries_left='many', retry_intervals='soon'), dict(base, meta='{"json": 1}'), dict(base, data=b''),
        ]
        for i, fields in enumerate(poison):
            r.hset('rq:job:poison-%d' % i, mapping=fields); r.rpush('rq:queue:default', 'poison-%d' % i)
        r.set('rq:job:text', 'no hash'); r.rpush('rq:queue:default', 'text', 'missing', 'dots and spaces')
        q.enqueue('echo', 1, job_id='last')
        """);
    rig.await("last", "finished");
    rig.await("between", () -> rig.raw.llen("rq:queue:default:intermediate"), it -> it == 0);

    List<String> statuses = new ArrayList<>();
    for (int i = 0; i < 14; i++) {
      int n = i;
      if (i != 6 && i != 7) {
        rig.await(
            "poison-" + i,
            () -> rig.status("poison-" + n),
            it -> !it.equals("queued") && !it.equals("started"));
      }
      statuses.add(rig.status("poison-" + i));
    }
    assertThat(statuses)
        .containsExactly(
            "failed",
            "failed",
            "failed",
            "finished",
            "finished",
            "finished",
            "Queued",
            "odd",
            "finished",
            "finished",
            "finished",
            "finished",
            "finished",
            "failed");
    assertThat(rig.raw.zcard("rq:wip:default")).isZero();
    assertThat(rig.raw.llen("rq:queue:default")).isZero();
  }

  @Test
  void s19_javaAndPythonWorkersShareAQueue() throws Exception {
    int jobs = 1_000;
    Files.writeString(folder.resolve("both.py"), "def echo(value=None):\n    return value\n");
    Files.writeString(folder.resolve("echo.py"), "");
    rig.py(
        """
        for i in range(int(args[0])):
            q.enqueue('te_po.pipeline.process_document', '/in/%d' % i, job_id='doc-%d' % i)
        """,
        Integer.toString(jobs));
    Path package_ = Files.createDirectories(folder.resolve("te_po"));
    Files.writeString(package_.resolve("__init__.py"), "");
    Files.writeString(
        package_.resolve("pipeline.py"),
        "def process_document(file_path, job_id=None):\n    return {'python': file_path}\n");
    Process python = rig.python.worker(folder, "-b", "default");
    try {
      rig.start(2, List.of("default"), "h.1.a");
      rig.await("all", () -> rig.raw.zcard("rq:finished:default"), it -> it == jobs);
      assertThat(python.waitFor(60, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    } finally {
      python.destroyForcibly();
    }

    String counts =
        rig.py(
            """
            byPython = ours = 0
            for i in range(int(args[0])):
                j = fetch('doc-%d' % i)
                assert j.get_status() == 'finished' and len(j.results()) == 1, j
                if 'python' in j.return_value(): byPython += 1
                else: ours += 1
            print(byPython, ours)
            """,
            Integer.toString(jobs));
    int space = counts.indexOf(' ');
    int ours = Integer.parseInt(counts.substring(space + 1));
    assertThat(Integer.parseInt(counts.substring(0, space))).as("run by Python").isPositive();
    assertThat(ours).as("run by us").isPositive();
    assertThat(
            DB.number(
                "SELECT count(*) AS n FROM pipeline_jobs WHERE status = 'finished' AND attempt = 1"))
        .isEqualTo(ours);
    assertThat(rig.raw.zcard("rq:wip:default")).isZero();
    assertThat(rig.raw.llen("rq:queue:default")).isZero();
    assertThat(rig.raw.llen("rq:queue:default:intermediate")).isZero();
  }

  @Test
  void s20_rqsToolsWorkAtEveryMoment() throws Exception {
    rig.start(2);
    rig.lead();
    rig.py(
        """
        q.enqueue('wait', job_id='running'); q.enqueue('fail', 'x', job_id='failed'); q.enqueue('echo', 1, job_id='finished')
        q.enqueue_in(timedelta(hours=1), 'echo', job_id='scheduled'); q.enqueue('echo', job_id='deferred', depends_on='running')
        Queue('default', connection=r).enqueue('f', job_id='pickled')
        """);
    rig.await("running", "started");
    rig.await("failed", "failed");
    rig.await("finished", "finished");
    rig.await("pickled", "failed");

    assertThat(
            rig.py(
                """
                print([x.name for x in Queue.all(connection=r, serializer=JSONSerializer)], sorted(w.name for w in Worker.all(connection=r)))
                for registry in [StartedJobRegistry, FinishedJobRegistry, FailedJobRegistry, DeferredJobRegistry, ScheduledJobRegistry, CanceledJobRegistry]:
                    print(registry.__name__, sorted(registry('default', connection=r, serializer=JSONSerializer).get_job_ids()))
                """))
        .isEqualTo(
            """
            ['default'] ['h.1.a.0', 'h.1.a.1']
            StartedJobRegistry ['running']
            FinishedJobRegistry ['finished']
            FailedJobRegistry ['failed', 'pickled']
            DeferredJobRegistry ['deferred']
            ScheduledJobRegistry ['scheduled']
            CanceledJobRegistry []""");
    assertThat(rig.python.rq("info")).contains("2 workers, 1 queue");
  }

  @Test
  void killHorseFailsTheRunningJobAndRetriesApply() throws Exception {
    rig.start(1);
    rig.py("q.enqueue('wait', job_id='doc-1')");
    rig.started.await();
    rig.await("doc-1", "started");

    rig.py("send_kill_horse_command(r, 'h.1.a.0')");

    rig.await("doc-1", "failed");
    assertThat(rig.row("doc-1").error()).startsWith("Work-horse terminated unexpectedly");
  }

  @Test
  void shutdownSendsOneWorkerHomeAfterItsJob() throws Exception {
    rig.start(2);
    rig.py("q.enqueue('wait', job_id='doc-1')");
    rig.started.await();
    rig.await("doc-1", "started");
    String busy = String.valueOf(rig.raw.hget("rq:job:doc-1", "worker_name"));
    String other = busy.equals("h.1.a.0") ? "h.1.a.1" : "h.1.a.0";

    rig.py("send_shutdown_command(r, args[0])", busy);
    rig.py("q.enqueue('echo', 1, job_id='doc-2')");
    rig.await("doc-2", "finished");
    assertThat(rig.raw.smembers("rq:workers")).hasSize(2);
    assertThat(rig.status("doc-1")).isEqualTo("started");
    rig.release();
    rig.await("doc-1", "finished");
    rig.await("one worker", () -> rig.raw.smembers("rq:workers"), it -> it.size() == 1);
    assertThat(rig.raw.smembers("rq:workers")).containsExactly("rq:worker:" + other);

    rig.py("send_shutdown_command(r, args[0])", other);
    rig.allGone.await();
    rig.py("q.enqueue('echo', 1, job_id='doc-3')");
    assertThat(rig.raw.smembers("rq:workers")).isEmpty();
    assertThat(rig.status("doc-3")).isEqualTo("queued");
  }

  @Test
  void frontTtlTimeoutAndStartTimesCount() throws Exception {
    rig.lead();
    rig.py(
        """
        q.enqueue('echo', 2, job_id='second'); q.enqueue('echo', 1, job_id='first', at_front=True)
        q.enqueue('echo', 1, job_id='expired', ttl=1)
        q.enqueue_in(timedelta(seconds=1), 'echo', 3, job_id='soon')
        q.enqueue('wait', job_id='slow', job_timeout=1)
        """);
    rig.await("its time to live", () -> rig.raw.exists("rq:job:expired"), it -> !it);
    rig.start(1);
    rig.await("slow", "failed");
    rig.await("soon", "finished");

    assertThat(rig.row("first").startedAt()).isBefore(rig.row("second").startedAt());
    assertThat(rig.py("print(fetch('slow').latest_result().exc_string.splitlines()[-1])"))
        .isEqualTo(
            "rq.timeouts.JobTimeoutException: Task exceeded maximum timeout value (1 seconds)");
    assertThat(DB.number("SELECT count(*) AS n FROM pipeline_jobs WHERE rq_job_id = 'expired'"))
        .isZero();
  }

  @Test
  void aRequeueOfANativeJobIsAnOperatorsRetry() throws Exception {
    rig.start(1);
    Job job =
        rig.service.enqueue(
            aJob()
                .running("fail")
                .with(Json.mapper().createObjectNode().put("text", "no"))
                .attempts(1)
                .build());
    String id = job.id().toString();
    rig.await(id, "failed");

    rig.python.rq("requeue", "--queue", "default", id);

    rig.await(
        "the second attempt",
        () -> JobTests.stored(DB.pool(), job.id()),
        it -> it.attempt() == 2 && it.status() == JobStatus.FAILED);
  }

  @Test
  void whatAPythonWorkerOfASharedQueueRanIsRecorded() throws Exception {
    var pool = rig.start(1);
    rig.py("q.enqueue('both.fail', 'no', job_id='doc-1', retry=Retry(max=1, interval=3600))");
    rig.await("doc-1", "scheduled");
    pool.close();
    rig.lead();
    pauseIsOver("doc-1");
    rig.await("doc-1", "queued");
    rig.await("the queue", () -> rig.raw.llen("rq:queue:default"), it -> it == 1);

    rig.py(
        """
        import types
        sys.modules['both'] = types.ModuleType('both'); sys.modules['both'].fail = lambda text: {'python': text}
        from rq import SimpleWorker
        SimpleWorker([q], connection=r, serializer=JSONSerializer).work(burst=True, logging_level='ERROR')
        """);

    assertThat(rig.status("doc-1")).isEqualTo("finished");
    Job row = rig.await("the row", () -> rig.row("doc-1"), it -> it.status().isFinal());
    assertThat(row.status()).isEqualTo(JobStatus.FINISHED);
    assertThat(row.result()).hasToString("{\"python\":\"no\"}");
    assertThat(row.attempt()).isEqualTo(2);
    assertThat(rig.raw.llen("rq:queue:default")).isZero();
    assertThat(
            DB.text(
                "SELECT string_agg(outcome, ',' ORDER BY attempt) AS text FROM job_attempts WHERE job_id = ?",
                row.id()))
        .isEqualTo("retry,finished");
  }
}
