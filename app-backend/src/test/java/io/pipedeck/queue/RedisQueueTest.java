package io.pipedeck.queue;

import static io.pipedeck.job.JobTests.aJob;
import static io.pipedeck.job.JobTests.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.pipedeck.api.Json;
import io.pipedeck.embedded.TestServers;
import io.pipedeck.job.Job;
import io.pipedeck.job.QueueUnavailableException;
import io.pipedeck.queue.RqWorkers.Beat;
import io.pipedeck.queue.RqWorkers.Work;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.resps.StreamEntry;

class RedisQueueTest {
  private static final Instant NOW = Instant.parse("2026-02-01T10:00:00.123456789Z");
  private static final String NOW_TEXT = "2026-02-01T10:00:00.123456Z";
  private static final double NOW_SECOND = NOW.getEpochSecond();
  private static final String WORKER = "host.1.abc.0";

  private static final URI URL = TestServers.freshRedis();
  private final RedisConnection connection = new RedisConnection(URL);
  private final RedisClient redis = RedisClient.create(URL);
  private final InstantSource clock = InstantSource.fixed(NOW);
  private final RedisQueue queue = new RedisQueue(connection, clock, _ -> Duration.ofMinutes(30));
  private final QueueWindow window = new QueueWindow(connection);
  private final RqWorkers workers =
      new RqWorkers(
          connection,
          clock,
          new RqWorkers.Identity("host", 1, "pipedeck 0.1.0", List.of("urgent", "default")));

  @BeforeEach
  void empty() {
    redis.flushDB();
  }

  @AfterEach
  void close() {
    queue.close();
    assertThat(redis.keys("*"))
        .allMatch(key -> key.startsWith("rq:") || key.startsWith("pipedeck:"));
    redis.close();
    connection.close();
  }

  @Test
  void aPushedJobHasExactlyTheFieldsOfRq() throws Exception {
    Job job =
        aJob()
            .running("te_po.pipeline.jobs.process_document")
            .with(Json.mapper().createObjectNode().put("filename", "Māori 🥝's.pdf"))
            .queued(7);

    queue.push(List.of(job));

    String id = job.id().toString();
    assertThat(redis.smembers("rq:queues")).containsExactly("rq:queue:default");
    assertThat(redis.lrange("rq:queue:default", 0, -1)).containsExactly(id);
    Map<String, String> hash = redis.hgetAll("rq:job:" + id);
    hash.remove("data");
    assertThat(hash)
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("created_at", "2026-01-31T08:00:00.500000Z"),
                Map.entry("origin", "default"),
                Map.entry("status", "queued"),
                Map.entry("timeout", "1800"),
                Map.entry(
                    "description",
                    "te_po.pipeline.jobs.process_document('Māori 🥝\\'s.pdf', '" + id + "')"),
                Map.entry("enqueued_at", NOW_TEXT),
                Map.entry("pd_rev", "7")));
    byte[] data = redis.hget(bytes("rq:job:" + id), bytes("data"));
    assertThat(data[0]).isEqualTo((byte) 0x78);
    assertThat(Json.mapper().readTree(inflated(data)))
        .isEqualTo(
            Json.mapper()
                .readTree(
                    "[\"te_po.pipeline.jobs.process_document\", null, [\"Māori 🥝's.pdf\", \""
                        + id
                        + "\"], {}]"));
    assertThat(redis.ttl("rq:job:" + id)).isEqualTo(-1);
  }

  @Test
  void aJobThatIsPushedAgainStandsInItsQueueOnce() {
    Job job = aJob().queued(1);

    queue.push(List.of(job));
    queue.push(List.of(job, at(job, 2)));

    assertThat(list("default")).containsExactly(job.id().toString());
  }

  @Test
  void idsComeInTheOrderInWhichTheyWerePushed() {
    List<Job> jobs = List.of(aJob().queued(1), aJob().queued(1), aJob().queued(1));
    queue.push(jobs);

    List<String> popped = new ArrayList<>();
    popped.add(pop().id());
    window.pop("default", Duration.ofSeconds(5)).ifPresent(id -> popped.add(id.id()));
    popped.add(pop().id());

    assertThat(popped)
        .containsExactlyElementsOf(jobs.stream().map(j -> j.id().toString()).toList());
    assertThat(window.popped("default")).isEqualTo(popped);
    assertThat(window.pop("default", Duration.ofMillis(10))).isEmpty();
  }

  @Test
  void anIdThatIsPutBackIsNextAgain() {
    Job first = aJob().queued(1);
    Job second = aJob().queued(1);
    queue.push(List.of(first, second));

    queue.putBack(pop());

    assertThat(list("default")).containsExactly(first.id().toString(), second.id().toString());
    assertThat(redis.exists("rq:queue:default:intermediate")).isFalse();
  }

  @Test
  void aStartedJobIsInProgressAndNowhereElse() {
    Job job = started();
    String id = job.id().toString();

    assertThat(redis.exists("rq:queue:default:intermediate")).isFalse();
    assertThat(list("default")).isEmpty();
    assertThat(redis.zscore("rq:wip:default", id)).isEqualTo(NOW_SECOND + 90);
    assertThat(redis.hmget("rq:job:" + id, "status", "started_at", "worker_name", "pd_rev"))
        .containsExactly("started", NOW_TEXT, WORKER, "2");
  }

  @Test
  void aJobThatWasClaimedPastItsQueueLeavesIt() {
    Job job = aJob().queued(1);
    Job other = aJob().queued(1);
    queue.push(List.of(job, other));

    queue.started(at(job, 2), WORKER, true);
    shown();

    assertThat(list("default")).containsExactly(other.id().toString());
    assertThat(redis.zcard("rq:wip:default")).isEqualTo(1);
  }

  @Test
  void aFinishedJobIsShownForAWhileWithItsResult() throws Exception {
    Job job = started();
    String id = job.id().toString();
    redis.zadd("rq:finished:default", NOW_SECOND - 1, "long ago");

    queue.finished(at(job, 3), WORKER, Json.mapper().readTree("{\"summary\": \"Ōtautahi\"}"));
    shown();

    assertThat(redis.hget("rq:job:" + id, "status")).isEqualTo("finished");
    assertThat(redis.hget("rq:job:" + id, "ended_at")).isEqualTo(NOW_TEXT);
    assertThat(redis.ttl("rq:job:" + id)).isBetween(490L, 500L);
    assertThat(redis.exists("rq:wip:default")).isFalse();
    assertThat(redis.zrangeWithScores("rq:finished:default", 0, -1))
        .extracting(entry -> entry.getElement(), entry -> entry.getScore())
        .containsExactly(tuple(id, NOW_SECOND + 500));
    Map<String, String> result = result(id);
    assertThat(result).containsEntry("type", "1").containsEntry("worker_name", WORKER);
    assertThat(decoded(result.get("return_value"))).isEqualTo("{\"summary\":\"Ōtautahi\"}");
    assertThat(redis.ttl("rq:results:" + id)).isBetween(490L, 500L);
  }

  @Test
  void noResultIsNoReturnValue() {
    Job job = started();

    queue.finished(job, WORKER, null);
    shown();

    assertThat(result(job.id().toString())).doesNotContainKey("return_value");
  }

  @Test
  void aFailedJobIsShownWithItsText() throws Exception {
    Job job = started();
    String id = job.id().toString();
    redis.zadd("rq:failed:default", NOW_SECOND - 1, "long ago");

    queue.failed(at(job, 3), WORKER, "no text: ü");
    shown();

    assertThat(redis.hget("rq:job:" + id, "status")).isEqualTo("failed");
    assertThat(redis.ttl("rq:job:" + id)).isBetween(604_700L, 604_800L);
    assertThat(redis.exists("rq:wip:default")).isFalse();
    assertThat(redis.zrange("rq:failed:default", 0, -1)).containsExactly(id);
    assertThat(redis.zscore("rq:failed:default", id)).isEqualTo(NOW_SECOND + 604_800);
    Map<String, String> result = result(id);
    assertThat(result).containsEntry("type", "2");
    String text = Objects.requireNonNull(result.get("exc_string"));
    assertThat(new String(inflated(Base64.getDecoder().decode(text)), StandardCharsets.UTF_8))
        .isEqualTo("no text: ü");
  }

  @Test
  void aJobThatWaitsForItsNextAttemptIsScheduled() {
    Job job = started();
    String id = job.id().toString();

    queue.scheduled(at(job, 3));
    shown();

    assertThat(redis.hget("rq:job:" + id, "status")).isEqualTo("scheduled");
    assertThat(redis.exists("rq:wip:default")).isFalse();
    assertThat(redis.zscore("rq:scheduled:default", id))
        .isEqualTo((double) job.runAt().getEpochSecond());
    assertThat(redis.exists("rq:results:" + id)).isFalse();

    queue.push(List.of(at(job, 4)));
    assertThat(list("default")).containsExactly(id);
    assertThat(redis.exists("rq:scheduled:default")).isFalse();
  }

  @Test
  void whatIsSaidLateChangesNothing() {
    Job job = started();
    Job again = at(job, 4);
    queue.push(List.of(again));

    queue.scheduled(at(job, 3));
    queue.cancel(at(job, 3));
    queue.started(at(job, 2), WORKER, false);
    shown();

    String id = job.id().toString();
    assertThat(redis.hget("rq:job:" + id, "status")).isEqualTo("queued");
    assertThat(list("default")).containsExactly(id);
    assertThat(redis.exists("rq:scheduled:default", "rq:canceled:default", "rq:wip:default"))
        .isZero();
  }

  @Test
  void aPushThatComesAfterTheStartIsIgnored() {
    Job job = started();

    queue.push(List.of(at(job, 1), at(job, 2)));

    assertThat(list("default")).isEmpty();
    assertThat(redis.zcard("rq:wip:default")).isEqualTo(1);
  }

  @Test
  void aJobThatAWorkerGivesBackIsNextAgain() {
    Job job = started();
    Job other = aJob().queued(1);
    queue.push(List.of(other));

    queue.gaveBack(at(job, 3));

    assertThat(list("default")).containsExactly(job.id().toString(), other.id().toString());
    assertThat(redis.exists("rq:wip:default")).isFalse();
    assertThat(redis.hmget("rq:job:" + job.id(), "status", "worker_name"))
        .containsExactly("queued", "");
  }

  @Test
  void aWorkerThatLostItsJobShowsNothingOfIt() {
    Job job = started();
    String id = job.id().toString();
    queue.push(List.of(at(job, 3)));
    pop();
    queue.started(at(job, 4), "successor", false);

    queue.finished(job, WORKER, null);
    queue.failed(job, WORKER, "late");
    queue.gaveBack(job);

    assertThat(redis.hmget("rq:job:" + id, "status", "worker_name"))
        .containsExactly("started", "successor");
    assertThat(redis.zcard("rq:wip:default")).isEqualTo(1);
    assertThat(redis.exists("rq:results:" + id)).isFalse();
  }

  @Test
  void aCanceledJobWaitsNowhere() {
    Job job = aJob().queued(1);
    queue.push(List.of(job));
    String id = job.id().toString();
    redis.zadd("rq:canceled:default", NOW_SECOND - 604_801, "long ago");

    queue.cancel(at(job, 2));

    assertThat(list("default")).isEmpty();
    assertThat(redis.hget("rq:job:" + id, "status")).isEqualTo("canceled");
    assertThat(redis.ttl("rq:job:" + id)).isBetween(604_700L, 604_800L);
    assertThat(redis.zrange("rq:canceled:default", 0, -1)).containsExactly(id);

    queue.push(List.of(at(job, 1)));
    assertThat(list("default")).as("the push of before the cancel").isEmpty();
    queue.push(List.of(at(job, 3)));
    assertThat(list("default")).as("the push of a retry").containsExactly(id);
    assertThat(redis.exists("rq:canceled:default")).isFalse();
    assertThat(redis.ttl("rq:job:" + id)).isEqualTo(-1);
  }

  @Test
  void aJobThatIsCanceledBeforeItsStartIsShownStaysCanceled() {
    Job job = aJob().queued(1);
    queue.push(List.of(job));
    pop();

    queue.cancel(at(job, 3));
    queue.started(at(job, 2), WORKER, false);
    shown();

    assertThat(redis.hget("rq:job:" + job.id(), "status")).isEqualTo("canceled");
    assertThat(redis.exists("rq:wip:default")).isFalse();
  }

  @Test
  void aJobWhoseWorkerWasLostForGoodIsShownAsFailed() {
    Job job = started();
    String id = job.id().toString();

    queue.failed(at(job, 3), "", "Worker " + WORKER + " was lost");
    shown();

    assertThat(redis.hget("rq:job:" + id, "status")).isEqualTo("failed");
    assertThat(redis.exists("rq:wip:default")).isFalse();
    assertThat(redis.zrange("rq:failed:default", 0, -1)).containsExactly(id);
    assertThat(redis.hget("rq:job:" + id, "worker_name")).isEqualTo(WORKER);
    assertThat(result(id)).containsEntry("type", "2").containsEntry("worker_name", "");
    assertThat(redis.ttl("rq:job:" + id)).isPositive();
  }

  @Test
  void aDroppedIdIsGoneAndNoHashSaysThatItWaits() {
    Job job = aJob().queued(1);
    queue.push(List.of(job));

    queue.drop(pop());
    shown();

    assertThat(redis.exists("rq:queue:default:intermediate")).isFalse();
    assertThat(redis.exists("rq:job:" + job.id())).isFalse();
  }

  @Test
  void aHashThatWasDeletedIsNotRaisedFromTheDead() {
    Job job = started();
    redis.del("rq:job:" + job.id());

    queue.finished(job, WORKER, null);
    queue.failed(job, WORKER, "x");
    queue.scheduled(at(job, 3));
    queue.gaveBack(job);
    queue.failed(at(job, 3), "", "lost");
    queue.started(at(job, 3), WORKER, true);
    queue.cancel(at(job, 3));

    assertThat(redis.exists("rq:job:" + job.id())).isFalse();
    assertThat(redis.exists("rq:results:" + job.id(), "rq:wip:default")).isZero();
  }

  @Test
  void aWorkerIsBornLivesAndDies() {
    workers.birth(WORKER);

    Map<String, String> hash = redis.hgetAll("rq:worker:" + WORKER);
    assertThat(hash)
        .containsEntry("birth", NOW_TEXT)
        .containsEntry("last_heartbeat", NOW_TEXT)
        .containsEntry("queues", "urgent,default")
        .containsEntry("pid", "1")
        .containsEntry("state", "idle")
        .doesNotContainKey("current_job");
    assertThat(redis.smembers("rq:workers")).containsExactly("rq:worker:" + WORKER);
    assertThat(redis.smembers("rq:workers:default")).containsExactly("rq:worker:" + WORKER);
    assertThat(redis.smembers("rq:workers:urgent")).containsExactly("rq:worker:" + WORKER);
    assertThat(redis.ttl("rq:worker:" + WORKER)).isBetween(470L, 480L);
    assertThat(window.hasWorkers("default")).isTrue();
    assertThat(window.hasWorkers("slow")).isFalse();

    workers.death(WORKER);

    assertThat(redis.exists("rq:workers", "rq:workers:default", "rq:workers:urgent")).isZero();
    assertThat(redis.hget("rq:worker:" + WORKER, "death")).isEqualTo(NOW_TEXT);
    assertThat(redis.ttl("rq:worker:" + WORKER)).isBetween(1L, 60L);
    assertThat(window.hasWorkers("default")).isFalse();
  }

  @Test
  void aHeartbeatKeepsAWorkerAndItsJobAlive() {
    Job job = started();
    redis.zadd("rq:wip:default", 1, job.id().toString());
    redis.expire("rq:worker:" + WORKER, 5);

    workers.beat(List.of(new Beat(WORKER, job, Work.NONE)));

    assertThat(redis.zscore("rq:wip:default", job.id().toString())).isEqualTo(NOW_SECOND + 90);
    assertThat(redis.hget("rq:job:" + job.id(), "last_heartbeat")).isEqualTo(NOW_TEXT);
    assertThat(redis.ttl("rq:worker:" + WORKER)).isBetween(80L, 90L);
    assertThat(redis.hget("rq:worker:" + WORKER, "state")).isEqualTo("busy");
    assertThat(redis.hexists("rq:worker:" + WORKER, "current_job")).isFalse();
    workers.beat(List.of(new Beat(WORKER, null, Work.NONE)));
    assertThat(redis.ttl("rq:worker:" + WORKER)).isBetween(470L, 480L);
    assertThat(redis.hget("rq:worker:" + WORKER, "state")).isEqualTo("idle");
  }

  @Test
  void aHeartbeatTellsWhatWasDoneSinceTheLast() {
    workers.birth(WORKER);
    workers.birth("other");
    Work done = new Work(2, 0, Duration.ofSeconds(1)).plus(new Work(0, 1, Duration.ofMillis(500)));

    workers.beat(List.of(new Beat(WORKER, null, done), new Beat("other", null, Work.NONE)));
    workers.beat(List.of(new Beat(WORKER, null, new Work(1, 0, Duration.ZERO))));

    assertThat(
            redis.hmget(
                "rq:worker:" + WORKER,
                "successful_job_count",
                "failed_job_count",
                "total_working_time"))
        .containsExactly("3", "1", "1.5");
    assertThat(redis.hexists("rq:worker:other", "successful_job_count")).isFalse();
  }

  @Test
  void theHeartbeatOfAWorkerThatLostItsJobLeavesItToItsSuccessor() {
    Job job = started();
    queue.started(at(job, 3), "successor", false);
    shown();
    redis.zadd("rq:wip:default", 1, job.id().toString());

    workers.beat(List.of(new Beat(WORKER, job, Work.NONE)));

    assertThat(redis.zscore("rq:wip:default", job.id().toString())).isEqualTo(1);
  }

  @Test
  void aWorkerThatRedisForgotRegistersAgainWhateverItDidMeanwhile() {
    Job job = started();
    redis.flushDB();
    queue.push(List.of(job));
    pop();
    queue.started(at(job, 2), WORKER, false);
    queue.finished(at(job, 3), WORKER, null);
    shown();
    assertThat(redis.exists("rq:worker:" + WORKER)).isFalse();

    workers.beat(List.of(new Beat(WORKER, job, new Work(1, 0, Duration.ofSeconds(1)))));

    assertThat(redis.smembers("rq:workers:default")).containsExactly("rq:worker:" + WORKER);
    assertThat(redis.hget("rq:worker:" + WORKER, "birth")).isEqualTo(NOW_TEXT);
  }

  @Test
  void aKilledWorkerServesNothingOnceItsHashExpired() {
    workers.birth(WORKER);
    redis.del("rq:worker:" + WORKER);

    assertThat(window.hasWorkers("default")).isFalse();
    assertThat(redis.exists("rq:workers", "rq:workers:default")).isZero();
  }

  @Test
  void queuesAreKnownByName() {
    queue.push(List.of(aJob().on("slow").queued(1), aJob().on("urgent").queued(1)));
    redis.sadd("rq:queues", "bare");

    assertThat(window.names()).containsExactlyInAnyOrder("slow", "urgent");
  }

  @Test
  void aRedisThatIsAwayIsUnavailable() throws Exception {
    int closed;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    try (var away = new RedisConnection(URI.create("redis://127.0.0.1:" + closed + "/0"));
        var nowhere = new RedisQueue(away, clock, _ -> Duration.ofMinutes(1))) {
      assertThat(away.answers()).isFalse();
      assertThatThrownBy(() -> nowhere.push(List.of(aJob().queued(1))))
          .isInstanceOf(QueueUnavailableException.class);
    }
  }

  @Test
  void scriptsAreSentAgainToAServerThatForgotThem() {
    queue.push(List.of(aJob().queued(1)));
    redis.scriptFlush();

    queue.push(List.of(aJob().queued(1)));

    assertThat(list("default")).hasSize(2);
  }

  /** A job that was pushed (rev 1), popped and started (rev 2) by a living worker. */
  private Job started() {
    workers.birth(WORKER);
    Job job = aJob().queued(1);
    queue.push(List.of(job));
    pop();
    Job claimed = at(job, 2);
    queue.started(claimed, WORKER, false);
    shown();
    return claimed;
  }

  /** Waits until all that was said is shown. */
  private void shown() {
    queue.awaitShown();
  }

  private Popped pop() {
    var one = new LinkedHashMap<>(Map.of("default", 0));
    return window.take(1, one).popped().getFirst();
  }

  private List<String> list(String name) {
    return redis.lrange("rq:queue:" + name, 0, -1);
  }

  private Map<String, String> result(String id) {
    List<StreamEntry> entries =
        redis.xrange("rq:results:" + id, (StreamEntryID) null, (StreamEntryID) null);
    assertThat(entries).hasSize(1);
    return entries.getFirst().getFields();
  }

  private static String decoded(@Nullable String base64) {
    return new String(
        Base64.getDecoder().decode(Objects.requireNonNull(base64)), StandardCharsets.UTF_8);
  }

  private static byte[] inflated(byte[] zlib) throws Exception {
    return new InflaterInputStream(new ByteArrayInputStream(zlib)).readAllBytes();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
