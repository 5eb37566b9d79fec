package io.pipedeck.queue;

import static io.pipedeck.job.JobTests.aJob;
import static io.pipedeck.job.JobTests.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.embedded.TestServers;
import io.pipedeck.job.Job;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

class QueueWindowTest {
  private final URI url = TestServers.freshRedis();
  private final RedisConnection connection = new RedisConnection(url);
  private final RedisClient redis = RedisClient.create(url);
  private final QueueWindow window = new QueueWindow(connection);
  private final RedisQueue queue =
      new RedisQueue(connection, InstantSource.system(), _ -> Duration.ofMinutes(1));

  @AfterEach
  void close() {
    queue.close();
    redis.close();
    connection.close();
  }

  @Test
  void theMostUrgentQueueIsEmptiedFirst() {
    waiting("urgent", "u1", "u2");
    waiting("default", "d1", "d2");
    waiting("slow", "s1");

    assertThat(take(3, rights(0, 0, 0))).containsExactly("u1", "u2", "d1");
    assertThat(take(3, rights(0, 0, 0))).containsExactly("d2", "s1");
    assertThat(take(3, rights(0, 0, 0))).isEmpty();
  }

  @Test
  void whatWasTakenStandsInItsIntermediateListUntilItStarts() {
    waiting("urgent", "u1");
    waiting("slow", "s1", "s2", "s3");

    take(3, rights(0, 0, 0));

    assertThat(window.popped("urgent")).containsExactly("u1");
    assertThat(window.popped("slow")).containsExactly("s1", "s2");
    assertThat(window.popped("default")).isEmpty();
    assertThat(window.waiting("slow")).containsExactly("s3");
  }

  @Test
  void aQueueHasItsRightBeforeMoreUrgentOnes() {
    waiting("urgent", "u1", "u2", "u3", "u4");
    waiting("default", "d1", "d2");
    waiting("slow", "s1", "s2");

    assertThat(take(4, rights(0, 1, 1))).containsExactly("d1", "s1", "u1", "u2");
  }

  @Test
  void aRightThatIsNotUsedIsForTheOthers() {
    waiting("urgent", "u1", "u2", "u3");
    waiting("slow", "s1");

    assertThat(take(3, rights(0, 1, 2))).containsExactly("s1", "u1", "u2");
  }

  @Test
  void neverMoreThanAskedForHoweverManyRights() {
    waiting("urgent", "u1");
    waiting("default", "d1", "d2", "d3");
    waiting("slow", "s1", "s2", "s3");

    assertThat(take(2, rights(0, 2, 2))).containsExactly("d1", "d2");
    assertThat(take(0, rights(0, 1, 1))).isEmpty();
    assertThat(window.waiting("slow")).hasSize(3);
  }

  @Test
  void nothingIsTakenWhileWorkersAreSuspended() {
    waiting("default", "d1");
    redis.set("rq:suspended", "1");

    assertThat(window.take(1, rights(0, 1, 0))).isEqualTo(new QueueWindow.Taken(List.of(), true));
    assertThat(window.waiting("default")).containsExactly("d1");

    redis.del("rq:suspended");
    assertThat(window.take(1, rights(0, 1, 0)))
        .isEqualTo(new QueueWindow.Taken(List.of(new Popped("default", "d1")), false));
  }

  @Test
  void anEmptyQueueIsNoSuspension() {
    assertThat(window.take(5, rights(0, 0, 0))).isEqualTo(new QueueWindow.Taken(List.of(), false));
  }

  @Test
  void aWindowHoldsAThousandOrFourForEachSlot() {
    assertThat(window.room("default")).isEqualTo(new QueueWindow.Room(1_000, 0));
    waiting("default", "d1", "d2");
    slots(250);
    assertThat(window.room("default")).isEqualTo(new QueueWindow.Room(1_000, 2));

    slots(251);

    assertThat(window.room("default")).isEqualTo(new QueueWindow.Room(1_004, 2));
  }

  @Test
  void whatIsPushedBeyondTheWindowWaitsInPostgresql() {
    fill(999);
    List<Job> jobs = List.of(aJob().queued(1), aJob().queued(1), aJob().queued(1));

    queue.push(jobs);

    assertThat(redis.llen("rq:queue:default")).isEqualTo(1_000);
    assertThat(window.placeOf("default", id(jobs.get(0)))).hasValue(999);
    assertThat(window.placeOf("default", id(jobs.get(1)))).isEmpty();
    assertThat(redis.exists("rq:job:" + id(jobs.get(1)), "rq:job:" + id(jobs.get(2)))).isZero();
    assertThat(window.backlogs()).containsExactly("default");
  }

  @Test
  void aLargerWindowTakesMore() {
    fill(1_002);
    slots(251);

    queue.push(List.of(aJob().queued(1), aJob().queued(1), aJob().queued(1)));

    assertThat(redis.llen("rq:queue:default")).isEqualTo(1_004);
    assertThat(window.backlogs()).containsExactly("default");
  }

  @Test
  void whileOthersWaitInPostgresqlNewOnesQueueUpBehindThem() {
    window.fallsBehind("default");
    Job job = aJob().queued(1);
    Job other = aJob().on("slow").queued(1);

    queue.push(List.of(job, other));
    assertThat(window.waiting("default")).as("has room, but not for it").isEmpty();
    assertThat(window.waiting("slow")).containsExactly(id(other));

    window.caughtUp("default");
    queue.push(List.of(job));
    assertThat(window.waiting("default")).containsExactly(id(job));
    assertThat(window.backlogs()).isEmpty();
  }

  @Test
  void whatHasWaitedIsFedAlsoBeyondTheWindow() {
    fill(1_000);
    window.fallsBehind("default");
    List<Job> jobs = List.of(aJob().queued(1), aJob().queued(1));

    queue.feed(jobs);

    assertThat(window.placeOf("default", id(jobs.get(0)))).hasValue(1_000);
    assertThat(window.placeOf("default", id(jobs.get(1)))).hasValue(1_001);
    assertThat(window.backlogs())
        .as("only the feeder knows when it ends")
        .containsExactly("default");
  }

  @Test
  void aJobThatStandsInTheWindowIsFedOnce() {
    Job job = aJob().queued(1);
    queue.push(List.of(job));

    queue.feed(List.of(job, at(job, 2)));

    assertThat(redis.lrange("rq:queue:default", 0, -1)).containsExactly(id(job));
  }

  @Test
  void aRedisThatWasEmptiedIsNoticed() {
    assertThat(window.wasEmptied()).isTrue();
    window.rebuilt();
    assertThat(window.wasEmptied()).isFalse();

    redis.flushDB();

    assertThat(window.wasEmptied()).isTrue();
  }

  private List<String> take(int most, SequencedMap<String, Integer> rights) {
    QueueWindow.Taken taken = window.take(most, rights);
    assertThat(taken.suspended()).isFalse();
    return taken.popped().stream().map(Popped::id).toList();
  }

  private static SequencedMap<String, Integer> rights(int urgent, int normal, int slow) {
    var rights = new LinkedHashMap<String, Integer>();
    rights.put("urgent", urgent);
    rights.put("default", normal);
    rights.put("slow", slow);
    return rights;
  }

  private void waiting(String name, String... ids) {
    redis.rpush("rq:queue:" + name, ids);
  }

  private void fill(int count) {
    waiting(
        "default", IntStream.range(0, count).mapToObj(n -> "other-" + n).toArray(String[]::new));
  }

  private void slots(int count) {
    redis.sadd(
        "rq:workers:default",
        IntStream.range(0, count).mapToObj(n -> "rq:worker:w-" + n).toArray(String[]::new));
  }

  private static String id(Job job) {
    return job.id().toString();
  }
}
