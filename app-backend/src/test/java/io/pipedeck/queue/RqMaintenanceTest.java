package io.pipedeck.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.embedded.TestServers;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

class RqMaintenanceTest {
  private static final URI URL = TestServers.freshRedis();
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final RedisConnection connection = new RedisConnection(URL);
  private final RedisClient redis = RedisClient.create(URL);
  private final PythonRq python = new PythonRq(URL);
  private Instant now = InstantSource.system().instant();
  private final InstantSource clock = () -> now;
  private final RqMaintenance maintenance = maintenance();
  private final RqCleaner cleaner = new RqCleaner(connection, clock, MINUTE);

  private RqMaintenance maintenance() {
    var rhythm = new RqMaintenance.Rhythm(Duration.ofHours(1), 1, Duration.ZERO, MINUTE);
    return new RqMaintenance(connection, clock, rhythm);
  }

  @BeforeEach
  void start() {
    PythonRq.assumeHere();
    redis.flushDB();
  }

  @AfterEach
  void close() {
    redis.close();
    connection.close();
  }

  @Test
  void scheduledJobsMoveWhenTheyAreDue() throws Exception {
    python.python(
        """
        q.enqueue_in(timedelta(seconds=30), 'f', job_id='soon')
        q.enqueue_in(timedelta(seconds=40), 'f', job_id='front', at_front=True)
        q.enqueue_in(timedelta(hours=1), 'f', job_id='later')
        """);
    redis.zadd("rq:scheduled:default", 1, "no-such-job");
    redis.zadd("rq:scheduled:default", now.getEpochSecond() - 1.0, "not-there-yet");
    schedule();
    assertThat(redis.lrange("rq:queue:default", 0, -1)).isEmpty();
    assertThat(redis.zscore("rq:scheduled:default", "no-such-job")).isNull();

    now = now.plusSeconds(45);
    schedule();

    assertThat(redis.lrange("rq:queue:default", 0, -1)).containsExactly("front", "soon");
    assertThat(redis.zrange("rq:scheduled:default", 0, -1))
        .containsExactly("not-there-yet", "later");
    assertThat(
            python.python(
                "print(fetch('soon').get_status(), fetch('soon').enqueued_at is not None)"))
        .isEqualTo("queued True");
  }

  @Test
  void nativeJobsMoveOnlyWhenPostgresqlSaysSo() throws Exception {
    for (int i = 0; i < 1_500; i++) {
      redis.hset("rq:job:ours-" + i, Map.of("data", "x", "pd_rev", "3", "status", "scheduled"));
      redis.zadd("rq:scheduled:default", 1, "ours-" + i);
    }
    python.python("q.enqueue_in(timedelta(seconds=1), 'f', job_id='theirs')");
    now = now.plusSeconds(5);

    schedule();

    assertThat(redis.lrange("rq:queue:default", 0, -1)).containsExactly("theirs");
    assertThat(redis.zcard("rq:scheduled:default")).isEqualTo(1_500);
  }

  @Test
  void oneSchedulesAtATimeUnderTheLockOfRq() throws Exception {
    python.python("q.enqueue_in(timedelta(seconds=1), 'f', job_id='theirs')");
    now = now.plusSeconds(5);
    redis.set("rq:scheduler-lock:default", "4711");
    schedule();
    assertThat(redis.lrange("rq:queue:default", 0, -1)).isEmpty();

    redis.del("rq:scheduler-lock:default");
    var second = maintenance();
    second.schedule(List.of("default"));
    schedule();

    assertThat(redis.lrange("rq:queue:default", 0, -1)).containsExactly("theirs");
    assertThat(redis.ttl("rq:scheduler-lock:default")).isBetween(55L, 61L);
    assertThat(Long.parseLong(python.python("print(q.scheduler_pid)"))).isPositive();
    maintenance.close();
    assertThat(redis.exists("rq:scheduler-lock:default")).isTrue();
    second.close();
    assertThat(redis.exists("rq:scheduler-lock:default")).isFalse();
  }

  @Test
  void jobsOfDeadWorkersFailOrAreTriedAgain() throws Exception {
    python.python(
        """
        for id, retry in [('bare', None), ('composite', None), ('again', Retry(max=2)), ('paused', Retry(max=1, interval=50))]:
            j = q.enqueue('f', job_id=id, retry=retry)
            j.set_status('started'); r.lrem('rq:queue:default', 0, id)
        """);
    double over = now.getEpochSecond() - 1;
    for (String member : List.of("bare", "composite:0123abcd", "again", "paused", "no-such-job")) {
      redis.zadd("rq:wip:default", over, member);
    }
    redis.zadd("rq:wip:default", now.getEpochSecond() + 30.0, "alive");

    cleaner.clean(List.of("default"));

    assertThat(redis.zrange("rq:wip:default", 0, -1)).containsExactly("alive");
    assertThat(redis.zrange("rq:failed:default", 0, -1))
        .containsExactlyInAnyOrder("bare", "composite");
    assertThat(python.python("j = fetch('composite'); print(j.get_status(), j.exc_info)"))
        .startsWith("failed Moved to FailedJobRegistry, due to AbandonedJobError, at ");
    assertThat(redis.lrange("rq:queue:default", 0, -1)).containsExactly("again");
    assertThat(python.python("print(fetch('again').retries_left)")).isEqualTo("1");
    assertThat(redis.zscore("rq:scheduled:default", "paused"))
        .isEqualTo(now.getEpochSecond() + 50.0);
    assertThat(redis.exists("rq:clean_registries:default")).isFalse();
    assertThat(python.rq("requeue", "--queue", "default", "--all")).contains("Requeueing 2 jobs");
  }

  @Test
  void ourJobsAreLeftToPostgresqlAndAFinishedOneIsOnlyTakenOut() throws Exception {
    redis.hset("rq:job:ours", Map.of("data", "x", "pd_rev", "3", "status", "started"));
    redis.zadd("rq:wip:default", 1, "ours");
    python.python("j = q.enqueue('f', job_id='ended'); j.set_status('finished')");
    redis.zadd("rq:wip:default", 1, "ended");

    cleaner.clean(List.of("default"));

    assertThat(redis.zrange("rq:wip:default", 0, -1)).containsExactly("ours");
    assertThat(python.python("print(fetch('ended').get_status())")).isEqualTo("finished");
  }

  @Test
  void nothingIsCleanedWhileSomebodyElseDoesIt() {
    redis.set("rq:clean_registries:default", "1");
    redis.zadd("rq:failed:default", 1, "expired");
    cleaner.clean(List.of("default"));
    assertThat(redis.zrange("rq:failed:default", 0, -1)).containsExactly("expired");

    redis.del("rq:clean_registries:default");
    redis.zadd("rq:finished:default", 1, "expired");
    redis.zadd("rq:failed:default", -1, "kept");
    cleaner.clean(List.of("default"));

    assertThat(redis.zrange("rq:failed:default", 0, -1)).containsExactly("kept");
    assertThat(redis.exists("rq:finished:default")).isFalse();
  }

  @Test
  void idsLeftBetweenPopAndStartGoBackAfterAMinute() throws Exception {
    python.python(
        """
        for id in ['left', 'running', 'ended']:
            q.enqueue('f', job_id=id)
        fetch('ended').set_status('finished')
        r.delete('rq:queue:default')
        r.rpush('rq:queue:default:intermediate', 'left', 'running', 'ended', 'no-such-job')
        """);
    redis.zadd("rq:wip:default", now.getEpochSecond() + 500.0, "running:0123");
    cleaner.clean(List.of("default"));
    now = now.plusSeconds(59);
    cleaner.clean(List.of("default"));
    assertThat(redis.llen("rq:queue:default:intermediate")).isEqualTo(4);

    now = now.plusSeconds(2);
    cleaner.clean(List.of("default"));

    assertThat(redis.lrange("rq:queue:default", 0, -1)).containsExactly("left");
    assertThat(redis.lrange("rq:queue:default:intermediate", 0, -1)).containsExactly("running");
  }

  @Test
  void workersWhoseHashHasExpiredAreForgotten() throws Exception {
    redis.hset(
        "rq:worker:alive", Map.of("birth", "2026-02-01T10:00:00.000000Z", "queues", "default"));
    redis.sadd("rq:workers", "rq:worker:alive", "rq:worker:dead");
    redis.sadd("rq:workers:default", "rq:worker:alive", "rq:worker:dead");

    cleaner.clean(List.of("default"));

    assertThat(redis.smembers("rq:workers")).containsExactly("rq:worker:alive");
    assertThat(redis.smembers("rq:workers:default")).containsExactly("rq:worker:alive");
  }

  @Test
  void runsByItself() throws Exception {
    var rhythm = new RqMaintenance.Rhythm(Duration.ofMillis(20), 1, Duration.ofMillis(20), MINUTE);
    try (var running = new RqMaintenance(connection, InstantSource.system(), rhythm)) {
      running.start();
      python.python("q.enqueue_in(timedelta(milliseconds=10), 'f', job_id='soon')");
      assertThat(redis.blpop(20, "rq:queue:default")).containsExactly("rq:queue:default", "soon");
    }
    assertThat(redis.exists("rq:scheduler-lock:default")).isFalse();
  }

  private void schedule() {
    maintenance.schedule(List.of("default"));
  }
}
