package io.pipedeck.queue;

import static io.pipedeck.job.JobTests.aJob;
import static io.pipedeck.job.JobTests.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.embedded.TestServers;
import io.pipedeck.job.Job;
import io.pipedeck.job.QueueUnavailableException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.RedisClient;

/** What a Redis that was killed and started again still shows, from its append-only file. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RedisRestartTest {
  private static final String WORKER = "host.1.abc.0";

  private final URI url = TestServers.freshRedis();
  private final RedisConnection connection = new RedisConnection(url);
  private RedisClient redis = RedisClient.create(url);
  private final RedisQueue queue = queue(RedisBudget.NONE);
  private final RedisBudget full = new RedisBudget(connection, 1);

  /** At its pace nothing is worth showing after its end. */
  private final RedisQueue fast = queue(full);

  private final QueueWindow window = new QueueWindow(connection);

  private RedisQueue queue(RedisBudget budget) {
    return new RedisQueue(
        connection, InstantSource.system(), _ -> Duration.ofMinutes(1), budget, Set.of("shared"));
  }

  @BeforeEach
  void begin() {
    redis.flushDB();
    while (!full.isVanishing()) {
      redis.incrBy("pipedeck:finished_bytes", 1 << 20);
    }
  }

  @AfterAll
  void close() {
    fast.close();
    queue.close();
    redis.close();
    connection.close();
  }

  private void killAndStart() throws Exception {
    queue.awaitShown();
    fast.awaitShown();
    var server = TestServers.redis();
    ProcessHandle.of(server.pid()).orElseThrow().destroyForcibly();
    server.onExit().get(10, TimeUnit.SECONDS);
    assertThat(server.restartIfDead()).isTrue();
    redis.close();
    redis = RedisClient.create(url);
    while (!isConnected()) {
      Thread.onSpinWait();
    }
  }

  /** The first call that fails throws all connections to the killed server away. */
  private boolean isConnected() {
    try {
      return connection.call(RedisClient::ping).equals("PONG");
    } catch (QueueUnavailableException _) {
      return false;
    }
  }

  @Test
  void whatWaitsIsThereAsAWhole() throws Exception {
    Job job = aJob().queued(1);
    queue.push(List.of(job));
    Map<String, String> before = redis.hgetAll("rq:job:" + job.id());

    killAndStart();

    assertThat(waiting()).containsExactly(job.id().toString());
    assertThat(before).containsEntry("status", "queued").doesNotContainKey("pd_unlogged");
    assertThat(redis.hgetAll("rq:job:" + job.id())).isEqualTo(before);
  }

  @Test
  void whatWaitsAtAFastPaceStandsInItsQueueAndItsHashIsLeftToTheLeader() throws Exception {
    Job first = aJob().queued(1);
    Job second = aJob().queued(1);
    fast.push(List.of(first, second));
    assertThat(redis.exists("rq:job:" + first.id(), "rq:job:" + second.id())).isEqualTo(2);

    killAndStart();

    assertThat(waiting()).containsExactly(first.id().toString(), second.id().toString());
    assertThat(redis.exists("rq:job:" + first.id(), "rq:job:" + second.id())).isZero();

    queue.showAgain(
        second, new ShownJob(second.id().toString(), "default", RedisState.STRAY, null));
    queue.awaitShown();

    assertThat(waiting()).containsExactly(first.id().toString(), second.id().toString());
    assertThat(redis.hgetAll("rq:job:" + second.id()))
        .containsEntry("status", "queued")
        .containsKeys("data", "created_at", "enqueued_at", "description", "timeout", "origin");
  }

  @Test
  void oneThatWasPoppedMeanwhileIsPutOnItsQueueAgain() throws Exception {
    Job job = aJob().queued(1);
    fast.push(List.of(job));
    assertThat(window.pop("default", Duration.ofSeconds(1))).isPresent();
    killAndStart();

    queue.showAgain(job, new ShownJob(job.id().toString(), "default", RedisState.STRAY, null));
    queue.awaitShown();

    assertThat(waiting()).containsExactly(job.id().toString());
    assertThat(redis.exists("rq:queue:default:intermediate")).isFalse();
    assertThat(redis.hget("rq:job:" + job.id(), "status")).isEqualTo("queued");
  }

  enum Later {
    STARTED,
    FINISHED,
    FINISHED_AT_ONCE,
    FAILED,
    FAILED_AT_ONCE,
    SCHEDULED,
    CANCELED,
    GIVEN_BACK,
    PUSHED_AGAIN
  }

  @ParameterizedTest
  @EnumSource
  void whatBecameMoreThanWaitingIsThereAsAWhole(Later later) throws Exception {
    Job job = aJob().queued(1);
    fast.push(List.of(job));
    assertThat(window.pop("default", Duration.ofSeconds(1))).isPresent();
    String hash = "rq:job:" + job.id();
    become(later, job);
    queue.awaitShown();
    Map<String, String> before = redis.hgetAll(hash);
    boolean expires = redis.ttl(hash) > 0;
    var results = redis.xrange("rq:results:" + job.id(), "-", "+");

    killAndStart();

    assertThat(before).containsKeys("data", "created_at", "origin", "status", "pd_rev");
    assertThat(before).doesNotContainKey("pd_unlogged");
    assertThat(redis.hgetAll(hash)).isEqualTo(before);
    assertThat(redis.ttl(hash) > 0).isEqualTo(expires);
    assertThat(redis.xrange("rq:results:" + job.id(), "-", "+"))
        .extracting(entry -> entry.getFields())
        .isEqualTo(results.stream().map(entry -> entry.getFields()).toList());
  }

  private void become(Later later, Job job) {
    switch (later) {
      case STARTED -> start(job);
      case FINISHED -> {
        start(job);
        queue.finished(at(job, 3), WORKER, null);
      }
      case FINISHED_AT_ONCE -> {
        queue.started(at(job, 2), WORKER, false);
        queue.finished(at(job, 3), WORKER, null);
      }
      case FAILED -> {
        start(job);
        queue.failed(at(job, 3), WORKER, "no such thing");
      }
      case FAILED_AT_ONCE -> {
        queue.started(at(job, 2), WORKER, false);
        queue.failed(at(job, 3), WORKER, "no such thing");
      }
      case SCHEDULED -> queue.scheduled(at(job, 3));
      case CANCELED -> queue.cancel(at(job, 3));
      case GIVEN_BACK -> queue.gaveBack(at(job, 3));
      case PUSHED_AGAIN -> queue.feed(List.of(at(job, 3)));
    }
  }

  private void start(Job job) {
    queue.started(at(job, 2), WORKER, false);
    queue.awaitShown();
  }

  @Test
  void whatWaitsForTwoOfOursIsReleasedByTheLastOfThem() throws Exception {
    Job first = aJob().queued(1);
    Job second = aJob().queued(1);
    fast.push(List.of(first, second));
    waitsFor("d", "0", first, second);
    killAndStart();

    endAtOnce(first);
    queue.awaitShown();
    assertThat(redis.hget("rq:job:d", "status")).isEqualTo("deferred");

    endAtOnce(second);
    queue.awaitShown();
    assertThat(redis.hget("rq:job:d", "status")).isEqualTo("queued");
    assertThat(redis.lrange("rq:queue:python", 0, -1)).containsExactly("d");
  }

  @Test
  void whatWaitsForTwoThatEndTogetherIsReleased() throws Exception {
    Job first = aJob().queued(1);
    Job second = aJob().queued(1);
    fast.push(List.of(first, second));
    waitsFor("d", "0", first, second);
    killAndStart();

    for (Job job : List.of(first, second)) {
      endAtOnce(job);
    }
    queue.awaitShown();

    assertThat(redis.lrange("rq:queue:python", 0, -1)).containsExactly("d");
  }

  /** The next job of the queue, whose start is left out. */
  private void endAtOnce(Job job) {
    assertThat(window.pop("default", Duration.ofSeconds(1))).isPresent();
    queue.started(at(job, 2), WORKER, false);
    queue.finished(at(job, 3), WORKER, null);
  }

  @Test
  void whatMustNotFollowAFailureWaitsForEver() throws Exception {
    Job first = aJob().queued(1);
    Job second = aJob().queued(1);
    fast.push(List.of(first, second));
    waitsFor("strict", "0", first, second);
    waitsFor("lenient", "1", first, second);
    killAndStart();

    assertThat(window.pop("default", Duration.ofSeconds(1))).isPresent();
    queue.failed(at(first, 3), WORKER, "no such thing");
    endAtOnce(second);
    queue.awaitShown();

    assertThat(redis.hget("rq:job:strict", "status")).isEqualTo("deferred");
    assertThat(redis.lrange("rq:queue:python", 0, -1)).containsExactly("lenient");
  }

  @Test
  void whatIsOverAndNotShownAnyMoreKeepsNobodyWaiting() {
    Job over = aJob().queued(1);
    Job last = aJob().queued(1);
    queue.push(List.of(last));
    waitsFor("d", "0", over, last);

    queue.finished(at(last, 3), WORKER, null);
    queue.awaitShown();

    assertThat(redis.lrange("rq:queue:python", 0, -1)).containsExactly("d");
  }

  @Test
  void whereOthersMayRunItItIsThereAsAWhole() throws Exception {
    Job job = aJob().on("shared").queued(1);
    fast.push(List.of(job));

    killAndStart();

    assertThat(redis.hget("rq:job:" + job.id(), "status")).isEqualTo("queued");
  }

  @Test
  void whatNobodyHadASlotForGoesBackToTheHead() throws Exception {
    Job first = aJob().queued(1);
    Job second = aJob().queued(1);
    fast.push(List.of(first, second));
    killAndStart();
    var popped = window.pop("default", Duration.ofSeconds(1)).orElseThrow();

    queue.putBack(popped);

    assertThat(waiting()).containsExactly(first.id().toString(), second.id().toString());
    assertThat(redis.exists("rq:queue:default:intermediate")).isFalse();
  }

  @Test
  void whatAClientAddedToTheHashDoesNotHideThatTheRestIsMissing() {
    Job first = aJob().queued(1);
    Job second = aJob().queued(1);
    queue.push(List.of(first, second));
    redis.del("rq:job:" + first.id());
    redis.hset("rq:job:" + first.id(), "meta", "{}");

    queue.showAgain(first, new ShownJob(first.id().toString(), "default", RedisState.STRAY, null));
    queue.awaitShown();

    assertThat(waiting()).containsExactly(first.id().toString(), second.id().toString());
    assertThat(redis.hgetAll("rq:job:" + first.id()))
        .containsEntry("status", "queued")
        .containsEntry("meta", "{}")
        .containsKeys("data", "pd_rev");
  }

  /** What a Python program does that enqueues with {@code depends_on}. */
  private void waitsFor(String id, String evenAfterFailures, Job... parents) {
    redis.hset(
        "rq:job:" + id,
        Map.of(
            "status", "deferred",
            "origin", "python",
            "data", "x",
            "allow_dependency_failures", evenAfterFailures));
    redis.zadd("rq:deferred:python", 1, id);
    for (Job parent : parents) {
      redis.sadd("rq:job:" + parent.id() + ":dependents", id);
      redis.sadd("rq:job::" + id + ":dependencies", parent.id().toString());
    }
  }

  private List<String> waiting() {
    return redis.lrange("rq:queue:default", 0, -1);
  }
}
