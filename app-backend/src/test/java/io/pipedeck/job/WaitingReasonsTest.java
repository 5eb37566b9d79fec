package io.pipedeck.job;

import static io.pipedeck.job.JobTests.aJob;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobView.Waiting;
import io.pipedeck.db.MigratedDatabase;
import io.pipedeck.embedded.TestServers;
import io.pipedeck.queue.QueueWindow;
import io.pipedeck.queue.RedisConnection;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.RedisClient;

/** Exactly one reason for each job that waits, and none for any other. */
class WaitingReasonsTest {
  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();

  /** Redis itself; the queue called shared is others' too. */
  private record Redis(QueueWindow window) implements WaitingReasons.Places {
    @Override
    public OptionalLong placeOf(String queue, String id) {
      return window.placeOf(queue, id);
    }

    @Override
    public boolean suspended() {
      return window.isSuspended();
    }

    @Override
    public boolean isShared(String queue) {
      return queue.equals("shared");
    }
  }

  private static String reason(URI redis, Job job) {
    return waiting(redis, job).map(Waiting::reason).orElse("none");
  }

  private static Optional<Waiting> waiting(URI redis, Job job) {
    try (var connection = new RedisConnection(redis)) {
      var shares = new Turns.Shares(Map.of(), Map.of("narrow", 1));
      var reasons = new WaitingReasons(new Redis(new QueueWindow(connection)), shares);
      var facts = DB.pool().inTransaction(tx -> reasons.facts(tx, job));
      return Optional.ofNullable(reasons.of(job, facts));
    }
  }

  private static void served() {
    DB.foreign("DELETE FROM nodes");
    var node = new Nodes.Node("n", "test", 1, "0.1.0", java.util.List.of("default", "shared"), 2);
    DB.pool().run(tx -> new Nodes().seen(tx, node, new Nodes.Vitals(0, 0), 0));
  }

  @Test
  void aQueueThatNobodyServes() {
    DB.foreign("DELETE FROM nodes");

    assertThat(reason(TestServers.freshRedis(), aJob().in(DB))).isEqualTo("no_worker_for_queue");
  }

  @Test
  void allWorkersAreSuspended() {
    served();
    URI url = TestServers.freshRedis();
    Job job = aJob().in(DB);
    try (var redis = RedisClient.create(url)) {
      redis.set("rq:suspended", "1");
      assertThat(reason(url, job)).isEqualTo("queue_paused");
      redis.del("rq:suspended");
    }
    assertThat(reason(url, job)).isEqualTo("next_in_line");
  }

  @Test
  void placeAndEstimateWhileRedisIsAwayAndTheReasonWhereJobsComeFromThereAlone() {
    served();
    URI nowhere = URI.create("redis://127.0.0.1:9/0");
    aJob().in(DB);
    Job second = aJob().in(DB);
    Job shared = aJob().on("shared").in(DB);

    Waiting behind = waiting(nowhere, second).orElseThrow();

    assertThat(behind.reason()).isEqualTo("behind_others");
    assertThat(behind.position()).isOne();
    assertThat(reason(nowhere, shared)).isEqualTo("redis_unavailable");
  }

  @Test
  void theRealmHasAsManyJobsRunningAsItMay() {
    served();
    URI url = TestServers.freshRedis();
    Job running = aJob().ofRealm("narrow").in(DB);
    Job waiting = aJob().ofRealm("narrow").in(DB);
    JobTests.claim(DB.pool(), running, "n.0");

    assertThat(reason(url, waiting)).isEqualTo("realm_limit");
    assertThat(waiting(url, JobTests.stored(DB.pool(), running.id()))).isEmpty();
  }

  @Test
  void aStartTimeAndThePauseBeforeAnotherAttempt() {
    served();
    URI url = TestServers.freshRedis();
    Job later = aJob().notBefore(Instant.parse("2999-01-01T00:00:00Z")).in(DB);
    Job tried = aJob().in(DB);
    Claim claim = JobTests.claim(DB.pool(), tried, "n.0");
    DB.pool()
        .inTransaction(
            tx ->
                new JobStore()
                    .retryLater(
                        tx, claim, Duration.ofMinutes(1), ErrorCode.INTERNAL_ERROR, "again"));

    assertThat(reason(url, later)).isEqualTo("start_time");
    Waiting backoff = waiting(url, JobTests.stored(DB.pool(), tried.id())).orElseThrow();
    assertThat(backoff.reason()).isEqualTo("retry_backoff");
    assertThat(backoff.detail()).isEqualTo("attempt 2 of 4");
  }

  @Test
  void postgresqlIsAway() {
    assertThat(WaitingReasons.withoutDatabase().reason()).isEqualTo("database_unavailable");
  }
}
