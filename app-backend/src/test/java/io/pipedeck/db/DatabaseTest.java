package io.pipedeck.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DatabaseTest {
  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();

  @BeforeEach
  void table() {
    DB.foreign("DROP TABLE IF EXISTS note; CREATE TABLE note (id int PRIMARY KEY, text text)");
  }

  @Test
  void whoCameFirstGoesFirstWhereFewGoAtATime() throws Exception {
    Database one = DB.pool().answering(Duration.ofSeconds(20), 1);
    var held = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var order = new ArrayList<Integer>();
    var threads = new ArrayList<Thread>();
    threads.add(Thread.ofVirtual().start(() -> one.run(_ -> hold(held, goOn))));
    await(held);
    for (int i = 0; i < 8; i++) {
      int who = i;
      var thread = Thread.ofPlatform().start(() -> one.run(_ -> order(order, who)));
      while (thread.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
      threads.add(thread);
    }
    assertThat(order).isEmpty();

    goOn.countDown();

    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
  }

  private static void hold(CountDownLatch held, CountDownLatch goOn) {
    held.countDown();
    await(goOn);
  }

  private static void order(List<Integer> order, int who) {
    synchronized (order) {
      order.add(who);
    }
  }

  @Test
  void whoseTurnDoesNotComeInTimeIsToldAndTheServerIsNotBlamed() throws Exception {
    Database one = DB.pool().answering(Duration.ofMillis(300), 1);
    var held = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var holder = Thread.ofVirtual().start(() -> one.run(_ -> hold(held, goOn)));
    await(held);

    for (int i = 0; i < 5; i++) {
      assertThat(catchThrowableOfType(DatabaseException.class, () -> one.run(_ -> {})))
          .hasMessageContaining("More calls wait")
          .returns(true, DatabaseException::unavailable);
    }
    goOn.countDown();
    holder.join();

    one.run(tx -> tx.update("INSERT INTO note VALUES (1, 'at once')"));
    assertThat(DB.number("SELECT count(*) AS n FROM note")).isEqualTo(1);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aTransactionThatThrowsLeavesNothing() {
    assertThatThrownBy(
            () ->
                DB.pool()
                    .run(
                        tx -> {
                          tx.update("INSERT INTO note VALUES (1, 'gone')");
                          throw new IllegalStateException("no");
                        }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no");

    assertThat(DB.number("SELECT count(*) AS n FROM note")).isZero();
  }

  @Test
  void theLoserOfADeadlockIsRepeatedAndBothCommit() throws Exception {
    DB.foreign("INSERT INTO note VALUES (1, ''), (2, '')");
    var met = new CyclicBarrier(2);
    var runs = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var upwards = threads.submit(() -> appendCrosswise(1, 2, met, runs));
      var downwards = threads.submit(() -> appendCrosswise(2, 1, met, runs));
      upwards.get(30, TimeUnit.SECONDS);
      downwards.get(30, TimeUnit.SECONDS);
    }

    // Three, or more where the repeated one meets the other again.
    assertThat(runs.get()).isGreaterThanOrEqualTo(3);
    assertThat(DB.number("SELECT count(*) AS n FROM note WHERE text = 'xx'")).isEqualTo(2);
  }

  private static void appendCrosswise(
      int first, int second, CyclicBarrier met, AtomicInteger runs) {
    boolean[] before = {false};
    DB.pool()
        .run(
            tx -> {
              runs.incrementAndGet();
              tx.update("UPDATE note SET text = text || 'x' WHERE id = ?", first);
              if (!before[0]) {
                before[0] = true;
                await(met);
              }
              tx.update("UPDATE note SET text = text || 'x' WHERE id = ?", second);
            });
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aServerThatIsNotThereIsUnavailable() throws Exception {
    int closed;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    var login = new Database.Login("jdbc:postgresql://127.0.0.1:" + closed + "/x", "u", "p");
    try (var away = new Database(login, 1, 2, Duration.ofMillis(300))) {
      var failure =
          catchThrowableOfType(
              DatabaseException.class, () -> away.run(tx -> tx.update("SELECT 1")));

      assertThat(failure.unavailable()).isTrue();
      assertThat(failure.repeatable()).isFalse();
      assertThat(failure).hasMessageContaining("127.0.0.1:" + closed + " refused");
    }
  }

  @Test
  void aServerThatRefusesTheLoginSaysSo() {
    Database.Login right = DB.pool().login();
    var wrong = new Database.Login(right.jdbcUrl(), right.user(), "not it");
    try (var away = new Database(wrong, 1, 2, Duration.ofMillis(500))) {
      assertThatThrownBy(() -> away.run(tx -> tx.update("SELECT 1")))
          .isInstanceOf(DatabaseException.class)
          .hasMessageContaining("password authentication failed");
    }
  }

  @Test
  void aHostThatIsNotKnownIsNamed() {
    var login = new Database.Login("jdbc:postgresql://nowhere.invalid/x", "u", "p");
    try (var away = new Database(login, 1, 2, Duration.ofMillis(500))) {
      assertThatThrownBy(() -> away.run(tx -> tx.update("SELECT 1")))
          .isInstanceOf(DatabaseException.class)
          .hasMessageContaining("the host nowhere.invalid is not known");
    }
  }

  @Test
  void aConnectionThatTheServerEndsIsUnavailableAndTheNextOneWorks() {
    var failure =
        catchThrowableOfType(
            DatabaseException.class,
            () ->
                DB.pool()
                    .run(
                        tx ->
                            tx.query(
                                "SELECT pg_terminate_backend(pg_backend_pid()) AS ended",
                                row -> row.requiredBoolean("ended"))));

    assertThat(failure.unavailable()).isTrue();
    assertThat(failure.sqlState()).isEqualTo("57P01");
    assertThat(DB.number("SELECT 1::bigint AS n")).isEqualTo(1);
  }

  @Test
  void aWrongStatementIsNoOutage() {
    var failure =
        catchThrowableOfType(
            DatabaseException.class, () -> DB.pool().run(tx -> tx.update("INSERT INTO nowhere")));

    assertThat(failure.unavailable()).isFalse();
    assertThat(failure.sqlState()).startsWith("42");
  }

  @Test
  void aBrokenUniqueConstraintIsTold() {
    DB.foreign("INSERT INTO note VALUES (1, '')");

    var failure =
        catchThrowableOfType(
            DatabaseException.class,
            () -> DB.pool().run(tx -> tx.update("INSERT INTO note VALUES (1, '')")));

    assertThat(failure.uniqueViolation()).isTrue();
  }

  @Test
  void valuesOfEachTypeComeBackAsTheyWent() {
    var id = UUID.fromString("0199c0de-0000-7000-8000-000000000001");
    var time = Instant.parse("2026-03-29T01:30:00.123456Z");
    byte[] bytes = {0, -1, 127};

    DB.pool()
        .run(
            tx -> {
              tx.query(
                  """
                  SELECT ?::text AS text, ?::uuid AS id, ?::timestamptz AS time, ?::int AS number, ?::bigint AS long,
                      ?::boolean AS yes, ?::bytea AS bytes, ?::text AS nothing, ?::jsonb ->> 'key' AS json
                  """,
                  row -> {
                    assertThat(row.requiredText("text")).isEqualTo("Ōtautahi 🥝 '; --");
                    assertThat(row.requiredUuid("id")).isEqualTo(id);
                    assertThat(row.requiredInstant("time")).isEqualTo(time);
                    assertThat(row.requiredInteger("number")).isEqualTo(-7);
                    assertThat(row.requiredLong("long")).isEqualTo(1L << 40);
                    assertThat(row.requiredBoolean("yes")).isTrue();
                    assertThat(row.requiredBytes("bytes")).isEqualTo(bytes);
                    assertThat(row.text("nothing")).isNull();
                    assertThat(row.requiredText("json")).isEqualTo("Wert");
                    return true;
                  },
                  "Ōtautahi 🥝 '; --",
                  id,
                  time,
                  -7,
                  1L << 40,
                  true,
                  bytes,
                  null,
                  JsonText.of(Map.of("key", "Wert")));
            });
  }

  @Test
  void arraysAreBound() {
    var ids = new UUID[] {UUID.randomUUID(), UUID.randomUUID()};

    assertThat(DB.number("SELECT count(*) AS n FROM unnest(?) u", (Object) ids)).isEqualTo(2);
    assertThat(
            DB.text(
                "SELECT array_to_string(?, '|') AS text",
                (Object) new String[] {"a\u0000b", "\ud800", "{,\"}"}))
        .isEqualTo("ab|\ufffd|{,\"}");
    assertThat(DB.number("SELECT (?::int[])[2]::bigint AS n", (Object) new Integer[] {1, 2}))
        .isEqualTo(2);
    assertThat(DB.text("SELECT (?::real[])[2]::text AS text", (Object) new float[] {1, -0.5f}))
        .isEqualTo("-0.5");
  }

  @Test
  void instantsAreTheSameInASessionOfAnotherZone() {
    var time = Instant.parse("2026-07-01T00:00:00Z");

    String shown =
        DB.pool()
            .inTransaction(
                tx -> {
                  tx.query(
                      "SELECT set_config('TimeZone', 'America/St_Johns', true) AS zone",
                      row -> row.requiredText("zone"));
                  return tx.query(
                          "SELECT ?::timestamptz AS time, (?::timestamptz)::text AS shown",
                          row -> {
                            assertThat(row.requiredInstant("time")).isEqualTo(time);
                            return row.requiredText("shown");
                          },
                          time,
                          time)
                      .getFirst();
                });

    assertThat(shown).isEqualTo("2026-06-30 21:30:00-02:30");
  }

  @Test
  void textThatPostgresqlCanNotHoldIsCleaned() {
    String text = "a\u0000b \ud83e\udd5d \ud800 \udc00 end";

    assertThat(DB.text("SELECT ?::text AS text", text))
        .isEqualTo("ab \ud83e\udd5d \ufffd \ufffd end");
    assertThat(StoredText.clean("plain")).isSameAs("plain");
  }

  @Test
  void jsonThatJsonbRefusesIsCleanedAndNothingElse() {
    var value = Map.of("text", "a\u0000b\\u0000c\ud800", "ke\u0000y", List.of("\\\u0000\\"));

    String stored = DB.text("SELECT ?::jsonb AS text", JsonText.of(value));

    var json = Objects.requireNonNull(JsonText.read(stored));
    assertThat(json.get("text").textValue()).isEqualTo("ab\\u0000c\ufffd");
    assertThat(json.get("key").get(0).textValue()).isEqualTo("\\\\");
  }

  @Test
  void aBatchWritesEachSet() {
    DB.pool()
        .run(
            tx ->
                tx.batch(
                    "INSERT INTO note VALUES (?, ?)",
                    List.of(new Object[] {1, "eins"}, new Object[] {2, null})));

    assertThat(DB.number("SELECT sum(id) AS n FROM note")).isEqualTo(3);
    assertThat(DB.number("SELECT count(*) AS n FROM note WHERE text IS NULL")).isEqualTo(1);
  }

  @Test
  void aLoginDoesNotShowItsPassword() {
    var login = new Database.Login("jdbc:postgresql://h/d", "u", "pass word");

    assertThat(login.toString()).doesNotContain("pass word");
  }
}
