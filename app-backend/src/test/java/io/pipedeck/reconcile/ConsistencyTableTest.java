package io.pipedeck.reconcile;

import static io.pipedeck.job.JobTests.aJob;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.db.MigratedDatabase;
import io.pipedeck.embedded.TestServers;
import io.pipedeck.job.Claim;
import io.pipedeck.job.Ids;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobEvents;
import io.pipedeck.job.JobStore;
import io.pipedeck.job.JobTests;
import io.pipedeck.job.Turns;
import io.pipedeck.queue.QueueWindow;
import io.pipedeck.queue.RedisConnection;
import io.pipedeck.queue.RedisQueue;
import io.pipedeck.queue.RedisState;
import io.pipedeck.queue.RqOutbox;
import io.pipedeck.queue.ShownJob;
import io.pipedeck.queue.ShownJobs;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.RedisClient;

/**
 * Every cell of the table in {@code docs/consistency.md}: what the code decides, and what it does.
 */
class ConsistencyTableTest {
  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();

  private static final URI URL = TestServers.freshRedis();
  private static final RedisConnection CONNECTION = new RedisConnection(URL);
  private static final RedisClient REDIS = RedisClient.create(URL);
  private static final RedisQueue QUEUE =
      new RedisQueue(CONNECTION, InstantSource.system(), _ -> Duration.ofMinutes(1));
  private static final Path DOCUMENT = Path.of("../docs/consistency.md");

  private final QueueWindow window = new QueueWindow(CONNECTION);
  private final ShownJobs shown = new ShownJobs(CONNECTION);
  private final JobStore store = new JobStore();

  /**
   * A cell.
   *
   * @param status null for no row
   * @param behind whether Redis tells of an older state
   */
  record Cell(@Nullable JobStatus status, RedisState state, boolean behind, String action) {
    @Override
    public String toString() {
      return (status == null ? "no row" : status.wireName())
          + " shown "
          + state.wireName()
          + (behind ? ", behind: " : ": ")
          + action;
    }
  }

  @AfterAll
  static void close() {
    QUEUE.close();
    REDIS.close();
    CONNECTION.close();
  }

  @BeforeEach
  void empty() {
    REDIS.flushDB();
    window.rebuilt();
  }

  static Stream<Cell> cells() throws IOException {
    List<String[]> rows =
        Files.readAllLines(DOCUMENT).stream()
            .dropWhile(line -> !line.startsWith("| Redis \\ PostgreSQL |"))
            .takeWhile(line -> line.startsWith("|"))
            .map(line -> line.replaceAll("^\\| *| *\\|$", "").split(" *\\| *", -1))
            .toList();
    List<Cell> cells = new ArrayList<>();
    for (String[] row : rows.subList(2, rows.size())) {
      RedisState state = RedisState.valueOf(row[0].toUpperCase(Locale.ROOT));
      for (int i = 1; i < row.length; i++) {
        JobStatus status = JobStatus.find(rows.getFirst()[i]).orElse(null);
        String[] actions = row[i].split(" / ", -1);
        // Without a hash, or without a row, there is nothing to be older than.
        boolean both = status != null && state != RedisState.NONE;
        if (both) {
          cells.add(new Cell(status, state, false, actions[0]));
        }
        cells.add(new Cell(status, state, true, actions[actions.length - 1]));
      }
    }
    return cells.stream();
  }

  @Test
  void theDocumentHasEveryStatusAndEveryState() throws IOException {
    List<Cell> cells = cells().toList();

    assertThat(cells.stream().map(Cell::state).distinct())
        .containsExactlyInAnyOrder(RedisState.values());
    List<@Nullable JobStatus> statuses = new ArrayList<>(Arrays.asList(JobStatus.values()));
    statuses.add(null);
    assertThat(cells.stream().map(Cell::status).distinct().toList())
        .containsExactlyInAnyOrderElementsOf(statuses);
  }

  @ParameterizedTest
  @MethodSource("cells")
  void theCodeDecidesAsTheTableSays(Cell cell) {
    assertThat(Remedy.of(cell.status(), cell.state(), cell.behind()).wireName())
        .isEqualTo(cell.action());
  }

  @ParameterizedTest
  @MethodSource("cells")
  void twoSweepsDoWhatTheTableSays(Cell cell) {
    Job job = cell.status() == null ? null : in(cell.status());
    String id = job == null ? Ids.next().toString() : job.id().toString();
    show(id, cell, job == null ? 1 : job.rev() - (cell.behind() ? 1 : 0));
    assertThat(look(id).state()).isEqualTo(cell.state());
    String before = hashOf(id);

    sweepTwice(cell);

    ShownJob after = look(id);
    switch (cell.action()) {
      case "leave", "client" -> {
        assertThat(after.state()).isEqualTo(cell.state());
        assertThat(hashOf(id)).isEqualTo(before);
      }
      case "push", "put back" -> assertThat(after.state()).isEqualTo(RedisState.QUEUED);
      case "show" -> assertThat(after.state()).isIn(shownAs(cell));
      case "clear" -> {
        assertThat(REDIS.keys("rq:*")).containsOnly("rq:job:" + id, "rq:queues");
        assertThat(REDIS.ttl("rq:job:" + id)).isPositive();
      }
      default -> throw new IllegalStateException("no action is called " + cell.action());
    }
    standsInOnePlace(id, after);
    if (job != null) {
      Job stored = JobTests.stored(DB.pool(), job.id());
      assertThat(stored.rev()).as("PostgreSQL is not touched").isEqualTo(job.rev());
    }
  }

  /** The sweep that pushes follows no clients, so that it is left out where they are to. */
  private void sweepTwice(Cell cell) {
    var drift = new Drift(DB.pool(), QUEUE, shown, new Walk(DB.pool(), window, shown));
    var side =
        new Reconciler.RedisSide(
            QUEUE, window, shown, new RqOutbox(CONNECTION, InstantSource.system()), () -> {});
    var sweep =
        new Sweep(DB.pool(), side, JobEvents.NONE, Turns.Shares.EQUAL, new Heals(DB.pool()));
    for (int i = 0; i < 2; i++) {
      drift.run();
      if (!cell.action().equals("client")) {
        sweep.run();
      }
    }
    QUEUE.awaitShown();
  }

  private static List<RedisState> shownAs(Cell cell) {
    return switch (cell.status()) {
      case RUNNING -> List.of(RedisState.STARTED);
      case SCHEDULED -> withStray(cell, RedisState.SCHEDULED);
      case FINISHED -> withStray(cell, RedisState.FINISHED);
      case FAILED -> withStray(cell, RedisState.FAILED);
      case CANCELED -> withStray(cell, RedisState.CANCELED);
      case QUEUED -> throw new IllegalStateException("a queued job is pushed");
      case null -> throw new IllegalStateException("nothing to show");
    };
  }

  private static List<RedisState> withStray(Cell cell, RedisState shown) {
    // A stray id may have no hash that could show anything.
    return cell.state() == RedisState.STRAY ? List.of(shown, RedisState.NONE) : List.of(shown);
  }

  private void standsInOnePlace(String id, ShownJob now) {
    List<String> places = new ArrayList<>();
    for (String list : List.of("rq:queue:default", "rq:queue:default:intermediate")) {
      REDIS.lrange(list, 0, -1).stream().filter(id::equals).forEach(_ -> places.add(list));
    }
    for (String registry :
        List.of("wip", "scheduled", "finished", "failed", "canceled", "deferred")) {
      if (REDIS.zscore("rq:" + registry + ":default", id) != null) {
        places.add(registry);
      }
    }
    assertThat(places).as("places of a job shown " + now.state()).hasSizeLessThanOrEqualTo(1);
  }

  private Job in(JobStatus status) {
    Job job =
        status == JobStatus.SCHEDULED
            ? aJob().notBefore(Instant.parse("2999-01-01T00:00:00Z")).in(DB)
            : aJob().in(DB);
    switch (status) {
      case QUEUED, SCHEDULED -> {
        // As it was stored.
      }
      case RUNNING -> JobTests.claim(DB.pool(), job, "worker");
      case FINISHED -> {
        Claim claim = JobTests.claim(DB.pool(), job, "worker");
        DB.pool().inTransaction(tx -> store.finish(tx, claim, null));
      }
      case FAILED -> {
        Claim claim = JobTests.claim(DB.pool(), job, "worker");
        DB.pool()
            .inTransaction(tx -> store.fail(tx, claim, ErrorCode.INTERNAL_ERROR, "went wrong"));
      }
      case CANCELED -> DB.pool().inTransaction(tx -> store.cancel(tx, job.id(), JobStatus.QUEUED));
    }
    return JobTests.stored(DB.pool(), job.id());
  }

  /** Makes Redis show this state. */
  private static void show(String id, Cell cell, long rev) {
    REDIS.sadd("rq:queues", "rq:queue:default");
    RedisState state = cell.state();
    if (state == RedisState.NONE) {
      return;
    }
    String status =
        switch (state) {
          case QUEUED, UNLISTED, POPPED -> "queued";
          case STARTED, UNWATCHED -> "started";
          // It runs, says the registry.
          case STRAY -> "queued";
          default -> state.wireName();
        };
    Map<String, String> hash = new HashMap<>();
    hash.put("data", "x");
    hash.put("origin", "default");
    hash.put("status", status);
    hash.put("created_at", "2026-01-31T08:00:00.500000Z");
    hash.put("pd_rev", Long.toString(rev));
    REDIS.hset("rq:job:" + id, hash);
    switch (state) {
      case QUEUED -> REDIS.rpush("rq:queue:default", id);
      case POPPED -> REDIS.rpush("rq:queue:default:intermediate", id);
      case STARTED, STRAY -> REDIS.zadd("rq:wip:default", 4e9, id);
      case SCHEDULED, FINISHED, FAILED, CANCELED, DEFERRED ->
          REDIS.zadd("rq:" + state.wireName() + ":default", 4e9, id);
      default -> {
        // The hash alone.
      }
    }
  }

  private ShownJob look(String id) {
    return shown.look(Map.of(id, "default")).getFirst();
  }

  private static String hashOf(String id) {
    return String.valueOf(new java.util.TreeMap<>(REDIS.hgetAll("rq:job:" + id)));
  }

  @Test
  void idsAmongTheStartedOfJobsWhoseHashesAreGoneAreCleared() {
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < 226; i++) {
      Job job = in(i % 2 == 0 ? JobStatus.FINISHED : JobStatus.FAILED);
      REDIS.zadd("rq:wip:default", 4e9, job.id().toString());
      ids.add(job.id());
    }
    REDIS.sadd("rq:queues", "rq:queue:default");
    var drift = new Drift(DB.pool(), QUEUE, shown, new Walk(DB.pool(), window, shown));

    Drift.Found first = drift.run();
    assertThat(REDIS.zcard("rq:wip:default")).isEqualTo(ids.size());
    Drift.Found second = drift.run();
    QUEUE.awaitShown();

    assertThat(first.orphans()).isEqualTo(ids.size());
    assertThat(first.shownAgain().times()).isZero();
    assertThat(second.shownAgain().times()).isEqualTo(ids.size());
    assertThat(REDIS.exists("rq:wip:default")).isFalse();
  }

  @Test
  void rowsAndHashesOfOthersAndLaterStatesAreLeftAlone() {
    DB.foreign(
        "INSERT INTO pipeline_jobs (rq_job_id, status, finished_at) VALUES ('theirs', 'finished', now())");
    Job ahead = in(JobStatus.FINISHED);
    show("theirs", new Cell(null, RedisState.STARTED, true, ""), 1);
    show("unknown", new Cell(null, RedisState.STARTED, true, ""), 1);
    REDIS.hdel("rq:job:unknown", "pd_rev");
    show(ahead.id().toString(), new Cell(null, RedisState.STARTED, true, ""), ahead.rev() + 1);
    var drift = new Drift(DB.pool(), QUEUE, shown, new Walk(DB.pool(), window, shown));

    assertThat(drift.run().kinds()).isEmpty();
    drift.run();
    QUEUE.awaitShown();

    assertThat(REDIS.zrange("rq:wip:default", 0, -1))
        .containsExactlyInAnyOrder("theirs", "unknown", ahead.id().toString());
  }

  @Test
  void whatChangesBetweenTwoLooksIsLeftAlone() {
    Job job = in(JobStatus.FINISHED);
    String id = job.id().toString();
    show(id, new Cell(null, RedisState.STARTED, true, ""), job.rev() - 2);
    var drift = new Drift(DB.pool(), QUEUE, shown, new Walk(DB.pool(), window, shown));

    drift.run();
    REDIS.hset("rq:job:" + id, Map.of("pd_rev", Long.toString(job.rev() - 1)));
    Drift.Found second = drift.run();
    assertThat(second.shownAgain().times()).isZero();
    Drift.Found third = drift.run();
    QUEUE.awaitShown();

    assertThat(third.shownAgain().times()).isOne();
    assertThat(look(id).state()).isEqualTo(RedisState.FINISHED);
  }

  @Test
  void aWalkThroughManyKeysGoesOnWhereItStopped() {
    int many = 30_000;
    for (int from = 0; from < many; from += 1_000) {
      try (var pipeline = REDIS.pipelined()) {
        for (int i = from; i < from + 1_000; i++) {
          pipeline.hset(
              "rq:job:" + new UUID(7, i),
              Map.of("status", "queued", "origin", "default", "pd_rev", "1"));
        }
      }
    }
    var walk = new Walk(DB.pool(), window, shown);
    java.util.Set<String> met = new java.util.HashSet<>();
    int most = 0;
    int sweeps = 0;
    while (met.size() < many) {
      Map<String, String> step = walk.next(false);
      most = Math.max(most, step.size());
      met.addAll(step.keySet());
      sweeps++;
    }

    assertThat(most).isBetween(4_000, 7_000);
    assertThat(sweeps).isBetween(5, 8);
  }
}
