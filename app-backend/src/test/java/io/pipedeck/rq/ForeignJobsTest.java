package io.pipedeck.rq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.db.MigratedDatabase;
import io.pipedeck.embedded.TestServers;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobEvents;
import io.pipedeck.job.JobTests;
import io.pipedeck.queue.PythonRq;
import io.pipedeck.queue.RedisConnection;
import io.pipedeck.queue.RqOutbox;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** Jobs of ours that a real RQ worker runs. */
class ForeignJobsTest {
  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();
  private static final URI URL = TestServers.freshRedis();

  @TempDir Path folder;

  private final RedisConnection connection = new RedisConnection(URL);
  private final RedisClient redis = RedisClient.create(URL);
  private final PythonRq python = new PythonRq(URL);
  private final List<JobEvents.Change> heard = new ArrayList<>();
  private final ForeignJobs jobs =
      new ForeignJobs(DB.pool(), new RqOutbox(connection, InstantSource.system()), heard::addAll);

  @BeforeEach
  void start() throws Exception {
    PythonRq.assumeHere();
    redis.flushDB();
    Files.writeString(
        folder.resolve("reports.py"),
        """
        def greet(name, loud=False):
            return {'kia ora': name.upper() if loud else name}
        def fail():
            raise ValueError('no paper')
        """);
  }

  @AfterEach
  void close() {
    redis.close();
    connection.close();
  }

  @Test
  void aPythonWorkerRunsItAndTheResultComesBack() throws Exception {
    Job job =
        jobs.enqueue(
            new ForeignJob(
                "mine",
                "python",
                "reports.greet",
                List.of(TextNode.valueOf("Māui 🥝")),
                Map.of("loud", com.fasterxml.jackson.databind.node.BooleanNode.TRUE),
                Duration.ofMinutes(1),
                null,
                1,
                List.of()));
    assertThat(job.status()).isEqualTo(JobStatus.QUEUED);
    assertThat(job.nativeRow()).isFalse();
    assertThat(python.python("print(fetch(args[0]).description)", job.id().toString()))
        .isEqualTo("reports.greet('Māui 🥝', loud=True)");
    jobs.sweep();
    assertThat(stored(job)).isEqualTo(job);

    python.burst(folder, "python");
    jobs.sweep();

    Job done = stored(job);
    assertThat(done.status()).isEqualTo(JobStatus.FINISHED);
    assertThat(done.result()).hasToString("{\"kia ora\":\"MĀUI 🥝\"}");
    assertThat(done.startedAt()).isNotNull();
    assertThat(done.finishedAt()).isAfterOrEqualTo(done.startedAt());
    assertThat(done.worker()).isNotBlank();
    assertThat(redis.ttl("rq:job:" + job.id())).isBetween(490L, 500L);
    assertThat(heard)
        .extracting(change -> change.event().status())
        .containsExactly(JobStatus.QUEUED, JobStatus.FINISHED);
  }

  @Test
  void aFailureIsCopiedAndARequeueIsFollowed() throws Exception {
    Job job = jobs.enqueue(ForeignJob.of("python", "reports.fail"));
    python.burst(folder, "python");
    jobs.sweep();
    assertThat(stored(job).status()).isEqualTo(JobStatus.FAILED);
    assertThat(stored(job).errorCode()).isEqualTo(ErrorCode.INTERNAL_ERROR);
    assertThat(stored(job).error()).contains("Traceback").endsWith("ValueError: no paper\n");

    Files.writeString(folder.resolve("reports.py"), "def fail():\n    return 5\n");
    assertThat(python.rq("requeue", "--queue", "python", "--all")).contains("Requeueing 1 jobs");
    for (int i = 0; i < 6; i++) {
      jobs.sweep();
    }
    assertThat(stored(job).status()).isEqualTo(JobStatus.QUEUED);
    python.burst(folder, "python");
    jobs.sweep();

    assertThat(stored(job).status()).isEqualTo(JobStatus.FINISHED);
    assertThat(stored(job).result()).hasToString("5");
    assertThat(stored(job).error()).isNull();
  }

  @Test
  void whatRedisLostIsHandedOverAgainOnlyAfterTwoLooks() {
    Job job = jobs.enqueue(ForeignJob.of("python", "reports.greet", TextNode.valueOf("Māui")));
    redis.flushDB();
    jobs.sweep();
    assertThat(redis.exists("rq:job:" + job.id())).isFalse();

    jobs.sweep();
    jobs.sweep();

    assertThat(redis.lrange("rq:queue:python", 0, -1)).containsExactly(job.id().toString());
  }

  @Test
  void whatRedisLostWhileItRanHasFailed() throws Exception {
    Job job = jobs.enqueue(ForeignJob.of("python", "reports.greet", TextNode.valueOf("Māui")));
    python.python(
        "j = fetch(args[0]); j.set_status('started'); j.worker_name = 'w'; j.save()",
        job.id().toString());
    jobs.sweep();
    assertThat(stored(job).status()).isEqualTo(JobStatus.RUNNING);
    redis.flushDB();

    jobs.sweep();
    jobs.sweep();

    assertThat(stored(job).status()).isEqualTo(JobStatus.FAILED);
    assertThat(stored(job).errorCode()).isEqualTo(ErrorCode.WORKER_LOST);
  }

  @Test
  void startTimesAndRetriesAreRqs() throws Exception {
    Instant later = InstantSource.system().instant().plusSeconds(3_600);
    Job job =
        jobs.enqueue(
            new ForeignJob(
                null,
                "python",
                "reports.fail",
                List.of(),
                Map.of(),
                Duration.ofMinutes(1),
                later,
                3,
                List.of(Duration.ofSeconds(10), Duration.ofSeconds(20))));

    assertThat(job.status()).isEqualTo(JobStatus.SCHEDULED);
    assertThat(redis.zscore("rq:scheduled:python", job.id().toString()))
        .isEqualTo((double) later.getEpochSecond());
    assertThat(
            python.python(
                "j = fetch(args[0]); print(j.retries_left, j.retry_intervals, j.get_status())",
                job.id().toString()))
        .isEqualTo("2 [10, 20] scheduled");
    jobs.sweep();
    assertThat(stored(job)).isEqualTo(job);
  }

  @Test
  void rowsOfOtherProgramsAreNeverTouched() {
    DB.foreign(
        """
        INSERT INTO pipeline_jobs (rq_job_id, status) VALUES ('theirs', 'queued'), (NULL, 'running'), ('x', 'failed');
        """);
    String before =
        DB.text("SELECT string_agg(j::text, ';' ORDER BY id) AS text FROM pipeline_jobs j");

    for (int i = 0; i < 7; i++) {
      jobs.sweep();
    }

    assertThat(DB.text("SELECT string_agg(j::text, ';' ORDER BY id) AS text FROM pipeline_jobs j"))
        .isEqualTo(before);
    assertThat(redis.dbSize()).isZero();
  }

  @Test
  void refusesWhatNoWorkerCouldRun() {
    JsonNode[] none = new JsonNode[0];
    assertThatThrownBy(() -> ForeignJob.of("a:b", "f", none))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ForeignJob.of("python", " ", none))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Job stored(Job job) {
    return JobTests.stored(DB.pool(), job.id());
  }
}
