package io.pipedeck.queue;

import static io.pipedeck.job.JobTests.aJob;
import static io.pipedeck.job.JobTests.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.embedded.TestServers;
import io.pipedeck.job.Job;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.RedisClient;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RedisBudgetTest {
  private final URI url = TestServers.freshRedis();
  private final RedisConnection connection = new RedisConnection(url);
  private final RedisClient redis = RedisClient.create(url);

  @AfterEach
  void close() {
    redis.close();
    connection.close();
  }

  @ParameterizedTest
  @CsvSource({"0, 500", "0.3, 500", "0.5, 500", "0.7, 125", "0.8, 31", "0.9, 0", "1, 0", "7, 0"})
  void whatIsShownShrinksFromHalfTheBudgetToNineTenths(double filled, long seconds) {
    assertThat(RedisBudget.ttlSeconds(filled)).isEqualTo(seconds);
  }

  @Test
  void theFullerItIsTheShorter() {
    long[] ttl =
        IntStream.rangeClosed(0, 1_200)
            .mapToLong(n -> RedisBudget.ttlSeconds(n / 1_000.0))
            .toArray();

    for (int i = 1; i < ttl.length; i++) {
      assertThat(ttl[i]).isBetween(0L, ttl[i - 1]);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 500, true",
    "0.001, 500, true",
    "0.002, 250, true",
    "0.008, 62, true",
    "0.008, 0, false",
    "0.009, 0, true",
    "0.006, 83, false",
    "5, 0, true"
  })
  void whatFinishesFasterIsShownShorterAndForAMinuteAtLeast(
      double perSecond, long seconds, boolean shown) {
    assertThat(RedisBudget.ttlSeconds(0.1, perSecond, shown)).isEqualTo(seconds);
  }

  @Test
  void theTighterOfBothBoundsHolds() {
    assertThat(RedisBudget.ttlSeconds(0.7, 0.002, true)).isEqualTo(125);
    assertThat(RedisBudget.ttlSeconds(0.8, 0.002, true)).isZero();
  }

  @Test
  void whatFinishesIsCountedShownOrNot() {
    Job job = aJob().queued(1);
    try (var queue =
        new RedisQueue(
            connection,
            InstantSource.system(),
            _ -> Duration.ofMinutes(1),
            RedisBudget.NONE,
            Set.of())) {
      queue.push(List.of(job));
      queue.finished(at(job, 3), "w-1", null);
    }
    assertThat(redis.get("pipedeck:finished_bytes")).isEqualTo("1600");

    var full = new RedisBudget(connection, 1_000);
    ttlOf(full, ttl -> ttl == 0);
    assertThat(full.isVanishing()).as("it is full, but nothing is fast").isFalse();
    try (var queue =
        new RedisQueue(
            connection, InstantSource.system(), _ -> Duration.ofMinutes(1), full, Set.of())) {
      queue.finished(at(job, 4), "w-1", null);
    }
    assertThat(redis.get("pipedeck:finished_bytes")).isEqualTo("3200");
  }

  @Test
  void jobsThatFinishTooFastAreNotShownAndAreAgainWhenTheyFinishSlower() {
    long budgetBytes = 1L << 40;
    var budget = new RedisBudget(connection, budgetBytes);
    assertThat(budget.resultTtlSeconds()).isEqualTo(500);

    var added = new AtomicLong(System.nanoTime() - TimeUnit.SECONDS.toNanos(1));
    ttlOf(
        budget,
        ttl -> {
          if (System.nanoTime() - added.get() >= TimeUnit.SECONDS.toNanos(1)) {
            added.addAndGet(TimeUnit.SECONDS.toNanos(1));
            redis.incrBy("pipedeck:finished_bytes", budgetBytes / 16);
          }
          return ttl == 0;
        });
    assertThat(budget.isVanishing()).isTrue();

    assertThat(ttlOf(budget, ttl -> ttl > 0)).isBetween(75L, 500L);
  }

  @Test
  void withoutABudgetItIsRqsOwnTime() {
    assertThat(RedisBudget.NONE.resultTtlSeconds()).isEqualTo(500);
  }

  @Test
  void aBudgetWithRoomChangesNothing() {
    var budget = new RedisBudget(connection, 1L << 40);

    assertThat(budget.resultTtlSeconds()).isEqualTo(500);
    assertThat(budget.resultTtlSeconds()).isEqualTo(500);
  }

  @Test
  void aBudgetThatIsPartlyFilledShortensIt() {
    long used = Long.parseLong(usedMemory());

    assertThat(ttlOf(new RedisBudget(connection, used * 10 / 7), ttl -> ttl < 500))
        .isBetween(1L, 400L);
  }

  @Test
  void aFinishedJobIsNotKeptWhereTheBudgetIsFull() {
    var budget = new RedisBudget(connection, 1_000);
    ttlOf(budget, ttl -> ttl == 0);
    Job job = aJob().queued(1);
    String id = job.id().toString();
    redis.zadd("rq:wip:default", 1, id);

    try (var queue =
        new RedisQueue(
            connection, InstantSource.system(), _ -> Duration.ofMinutes(1), budget, Set.of())) {
      queue.push(List.of(job));
      queue.started(at(job, 2), "w-1", true);
      queue.finished(at(job, 3), "w-1", null);
    }

    assertThat(redis.keys("rq:*")).containsExactly("rq:queues");
  }

  /** Asks until the answer is so: Redis is looked at in the background. */
  private static long ttlOf(RedisBudget budget, LongPredicate wanted) {
    long ttl = budget.resultTtlSeconds();
    while (!wanted.test(ttl)) {
      Thread.onSpinWait();
      ttl = budget.resultTtlSeconds();
    }
    return ttl;
  }

  private String usedMemory() {
    return redis
        .info("memory")
        .lines()
        .filter(line -> line.startsWith("used_memory:"))
        .findFirst()
        .orElseThrow()
        .substring("used_memory:".length())
        .strip();
  }
}
