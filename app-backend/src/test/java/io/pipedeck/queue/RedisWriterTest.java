package io.pipedeck.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipedeck.embedded.TestServers;
import io.pipedeck.job.QueueUnavailableException;
import io.pipedeck.queue.Change.Kind;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ClientPauseMode;
import redis.clients.jedis.args.ListDirection;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RedisWriterTest {
  private static final String NOW = "2026-02-01T10:00:00.000000Z";

  private final URI url = TestServers.freshRedis();
  private final RedisConnection connection = new RedisConnection(url);
  private final Jedis redis = new Jedis(url);
  private final RedisWriter writer = new RedisWriter(connection);

  @AfterEach
  void close() {
    try (var another = new Jedis(url)) {
      another.clientUnpause();
    }
    writer.close();
    connection.close();
    redis.close();
  }

  @Test
  void aStartWhoseEndFollowsAtOnceIsLeftOut() {
    popped("j");

    var changes = atOnce(start("j", 2, false), schedule("j", 3));

    assertThat(changes).extracting(CompletableFuture::join).containsExactly(0L, 1L);
    assertThat(redis.hmget("rq:job:j", "status", "pd_rev", "worker_name"))
        .as("the worker would have been told by the start")
        .containsExactly("scheduled", "3", null);
    assertThat(redis.exists("rq:queue:default:intermediate", "rq:wip:default")).isZero();
    assertThat(redis.zrange("rq:scheduled:default", 0, -1)).containsExactly("j");
  }

  @Test
  void aFinishedJobWhoseStartWasLeftOutTellsAllOfIt() {
    popped("j");

    atOnce(start("j", 2, false), finish("j", 3)).forEach(CompletableFuture::join);

    assertThat(redis.hmget("rq:job:j", "status", "started_at", "worker_name"))
        .containsExactly("finished", NOW, "w-1");
    assertThat(redis.exists("rq:queue:default:intermediate", "rq:wip:default")).isZero();
    assertThat(redis.zrange("rq:finished:default", 0, -1)).containsExactly("j");
  }

  @Test
  void ofAFinishedJobThatIsNotToBeShownNothingStays() {
    popped("short");
    popped("long");
    assertThat(writer.submit(start("long", 2, false)).join()).isEqualTo(1);

    atOnce(start("short", 2, false), hide("short", 3), hide("long", 3))
        .forEach(CompletableFuture::join);

    assertThat(redis.keys("rq:job:*")).isEmpty();
    assertThat(redis.keys("rq:results:*")).isEmpty();
    assertThat(redis.exists("rq:queue:default:intermediate", "rq:wip:default")).isZero();
    assertThat(redis.exists("rq:finished:default")).isFalse();
  }

  @Test
  void whatWaitsForAJobThatIsNotToBeShownIsReleased() {
    popped("j");
    redis.sadd("rq:job:j:dependents", "d");
    redis.hset("rq:job:d", Map.of("data", "x", "status", "deferred", "origin", "other"));

    assertThat(writer.submit(hide("j", 3)).join()).isEqualTo(1);

    assertThat(redis.lrange("rq:queue:other", 0, -1)).containsExactly("d");
    assertThat(redis.keys("rq:job:j*")).isEmpty();
  }

  @Test
  void whatAClientCanceledOrIsFurtherOnStaysShown() {
    popped("canceled");
    popped("again");
    redis.hset("rq:job:canceled", "status", "canceled");
    redis.hset("rq:job:again", "pd_rev", "5");

    var changes = atOnce(hide("canceled", 3), hide("again", 3));

    assertThat(changes).extracting(CompletableFuture::join).containsExactly(0L, 0L);
    assertThat(redis.exists("rq:job:canceled", "rq:job:again")).isEqualTo(2);
  }

  @Test
  void aStartIsShownWhereItsEndComesLater() {
    popped("j");

    assertThat(writer.submit(start("j", 2, false)).join()).isEqualTo(1);

    assertThat(redis.hget("rq:job:j", "status")).isEqualTo("started");
    assertThat(redis.zrange("rq:wip:default", 0, -1)).containsExactly("j");
    assertThat(writer.submit(finish("j", 3)).join()).isEqualTo(1);
    assertThat(redis.exists("rq:wip:default")).isFalse();
  }

  @Test
  void aStartThatFollowsOtherWorkIsShownToo() {
    popped("a");
    popped("b");
    writer.submit(schedule("a", 3)).join();

    // The thread is not woken for it: it looks again by itself.
    assertThat(writer.submit(start("b", 2, false)).join()).isEqualTo(1);

    assertThat(redis.hget("rq:job:b", "status")).isEqualTo("started");
  }

  @Test
  void theLateEndOfAnAttemptDoesNotHideTheStartOfTheNext() {
    popped("j");

    atOnce(start("j", 4, false), schedule("j", 3)).forEach(CompletableFuture::join);

    assertThat(redis.hmget("rq:job:j", "status", "pd_rev")).containsExactly("started", "4");
    assertThat(redis.zrange("rq:wip:default", 0, -1)).containsExactly("j");
  }

  @Test
  void ofTwoAttemptsInOneCallTheSecondIsShownAsItIs() {
    popped("j");

    atOnce(start("j", 2, false), schedule("j", 3), start("j", 5, false))
        .forEach(CompletableFuture::join);

    assertThat(redis.hmget("rq:job:j", "status", "pd_rev")).containsExactly("started", "5");
    assertThat(redis.exists("rq:scheduled:default")).isFalse();
  }

  @Test
  void ofTwoStartsBothAreSentInTheirOrder() {
    popped("j");

    var changes = atOnce(start("j", 2, true), start("j", 4, false));

    assertThat(changes).extracting(CompletableFuture::join).containsExactly(1L, 1L);
    assertThat(redis.hget("rq:job:j", "pd_rev")).isEqualTo("4");
  }

  @Test
  void theStartOfAWorkerThatWasLostTellsItsName() {
    popped("j");

    atOnce(start("j", 2, false), lost("j", 3)).forEach(CompletableFuture::join);

    assertThat(redis.hmget("rq:job:j", "status", "worker_name")).containsExactly("failed", "w-1");
    assertThat(redis.exists("rq:wip:default")).isFalse();
  }

  @Test
  void aStartThatIsHeldBackGoesBeforeWhateverElseFollows() {
    popped("j");

    var changes =
        atOnce(start("j", 2, false), Change.of(Kind.CANCEL, "j", "default", NOW, 0, 60, 3));

    assertThat(changes).extracting(CompletableFuture::join).containsExactly(1L, 1L);
    assertThat(redis.hget("rq:job:j", "status")).isEqualTo("canceled");
    assertThat(redis.exists("rq:wip:default")).isFalse();
  }

  @Test
  void whoWaitsForAllIsToldOfStartsThatAreHeldBack() {
    popped("j");
    holdUp();
    var start = writer.submit(start("j", 2, false));

    List<CompletableFuture<Long>> all = writer.all();

    assertThat(all).contains(start).hasSize(2);
    redis.clientUnpause();
    all.forEach(CompletableFuture::join);
    assertThat(redis.hget("rq:job:j", "status")).isEqualTo("started");
  }

  @Test
  void aJobThatWasClaimedPastItsQueueLeavesItHoweverShortItRuns() {
    redis.hset("rq:job:j", Map.of("data", "x", "status", "queued", "origin", "default"));
    redis.rpush("rq:queue:default", "j", "next");

    atOnce(start("j", 2, true), finish("j", 3)).forEach(CompletableFuture::join);

    assertThat(redis.lrange("rq:queue:default", 0, -1)).containsExactly("next");
    assertThat(redis.hget("rq:job:j", "status")).isEqualTo("finished");
    assertThat(redis.exists("rq:wip:default")).isFalse();
  }

  @Test
  void jobsThatEndTogetherLeaveTheOthersBetweenPopAndStartInTheirOrder() {
    List<String> ids = IntStream.range(0, 12).mapToObj(n -> "j" + n).toList();
    ids.forEach(this::popped);
    redis.sadd("rq:job:j7:dependents", "d");
    redis.hset("rq:job:d", Map.of("data", "x", "status", "deferred", "origin", "other"));

    Change[] ends =
        IntStream.range(3, 10)
            .boxed()
            .flatMap(n -> Stream.of(start("j" + n, 2, false), finish("j" + n, 3)))
            .toArray(Change[]::new);
    atOnce(ends).forEach(CompletableFuture::join);

    assertThat(redis.lrange("rq:queue:default:intermediate", 0, -1))
        .containsExactly("j0", "j1", "j2", "j10", "j11");
    assertThat(redis.zrange("rq:finished:default", 0, -1)).hasSize(7);
    assertThat(redis.lrange("rq:queue:other", 0, -1)).as("who waited for one").containsExactly("d");
  }

  @Test
  void whatFailsAtTheEndOfARunIsTheAnswerOfWhoAskedForIt() {
    List.of("j1", "j2").forEach(id -> assertThat(writer.submit(push(id)).join()).isEqualTo(1));
    redis.set("rq:queue:default:intermediate", "no list");

    var changes =
        atOnce(start("j1", 2, false), finish("j1", 3), push("j3"), push("j3"), push("j4"));

    assertThat(changes.get(4).join()).isEqualTo(1);
    assertThat(changes.get(3).join()).as("pushed once").isZero();
    assertThat(changes.get(2).join()).isEqualTo(1);
    assertThat(changes.get(1)).isCompletedExceptionally();
    assertThat(redis.hget("rq:job:j1", "status")).isEqualTo("finished");
    assertThat(redis.lrange("rq:queue:default", 0, -1)).containsExactly("j1", "j2", "j3", "j4");
  }

  @Test
  void changesOfManyCallsAreShownInTheirOrder() {
    Change[] pushes = IntStream.range(0, 950).mapToObj(n -> push("j" + n)).toArray(Change[]::new);

    var changes = atOnce(pushes);

    assertThat(changes).allSatisfy(change -> assertThat(change.join()).isEqualTo(1));
    assertThat(redis.lrange("rq:queue:default", 0, -1))
        .isEqualTo(IntStream.range(0, 950).mapToObj(n -> "j" + n).toList());
  }

  @Test
  void whatPilesUpBeyondMeasureIsRefused() {
    holdUp();
    List<CompletableFuture<Long>> changes =
        IntStream.range(0, 20_000).mapToObj(n -> writer.submit(drop("j" + n))).toList();

    assertThat(writer.submit(drop("one too many"))).isCompletedExceptionally();

    redis.clientUnpause();
    assertThat(changes).allSatisfy(change -> assertThat(change.join()).isZero());
  }

  @Test
  void whatRedisRefusesIsRefusedHere() {
    redis.set("rq:queue:default", "not a list");

    assertThatThrownBy(() -> writer.submit(push("j")).join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(QueueUnavailableException.class);
  }

  @Test
  void changesAreRefusedAtOnceWhileRedisIsAwayAndThenItGoesOn() throws Exception {
    assertThat(writer.submit(push("before")).join()).isEqualTo(1);
    kill();

    assertThat(refusedAtOnce()).isTrue();

    assertThat(TestServers.redis().restartIfDead()).isTrue();
    while (writer.submit(push("after")).handle((_, e) -> e != null).join()) {
      Thread.onSpinWait();
    }
    try (var again = new Jedis(url)) {
      assertThat(again.lrange("rq:queue:default", 0, -1)).contains("after");
    }
  }

  /** A change that finds out begins a pause, in which those after it need not find out again. */
  private boolean refusedAtOnce() {
    for (int tries = 0; tries < 100; tries++) {
      assertThat(writer.submit(push("lost")).handle((_, e) -> e).join())
          .isInstanceOf(QueueUnavailableException.class);
      if (writer.submit(push("lost")).isCompletedExceptionally()) {
        return true;
      }
    }
    return false;
  }

  private static void kill() throws Exception {
    var server = TestServers.redis();
    var dead = server.onExit();
    ProcessHandle.of(server.pid()).orElseThrow().destroyForcibly();
    dead.get(30, TimeUnit.SECONDS);
  }

  @Test
  void closeSendsWhatWasHandedInAndTakesNothingMore() throws Exception {
    holdUp();
    List<CompletableFuture<Long>> changes =
        IntStream.range(0, 450).mapToObj(n -> writer.submit(push("j" + n))).toList();
    var closing = Thread.ofPlatform().start(writer::close);
    while (closing.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    assertThat(writer.submit(push("late"))).isCompletedExceptionally();

    redis.clientUnpause();
    closing.join();

    assertThat(changes).allSatisfy(change -> assertThat(change.getNow(0L)).isEqualTo(1));
    assertThat(redis.llen("rq:queue:default")).isEqualTo(450);
  }

  /** Hands these in so that one call takes as many of them as it can. */
  private List<CompletableFuture<Long>> atOnce(Change... changes) {
    holdUp();
    List<CompletableFuture<Long>> futures = List.of(changes).stream().map(writer::submit).toList();
    redis.clientUnpause();
    return futures;
  }

  /** Lets the writer wait for an answer to a change that changes nothing. */
  private void holdUp() {
    redis.clientPause(30_000, ClientPauseMode.WRITE);
    var _ = writer.submit(drop("nobody"));
    while (!redis.clientList().lines().anyMatch(this::isHeldUp)) {
      Thread.onSpinWait();
    }
  }

  private boolean isHeldUp(String client) {
    return client.contains(" name=pipedeck ")
        && client.contains(" db=" + url.getPath().substring(1) + " ")
        && client.matches(".* flags=\\w*b\\w* .*");
  }

  /** A job that was pushed (rev 1) and popped. */
  private void popped(String id) {
    assertThat(writer.submit(push(id)).join()).isEqualTo(1);
    redis.lmove(
        "rq:queue:default",
        "rq:queue:default:intermediate",
        ListDirection.LEFT,
        ListDirection.RIGHT);
  }

  private static Change push(String id) {
    return Change.of(Kind.PUSH, id, "default", NOW, "x", "f()", 60, NOW, 1, 0, 0);
  }

  private static Change start(String id, long rev, boolean pastTheQueue) {
    return Change.of(Kind.START, id, "default", NOW, 90, "w-1", rev, pastTheQueue ? 1 : 0);
  }

  private static Change finish(String id, long rev) {
    return Change.of(Kind.FINISH, id, "default", NOW, 0, "w-1", 500, "", rev, NOW, 0);
  }

  private static Change hide(String id, long rev) {
    return Change.of(Kind.HIDE, id, "default", NOW, rev, 0, 0);
  }

  private static Change lost(String id, long rev) {
    return Change.of(Kind.FAIL, id, "default", NOW, 0, "", 500, "", rev, "failed", 0);
  }

  private static Change schedule(String id, long rev) {
    return Change.of(Kind.SCHEDULE, id, "default", NOW, 100, rev, 0);
  }

  private static Change drop(String id) {
    return Change.of(Kind.DROP, id, "default", 60);
  }
}
