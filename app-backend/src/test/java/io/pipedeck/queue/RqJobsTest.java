package io.pipedeck.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.api.Json;
import io.pipedeck.embedded.TestServers;
import io.pipedeck.job.Adopted;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobTests;
import io.pipedeck.queue.RqJobs.Next;
import io.pipedeck.queue.RqJobs.Place;
import io.pipedeck.queue.RqJobs.Row;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

/** Jobs that the real RQ enqueued, and what it makes of what we write to them. */
class RqJobsTest {
  private static final URI URL = TestServers.freshRedis();
  private static final String WORKER = "host.1.abc.0";
  private static final String ROW = "01890000-0000-7000-8000-000000000001";

  private final RedisConnection connection = new RedisConnection(URL);
  private final RedisClient redis = RedisClient.create(URL);
  private final PythonRq python = new PythonRq(URL);
  private final RqJobs jobs = new RqJobs(connection, InstantSource.system());
  private final RedisQueue queue =
      new RedisQueue(connection, InstantSource.system(), _ -> Duration.ofMinutes(1));

  private final QueueWindow window = new QueueWindow(connection);

  @BeforeEach
  void start() {
    PythonRq.assumeHere();
    redis.flushDB();
    new RqWorkers(
            connection,
            InstantSource.system(),
            new RqWorkers.Identity("host", 1, "pipedeck 0.1.0", List.of("default")))
        .birth(WORKER);
  }

  @AfterEach
  void close() {
    queue.close();
    redis.close();
    connection.close();
  }

  @Test
  void claimsWhatPythonEnqueued() throws Exception {
    python.python(
        """
        q.enqueue('te_po.pipeline.process_document', '/path/Māori 🥝.pdf', job_id='doc-1', job_timeout=77,
                  retry=Retry(max=2, interval=[30, 60]))
        """);

    RqHash hash = claim("doc-1").orElseThrow();

    assertThat(hash.call())
        .isInstanceOfSatisfying(
            RqCall.Call.class,
            call -> {
              assertThat(call.function()).isEqualTo("te_po.pipeline.process_document");
              assertThat(call.args()).hasToString("[\"/path/Māori 🥝.pdf\"]");
            });
    assertThat(hash.timeout()).isEqualTo(Duration.ofSeconds(77));
    assertThat(hash.retriesLeft()).isEqualTo(2);
    assertThat(hash.retryIntervals())
        .containsExactly(Duration.ofSeconds(30), Duration.ofSeconds(60));
    assertThat(hash.createdAt()).isNotNull();
    assertThat(redis.lrange("rq:queue:default:intermediate", 0, -1)).isEmpty();
    assertThat(redis.zscore("rq:wip:default", "doc-1")).isNotNull();
    assertThat(
            python.python(
                "j = fetch('doc-1'); print(j.get_status(), j.worker_name, j.started_at is not None)"))
        .isEqualTo("started " + WORKER + " True");
  }

  @Test
  void anIdThatStandsTwiceInTheListIsClaimedOnce() throws Exception {
    enqueue("doc-1", "");
    redis.rpush("rq:queue:default", "doc-1");

    assertThat(claim("doc-1")).isPresent();
    assertThat(claim("doc-1")).isEmpty();

    assertThat(redis.lrange("rq:queue:default:intermediate", 0, -1)).isEmpty();
  }

  @Test
  void whatWasCanceledDeletedOrRecoveredIsNotClaimed() throws Exception {
    enqueue("canceled", "");
    pop("canceled");
    python.python("fetch('canceled').cancel()");
    enqueue("deleted", "");
    pop("deleted");
    redis.del("rq:job:deleted");
    enqueue("recovered", "");

    for (String id : List.of("canceled", "deleted", "recovered")) {
      assertThat(jobs.claim(place(id), WORKER)).as(id).isEmpty();
    }

    assertThat(redis.zrange("rq:wip:default", 0, -1)).isEmpty();
    assertThat(redis.lrange("rq:queue:default:intermediate", 0, -1)).isEmpty();
  }

  @Test
  void aResultIsReadByPythonAndLivesAsLongAsTheJobSays() throws Exception {
    enqueue("usual", "");
    enqueue("kept", ", result_ttl=-1");
    enqueue("gone", ", result_ttl=0");
    enqueue("null", "");
    JsonNode result = Json.mapper().createObjectNode().put("summary", "kia ora 🥝");
    for (String id : List.of("usual", "kept", "gone", "null")) {
      take(id);
      finished(place(id), new Row(ROW, 2), id.equals("null") ? null : result);
    }

    assertThat(
            python.python(
                """
                for id in ['usual', 'kept']:
                    j = fetch(id); print(j.get_status(), j.return_value()['summary'], j.ended_at >= j.started_at, j.worker_name)
                print(fetch('null').return_value(), fetch('null').latest_result().type.value)
                """))
        .isEqualTo(
            """
            finished kia ora 🥝 True %1$s
            finished kia ora 🥝 True %1$s
            None 1"""
                .formatted(WORKER));
    assertThat(redis.ttl("rq:job:usual")).isBetween(490L, 500L);
    assertThat(redis.ttl("rq:results:usual")).isBetween(490L, 500L);
    assertThat(redis.ttl("rq:job:kept")).isEqualTo(-1);
    assertThat(redis.zscore("rq:finished:default", "kept")).isInfinite();
    assertThat(redis.exists("rq:job:gone")).isFalse();
    assertThat(redis.zrange("rq:finished:default", 0, -1)).doesNotContain("gone");
    assertThat(redis.zrange("rq:wip:default", 0, -1)).isEmpty();
  }

  @Test
  void retriesFollowTheJobsOwnIntervals() throws Exception {
    enqueue("later", ", retry=Retry(max=2, interval=[30, 60])");
    take("later");
    jobs.failed(place("later"), WORKER, Next.RETRY, "no");
    assertThat(secondsUntil("later")).isBetween(28.0, 31.0);
    assertThat(status("later")).isEqualTo("scheduled 1");

    requeueScheduled("later");
    take("later");
    jobs.failed(place("later"), WORKER, Next.RETRY, "no");
    assertThat(secondsUntil("later")).isBetween(58.0, 61.0);

    requeueScheduled("later");
    take("later");
    jobs.failed(place("later"), WORKER, Next.RETRY, "java.lang.Oops: no\n");
    assertThat(status("later")).isEqualTo("failed 0");
    assertThat(python.python("print(fetch('later').latest_result().exc_string.strip())"))
        .isEqualTo("java.lang.Oops: no");
    assertThat(redis.zrange("rq:failed:default", 0, -1)).containsExactly("later");
    assertThat(redis.ttl("rq:results:later")).isEqualTo(redis.ttl("rq:job:later"));

    enqueue("now", ", retry=Retry(max=1)");
    take("now");
    jobs.failed(place("now"), WORKER, Next.RETRY, "no");
    assertThat(redis.lrange("rq:queue:default", 0, -1)).containsExactly("now");
    assertThat(redis.exists("rq:results:now")).isFalse();
  }

  private void requeueScheduled(String id) {
    redis.zrem("rq:scheduled:default", id);
    redis.hset("rq:job:" + id, "status", "queued");
    redis.rpush("rq:queue:default", id);
  }

  @Test
  void aStoppedJobStandsAmongTheFailedAndReleasesNobody() throws Exception {
    enqueue("first", ", retry=Retry(max=3)");
    python.python(
        "q.enqueue('f', job_id='second', depends_on=Dependency(jobs=['first'], allow_failure=True))");
    take("first");

    jobs.failed(
        place("first"), WORKER, Next.STOPPED, "Job stopped by user, work-horse terminated.");

    assertThat(status("first")).isEqualTo("stopped 3");
    assertThat(redis.zrange("rq:failed:default", 0, -1)).containsExactly("first");
    assertThat(python.python("print(fetch('second').get_status())")).isEqualTo("deferred");
  }

  @Test
  void dependentsAreReleasedOnceWhenTheLastParentHasEnded() throws Exception {
    enqueue("a", "");
    enqueue("b", "");
    python.python(
        """
        q.enqueue('f', job_id='both', depends_on=['a', 'b'])
        q.enqueue('f', job_id='lenient', depends_on=Dependency(jobs=['b'], allow_failure=True))
        q.enqueue('f', job_id='strict', depends_on='b')
        """);
    take("a");
    take("b");
    finished(place("a"), new Row(ROW, 2), null);
    assertThat(redis.lrange("rq:queue:default", 0, -1)).isEmpty();

    jobs.failed(place("b"), WORKER, Next.FAILED, "no");

    assertThat(redis.lrange("rq:queue:default", 0, -1)).containsExactly("lenient");
    redis.zrem("rq:failed:default", "b");
    redis.hset("rq:job:b", "status", "queued");
    redis.del("rq:queue:default");
    redis.rpush("rq:queue:default", "b");
    take("b");
    finished(place("b"), new Row(ROW, 3), null);
    finished(place("b"), new Row(ROW, 3), null);
    assertThat(redis.lrange("rq:queue:default", 0, -1)).containsExactlyInAnyOrder("both", "strict");
    assertThat(redis.zrange("rq:deferred:default", 0, -1)).isEmpty();
  }

  @Test
  void whatAClientDidMeanwhileStays() throws Exception {
    enqueue("canceled", "");
    enqueue("deleted", "");
    take("canceled");
    take("deleted");
    python.python("fetch('canceled').cancel(); fetch('deleted').delete()");

    finished(place("canceled"), new Row(ROW, 2), null);
    finished(place("deleted"), new Row(ROW, 2), null);

    assertThat(python.python("print(fetch('canceled').get_status())")).isEqualTo("canceled");
    assertThat(redis.exists("rq:job:deleted")).isFalse();
    assertThat(redis.zrange("rq:wip:default", 0, -1)).isEmpty();
    assertThat(redis.zrange("rq:finished:default", 0, -1)).isEmpty();
  }

  @Test
  void anOlderChangeOfTheRowIsIgnored() throws Exception {
    enqueue("doc-1", "");
    take("doc-1");
    jobs.started(place("doc-1"), new Row(ROW, 5), WORKER);

    finished(place("doc-1"), new Row(ROW, 4), null);
    jobs.show(
        RqChanges.failed(
            at(),
            place("doc-1"),
            new Row(ROW, 4),
            new RqChanges.Failure(WORKER, Next.FAILED, "no", null)));
    jobs.show(RqChanges.canceled(at(), place("doc-1"), new Row(ROW, 4)));

    assertThat(status("doc-1")).isEqualTo("started None");
    assertThat(jobs.look("doc-1")).contains(new RqJobs.Seen("started", new Row(ROW, 5), true));
  }

  @Test
  void anAdoptedJobThatRedisForgotIsWrittenAnew() throws Exception {
    var payload = Json.mapper().createObjectNode().put("file_path", "/p");
    new Adopted("doc-1", "te_po.pipeline.process_document", List.of("file_path"), List.of())
        .into(payload);
    Job job = JobTests.aJob().adopted("doc-1", payload).queued(2);

    queue.push(List.of(job));
    queue.push(List.of(job));

    assertThat(redis.lrange("rq:queue:default", 0, -1)).containsExactly("doc-1");
    assertThat(
            python.python(
                "j = fetch('doc-1'); print(j.func_name, j.kwargs, j.timeout, j.get_status())"))
        .isEqualTo("te_po.pipeline.process_document {'file_path': '/p'} 60 queued");
  }

  @Test
  void givingAJobBackKeepsItsPlaceAndItsTimeToLive() throws Exception {
    enqueue("doc-1", ", ttl=300");
    enqueue("doc-2", "");
    take("doc-1");
    assertThat(redis.ttl("rq:job:doc-1")).isEqualTo(-1);

    jobs.unclaim(place("doc-1"), WORKER);

    assertThat(redis.lrange("rq:queue:default", 0, -1)).containsExactly("doc-1", "doc-2");
    assertThat(redis.ttl("rq:job:doc-1")).isBetween(290L, 300L);
    assertThat(status("doc-1")).isEqualTo("queued None");
  }

  @Test
  void whatIsTooLargeIsNotEvenFetched() throws Exception {
    enqueue("doc-1", "");
    byte[] key = "rq:job:doc-1".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    byte[] field = "data".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    redis.hset(key, field, new byte[RqCall.MOST_BYTES + 1]);

    assertThat(claim("doc-1").orElseThrow().call())
        .isEqualTo(new RqCall.Malformed("it is more than 16 MiB"));
  }

  /** Hashes that would end a real worker's process. */
  @Test
  void poisonHarmsNothing() {
    var random = new Random(7);
    List<String> odd =
        List.of(
            "",
            "x",
            "-1",
            "180.0",
            "3m",
            "99999999999999999999999",
            "Started",
            "2026-01-01T00:00:00+00:00",
            "[10, \"a\"]",
            "{\"a\":1}",
            "[",
            "nil",
            "\u0000");
    for (int i = 0; i < 300; i++) {
      String id = "poison-" + i;
      Map<String, String> hash = new HashMap<>();
      for (String field :
          List.of(
              "status",
              "timeout",
              "result_ttl",
              "failure_ttl",
              "ttl",
              "retries_left",
              "retry_intervals",
              "created_at",
              "enqueued_at",
              "origin",
              "meta",
              "data",
              "pd_rev",
              "pd_job",
              "worker_name")) {
        if (random.nextInt(3) > 0) {
          hash.put(field, odd.get(random.nextInt(odd.size())));
        }
      }
      if (i % 3 == 0) {
        hash.put("status", "queued");
        hash.put("data", "[\"f\", null, [], {}]");
      }
      if (i % 7 == 0) {
        redis.set("rq:job:" + id, "no hash");
      } else if (!hash.isEmpty()) {
        redis.hset("rq:job:" + id, hash);
      }
      redis.rpush("rq:queue:default", id);
      run(id, i % 2 == 0);
    }
    assertThat(redis.lrange("rq:queue:default:intermediate", 0, -1)).isEmpty();
    assertThat(redis.zrange("rq:wip:default", 0, -1)).isEmpty();
  }

  private void run(String id, boolean well) {
    pop(id);
    Optional<RqJobs.Seen> seen = jobs.look(id);
    Optional<RqHash> hash = jobs.claim(place(id), WORKER);
    if (hash.isPresent()) {
      assertThat(seen).isPresent();
      assertThat(hash.get().call()).isNotNull();
      if (well) {
        finished(place(id), new Row(ROW, 2), null);
      } else {
        jobs.failed(place(id), WORKER, Next.RETRY, "no");
        redis.lrem("rq:queue:default", 0, id);
      }
    }
  }

  private void enqueue(String id, String more) throws Exception {
    python.python("q.enqueue('te_po.f', 'x', job_id='" + id + "'" + more + ")");
  }

  private void finished(Place place, Row row, @Nullable JsonNode result) {
    jobs.show(RqChanges.finished(at(), place, row, WORKER, result));
  }

  private static RqChanges.At at() {
    return new RqChanges.At(InstantSource.system().instant());
  }

  private void take(String id) {
    assertThat(claim(id)).isPresent();
  }

  private Optional<RqHash> claim(String id) {
    pop(id);
    return jobs.claim(place(id), WORKER);
  }

  private void pop(String id) {
    assertThat(window.pop("default", Duration.ofSeconds(1)).map(Popped::id)).contains(id);
  }

  private static Place place(String id) {
    return new Place("default", id);
  }

  private double secondsUntil(String id) {
    Double score = redis.zscore("rq:scheduled:default", id);
    assertThat(score).isNotNull();
    return (score == null ? 0 : score) - System.currentTimeMillis() / 1000.0;
  }

  private String status(String id) throws Exception {
    return python.python("j = fetch('" + id + "'); print(j.get_status(), j.retries_left)");
  }
}
