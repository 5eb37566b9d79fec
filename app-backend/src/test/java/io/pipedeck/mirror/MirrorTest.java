package io.pipedeck.mirror;

import static io.pipedeck.mirror.MirrorRig.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.embedded.BundledPostgres;
import io.pipedeck.embedded.StartupProgress;
import io.pipedeck.embedded.TestServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The following process as it runs by itself. */
class MirrorTest {
  private static final Duration SETTLE = Duration.ofSeconds(60);
  private final MirrorRig rig = new MirrorRig();
  private final List<Mirror> running = new ArrayList<>();

  @AfterEach
  void close() {
    running.forEach(Mirror::close);
    rig.close();
  }

  private Mirror start(String self) {
    return start(self, rig.mirrorLogin());
  }

  private Mirror start(String self, MirrorLogin login) {
    var mirror = new Mirror(rig.pool, login, MirrorRig.RELEASE, self);
    running.add(mirror);
    mirror.start();
    return mirror;
  }

  private MirrorStatus status() {
    return rig.pool.inTransaction(MirrorStatus::read);
  }

  private MirrorStatus await(String what, Predicate<MirrorStatus> right)
      throws InterruptedException {
    var never = new CountDownLatch(1);
    long until = System.nanoTime() + SETTLE.toNanos();
    MirrorStatus status = status();
    while (!right.test(status)) {
      assertThat(System.nanoTime())
          .as("waited for %s, last seen %s", what, status)
          .isLessThan(until);
      boolean _ = never.await(50, TimeUnit.MILLISECONDS);
      status = status();
    }
    return status;
  }

  private static boolean follows(MirrorStatus status) {
    return status.state() == MirrorStatus.State.FOLLOWING;
  }

  @Test
  void withoutAMirrorTheStatusIsOff() {
    assertThat(status())
        .isEqualTo(new MirrorStatus(MirrorStatus.State.OFF, 0, 0, null, null, null));
  }

  @Test
  void nothingIsSkippedUnderConcurrentWritersAndOpenTransactions() throws Exception {
    start("a");
    await("the feed to be followed", MirrorTest::follows);
    try (Connection idleReader = rig.primary.connect();
        Connection idleWriter = rig.primary.connect()) {
      begin(idleReader, "SELECT count(*) FROM pipeline_jobs");
      begin(idleWriter, "INSERT INTO pipeline_jobs (rq_job_id) VALUES ('idle in transaction')");

      assertThat(writeAtRandom(Duration.ofSeconds(8))).isGreaterThan(100);

      assertThat(rig.verify(SETTLE).equal()).as("while both stay idle in transaction").isTrue();
      assertThat(number(rig.mirror, "SELECT count(*) FROM pipeline_jobs")).isGreaterThan(100);
      idleWriter.commit();
    }
    assertThat(rig.verify(SETTLE).equal()).isTrue();
    rig.assertEqual();
    await("an empty backlog", status -> follows(status) && status.lagRows() == 0);
  }

  /** How many transactions there were. */
  private int writeAtRandom(Duration length) throws Exception {
    var stop = new CountDownLatch(1);
    List<Future<Integer>> work = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int seed = 0; seed < 6; seed++) {
        var writer = new Writer(rig.primary, seed);
        work.add(threads.submit(() -> writer.run(stop)));
      }
      boolean _ = new CountDownLatch(1).await(length.toMillis(), TimeUnit.MILLISECONDS);
      stop.countDown();
    }
    int transactions = 0;
    for (Future<Integer> writer : work) {
      transactions += writer.get();
    }
    return transactions;
  }

  private static void begin(Connection connection, String sql) throws SQLException {
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Changes jobs at random, in transactions of random length of which some are rolled back. */
  private record Writer(TestServers.Database database, int seed) {
    int run(CountDownLatch stop) throws SQLException, InterruptedException {
      var random = new Random(seed);
      int transactions = 0;
      try (Connection connection = database.connect();
          var statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        while (stop.getCount() > 0) {
          for (int i = random.nextInt(4); i >= 0; i--) {
            statement.execute(change(random));
            boolean _ = stop.await(random.nextInt(30), TimeUnit.MILLISECONDS);
          }
          if (random.nextInt(5) == 0) {
            connection.rollback();
          } else {
            connection.commit();
          }
          transactions++;
        }
      }
      return transactions;
    }

    /** Each writer changes rows of its own, so that they never wait for one another. */
    private String change(Random random) {
      String mine =
          " WHERE id IN (SELECT id FROM pipeline_jobs WHERE realm = 'w%d' ORDER BY random() LIMIT %d)"
              .formatted(seed, 1 + random.nextInt(20));
      return switch (random.nextInt(6)) {
        case 0, 1, 2 ->
            "INSERT INTO pipeline_jobs (realm, payload) SELECT 'w%d', '{\"n\": 1}' FROM generate_series(1, %d)"
                .formatted(seed, 1 + random.nextInt(20));
        case 3 -> "DELETE FROM pipeline_jobs" + mine;
        default ->
            "UPDATE pipeline_jobs SET error = 'e" + random.nextInt() + "', rev = rev + 1" + mine;
      };
    }
  }

  @Test
  void copiesAHundredThousandJobsWhileTheyChange() throws Exception {
    rig.sql(
        """
        INSERT INTO pipeline_jobs (realm, payload, result)
        SELECT 'r' || n % 7, jsonb_build_object('filename', 'file ' || n), jsonb_build_object('summary', md5(n::text))
        FROM generate_series(1, 100000) n
        """);
    start("a");
    await("the copy to begin", status -> status.state() == MirrorStatus.State.COPYING);
    rig.sql("UPDATE pipeline_jobs SET error = 'meanwhile' WHERE realm = 'r3'");
    rig.sql("DELETE FROM pipeline_jobs WHERE realm = 'r4'");
    await("the copy to end", MirrorTest::follows);

    MirrorVerify.Result result = rig.verify(SETTLE);
    assertThat(result.equal()).isTrue();
    assertThat(result.here()).isBetween(85_000L, 86_000L);
  }

  @Test
  void anotherProcessTakesOverWhenOneEnds() throws Exception {
    start("first");
    await("the first to follow", status -> follows(status) && "first".equals(status.follower()));
    start("second");
    rig.sql("INSERT INTO pipeline_jobs (rq_job_id) VALUES ('before')");
    running.removeFirst().close();
    rig.sql("INSERT INTO pipeline_jobs (rq_job_id) VALUES ('after')");
    long began = System.nanoTime();
    await("the second to follow", status -> follows(status) && "second".equals(status.follower()));

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
    assertThat(rig.verify(SETTLE).equal()).isTrue();
  }

  @Test
  void waitsOutAnOutageOfTheMirrorAndGoesOnWhereItWas(@TempDir Path folder) throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (var server =
        BundledPostgres.start(folder, TestServers.runtime(), StartupProgress.silent())) {
      var elsewhere =
          new TestServers.Database("pipedeck", server.jdbcUrl(), server.user(), server.password());
      rig.sql(
          "INSERT INTO pipeline_jobs (rq_job_id) SELECT n::text FROM generate_series(1, 500) n");
      start("a", MirrorRig.login(elsewhere));
      await("the mirror to follow", status -> follows(status) && status.lagRows() == 0);

      ProcessHandle.of(server.pid()).orElseThrow().destroyForcibly();
      server.onExit().get(30, TimeUnit.SECONDS);
      rig.sql("UPDATE pipeline_jobs SET error = 'meanwhile'");
      rig.sql("UPDATE pipeline_jobs SET realm = 'meanwhile'");
      MirrorStatus away =
          await(
              "the stall to be told",
              status -> status.state() == MirrorStatus.State.STALLED && status.lagRows() == 1000);
      assertThat(away.detail()).contains("can't be reached");
      assertThat(away.lagSeconds()).isPositive();
      long copiedBefore = number(rig.primary, "SELECT epoch FROM mirror_feed");

      assertThat(server.restartIfDead()).isTrue();

      await("the mirror to follow again", status -> follows(status) && status.lagRows() == 0);
      assertThat(
              new MirrorVerify(rig.pool, MirrorRig.login(elsewhere), SETTLE)
                  .run((_, _) -> {})
                  .equal())
          .isTrue();
      assertThat(number(rig.primary, "SELECT epoch FROM mirror_feed")).isEqualTo(copiedBefore);
      running.forEach(Mirror::close);
    }
  }

  @Test
  void aTransactionThatHoldsTheTableOpenDelaysTheStartAndNoWriterForLong() throws Exception {
    try (Connection open = rig.primary.connect()) {
      begin(open, "INSERT INTO pipeline_jobs (rq_job_id) VALUES ('open')");
      start("a");
      MirrorStatus status =
          await(
              "the stall to be told",
              it ->
                  it.state() == MirrorStatus.State.STALLED
                      && it.detail() != null
                      && it.detail().contains("stays open"));
      assertThat(status.follower()).isEqualTo("a");
      long began = System.nanoTime();
      rig.sql("INSERT INTO pipeline_jobs (rq_job_id) VALUES ('another')");
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
      open.commit();
    }
    await("the mirror to follow", MirrorTest::follows);
    assertThat(rig.verify(SETTLE).equal()).isTrue();
  }
}
