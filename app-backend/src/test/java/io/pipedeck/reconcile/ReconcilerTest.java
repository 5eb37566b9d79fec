package io.pipedeck.reconcile;

import static io.pipedeck.job.JobTests.aJob;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobEvent;
import io.pipedeck.api.JobStatus;
import io.pipedeck.db.MigratedDatabase;
import io.pipedeck.embedded.TestServers;
import io.pipedeck.job.Claim;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobEvents;
import io.pipedeck.job.JobStore;
import io.pipedeck.job.JobTests;
import io.pipedeck.job.Turns;
import io.pipedeck.queue.QueueWindow;
import io.pipedeck.queue.RedisConnection;
import io.pipedeck.queue.RedisQueue;
import io.pipedeck.queue.RqOutbox;
import io.pipedeck.queue.ShownJobs;
import io.pipedeck.stand.Pause;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.args.ListPosition;

class ReconcilerTest {
  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();

  private static final Reconciler.Rhythm QUICK =
      new Reconciler.Rhythm(
          Duration.ofMillis(20),
          2,
          2,
          Duration.ofMillis(100),
          new Leader.Term(Duration.ofSeconds(10), Duration.ofMillis(100)));

  private final URI url = TestServers.freshRedis();
  private final RedisConnection connection = new RedisConnection(url);
  private final RedisClient redis = RedisClient.create(url);
  private final RedisQueue queue =
      new RedisQueue(connection, InstantSource.system(), _ -> Duration.ofMinutes(1));
  private final QueueWindow window = new QueueWindow(connection);
  private final BlockingQueue<JobEvent> events = new LinkedBlockingQueue<>();
  private final JobStore store = new JobStore();
  private @Nullable Reconciler reconciler;

  @AfterEach
  void close() {
    if (reconciler != null) {
      reconciler.close();
    }
    queue.close();
    redis.close();
    connection.close();
  }

  private Reconciler.RedisSide side() {
    return new Reconciler.RedisSide(
        queue,
        window,
        new ShownJobs(connection),
        new RqOutbox(connection, InstantSource.system()),
        () -> {});
  }

  private void start() {
    var fresh =
        new Reconciler(
            DB.pool(),
            side(),
            changes -> changes.forEach(change -> events.add(change.event())),
            Turns.Shares.EQUAL,
            new Reconciler.Self("test", "test", () -> 0),
            QUICK);
    fresh.start();
    reconciler = fresh;
  }

  /** Pops an id as a worker does. */
  private void take(String name) {
    var rights = new LinkedHashMap<String, Integer>();
    rights.put(name, 0);
    assertThat(window.take(1, rights).popped()).hasSize(1);
  }

  /** The next id on the queue, as soon as there is one. */
  private String popped(String name) {
    List<String> popped = redis.blpop(20, "rq:queue:" + name);
    assertThat(popped).as("an id on queue " + name).isNotNull();
    return popped.get(1);
  }

  @Test
  void whatAClientCanceledInRedisWhileItWaitedIsCanceled() {
    Job canceled = aJob().in(DB);
    Job overtaken = aJob().in(DB);
    queue.push(List.of(canceled, overtaken));
    for (Job job : List.of(canceled, overtaken)) {
      redis.hset("rq:job:" + job.id(), "status", "canceled");
      redis.lrem("rq:queue:default", 0, job.id().toString());
    }
    DB.pool().run(tx -> tx.update("UPDATE pipeline_jobs SET rev = 9 WHERE id = ?", overtaken.id()));
    var sweep =
        new Sweep(DB.pool(), side(), JobEvents.NONE, Turns.Shares.EQUAL, new Heals(DB.pool()));
    window.rebuilt();

    sweep.run();
    sweep.run();

    assertThat(stored(canceled).status()).isEqualTo(JobStatus.CANCELED);
    assertThat(stored(overtaken).status()).isEqualTo(JobStatus.QUEUED);
    assertThat(redis.lrange("rq:queue:default", 0, -1)).containsExactly(overtaken.id().toString());
  }

  @Test
  void aJobWhoseTimeHasComeIsQueuedPushedAndTold() throws Exception {
    Job later = aJob().notBefore(Instant.parse("2999-01-01T00:00:00Z")).in(DB);
    Job due = aJob().on("slow").notBefore(Instant.parse("2999-01-01T00:00:00Z")).in(DB);
    DB.pool()
        .run(tx -> tx.update("UPDATE pipeline_jobs SET run_at = now() WHERE id = ?", due.id()));

    start();

    assertThat(popped("slow")).isEqualTo(due.id().toString());
    JobEvent told = events.poll(20, TimeUnit.SECONDS);
    assertThat(told).isEqualTo(new JobEvent(due.id(), 2, JobStatus.QUEUED, null, null));
    assertThat(stored(later).status()).isEqualTo(JobStatus.SCHEDULED);
  }

  @Test
  void jobsThatAnEmptiedRedisForgotArePushedAgain() {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 30; i++) {
      Job job = aJob().on(i % 2 == 0 ? "default" : "slow").in(DB);
      queue.push(List.of(job));
      ids.add(job.id().toString());
    }
    redis.flushDB();

    start();

    Set<String> back = new HashSet<>();
    for (int i = 0; i < 15; i++) {
      back.add(popped("default"));
      back.add(popped("slow"));
    }
    assertThat(back).isEqualTo(ids);
  }

  @Test
  void whatLacksItsHashAfterARestartOfRedisIsShownAgainInItsPlace() throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Job job = aJob().in(DB);
      queue.push(List.of(job));
      ids.add(job.id().toString());
    }
    String last = ids.getLast();
    redis.linsert("rq:queue:default", ListPosition.BEFORE, last, "of-a-python-program");
    ids.forEach(id -> redis.del("rq:job:" + id));
    window.rebuilt();

    start();

    assertThat(
            Pause.until(
                Duration.ofSeconds(20),
                () -> ids.stream().allMatch(id -> redis.exists("rq:job:" + id))))
        .isTrue();
    assertThat(redis.lrange("rq:queue:default", 0, -1))
        .containsExactly(ids.get(0), ids.get(1), "of-a-python-program", last);
  }

  @Test
  void whatStandsInTheWindowIsNotFedAgain() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Job job = aJob().in(DB);
      queue.push(List.of(job));
      ids.add(job.id().toString());
      redis.del("rq:job:" + job.id());
    }
    window.fallsBehind("default");
    ids.add(aJob().in(DB).id().toString());
    var feeder = new Feeder(DB.pool(), queue, window, Turns.Shares.EQUAL);

    assertThat(feeder.feed()).isTrue();
    assertThat(redis.lrange("rq:queue:default", 0, -1)).containsExactlyElementsOf(ids);
    feeder.restart();
    assertThat(feeder.feed()).isTrue();

    assertThat(redis.lrange("rq:queue:default", 0, -1)).containsExactlyElementsOf(ids);
  }

  @Test
  void aJobThatWasNeverPushedIsPushed() {
    Job job = aJob().in(DB);

    start();

    assertThat(popped("default")).isEqualTo(job.id().toString());
  }

  @Test
  void anIdThatAProcessLeftBetweenPopAndStartIsPushedAgain() {
    Job job = aJob().in(DB);
    queue.push(List.of(job));
    take("default");

    start();

    assertThat(popped("default")).isEqualTo(job.id().toString());
    assertThat(redis.exists("rq:queue:default:intermediate")).isFalse();
  }

  @Test
  void anIdOfAJobThatIsOverIsClearedAwayAndIdsOfOthersStay() {
    Job job = aJob().in(DB);
    queue.push(List.of(job));
    take("default");
    Claim claim = JobTests.claim(DB.pool(), job, "dead");
    DB.pool().inTransaction(tx -> store.finish(tx, claim, null));
    redis.rpush("rq:queue:default:intermediate", "of-a-python-program");
    var sweep =
        new Sweep(DB.pool(), side(), JobEvents.NONE, Turns.Shares.EQUAL, new Heals(DB.pool()));

    sweep.run();
    assertThat(redis.lrange("rq:queue:default:intermediate", 0, -1))
        .containsExactly(job.id().toString(), "of-a-python-program");
    sweep.run();

    queue.awaitShown();
    assertThat(redis.lrange("rq:queue:default:intermediate", 0, -1))
        .containsExactly("of-a-python-program");
  }

  @Test
  void whatOnlyOneSweepMissedIsLeftAlone() {
    Job job = aJob().in(DB);
    var sweep =
        new Sweep(DB.pool(), side(), JobEvents.NONE, Turns.Shares.EQUAL, new Heals(DB.pool()));

    window.rebuilt();
    sweep.run();
    assertThat(redis.exists("rq:queue:default")).isFalse();
    sweep.forget();
    sweep.run();
    assertThat(redis.exists("rq:queue:default")).isFalse();
    sweep.run();

    assertThat(redis.lrange("rq:queue:default", 0, -1)).containsExactly(job.id().toString());
  }

  @Test
  void jobsOfLostWorkersRunAgainAndTheLastAttemptFails() throws Exception {
    Job again = aJob().in(DB);
    Job over = aJob().attempts(1).in(DB);
    for (Job job : List.of(again, over)) {
      queue.push(List.of(job));
      take("default");
      Claim claim = JobTests.claim(DB.pool(), job, "dead");
      queue.started(claim.job(), "dead", false);
    }
    DB.foreign("UPDATE pipeline_jobs SET lease_until = now() - interval '1 second'");

    start();

    assertThat(popped("default")).isEqualTo(again.id().toString());
    List<JobStatus> told = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      JobEvent event = events.poll(20, TimeUnit.SECONDS);
      assertThat(event).isNotNull();
      told.add(event.status());
    }
    assertThat(told).containsExactlyInAnyOrder(JobStatus.QUEUED, JobStatus.FAILED);
    assertThat(stored(over).errorCode()).isEqualTo(ErrorCode.WORKER_LOST);
    close(over);
  }

  /** After the reconciler's end, so that Redis shows all that it did. */
  private void close(Job failed) {
    if (reconciler != null) {
      reconciler.close();
    }
    queue.awaitShown();
    assertThat(redis.exists("rq:wip:default")).isFalse();
    assertThat(redis.hget("rq:job:" + failed.id(), "status")).isEqualTo("failed");
    assertThat(redis.zrange("rq:failed:default", 0, -1)).containsExactly(failed.id().toString());
  }

  @Test
  void rowsOfOtherProgramsAreLeftToThem() {
    DB.foreign(
        """
        INSERT INTO pipeline_jobs (rq_job_id, status, started_at)
        VALUES ('foreign', 'queued', NULL), ('running', 'running', now() - interval '1 day')
        """);
    String before =
        DB.text("SELECT string_agg(p::text, '|' ORDER BY rq_job_id) AS text FROM pipeline_jobs p");
    Job ours = aJob().on("slow").in(DB);

    start();

    assertThat(popped("slow")).isEqualTo(ours.id().toString());
    assertThat(redis.exists("rq:queue:default")).isFalse();
    assertThat(
            DB.text(
                "SELECT string_agg(p::text, '|' ORDER BY rq_job_id) AS text FROM pipeline_jobs p WHERE runner = 'foreign'"))
        .isEqualTo(before);
  }

  @Test
  void whoIsNotLeaderDoesNothing() {
    var leader = new Leader(DB.pool(), "another", QUICK.term());
    assertThat(leader.leads()).isTrue();
    aJob().in(DB);

    start();

    assertThat(redis.blpop(1, "rq:queue:default")).isNull();
    leader.resign();
    assertThat(popped("default")).isNotNull();
  }

  @Test
  void theRhythmOfTheRunningProgramHealsWithinThePromisedTimes() {
    var normal = Reconciler.Rhythm.NORMAL;

    assertThat(normal.round().multipliedBy(2L * normal.sweepEvery() + 1))
        .as("an emptied Redis is filled again: missed by two sweeps")
        .isLessThan(Duration.ofSeconds(30));
    assertThat(Duration.ofSeconds(30).plus(normal.round().multipliedBy(normal.rescueEvery() + 1)))
        .as("a killed worker's lease and the next look")
        .isLessThan(Duration.ofSeconds(45));
    assertThat(normal.grace()).isGreaterThan(Duration.ofSeconds(10));
  }

  private static Job stored(Job job) {
    return JobTests.stored(DB.pool(), job.id());
  }
}
