package io.pipedeck.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GroupCommitTest {
  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();

  /** Of row {@code id}, to have {@code text} at its end. */
  private record Append(int id, String text) {}

  private static final Append HOLD = new Append(0, "");

  /** Is refused by the table. */
  private static final String BAD = "bad";

  private final List<List<Append>> tried = new CopyOnWriteArrayList<>();
  private final List<Thread> writers = new CopyOnWriteArrayList<>();
  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final GroupCommit<Append, String> group =
      new GroupCommit<>(DB.pool(), "test", Append::id, this::flush);

  @BeforeEach
  void table() {
    DB.foreign(
        "DROP TABLE IF EXISTS note; CREATE TABLE note (id int PRIMARY KEY, text text CHECK (text NOT LIKE '%bad'))");
  }

  @AfterEach
  void close() {
    goOn.countDown();
    group.close();
  }

  private List<String> flush(Tx tx, List<Append> changes) {
    tried.add(List.copyOf(changes));
    writers.add(Thread.currentThread());
    if (changes.contains(HOLD)) {
      held.countDown();
      await(goOn);
    }
    if (changes.stream().anyMatch(change -> change.text().equals("die"))) {
      tx.query("SELECT pg_terminate_backend(pg_backend_pid())", _ -> true);
    }
    if (changes.stream().anyMatch(change -> change.text().equals("throw"))) {
      throw new IllegalStateException("not the database");
    }
    var written = new String[changes.size()];
    tx.query(
        """
        INSERT INTO note SELECT g.id, g.text FROM unnest(?::int[], ?::text[]) AS g (id, text)
        ON CONFLICT (id) DO UPDATE SET text = note.text || excluded.text RETURNING id, text
        """,
        row -> written[place(changes, row.requiredInteger("id"))] = row.requiredText("text"),
        changes.stream().map(Append::id).toArray(Integer[]::new),
        changes.stream().map(Append::text).toArray(String[]::new));
    return List.of(written);
  }

  private static int place(List<Append> changes, int id) {
    return changes.stream().map(Append::id).toList().indexOf(id);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Hands changes in while a flush is under way, then lets that go on. */
  private List<CompletableFuture<String>> meanwhile(List<Append> changes) {
    CompletableFuture<String> first = group.submit(HOLD);
    await(held);
    List<CompletableFuture<String>> futures = changes.stream().map(group::submit).toList();
    assertThat(futures).noneMatch(CompletableFuture::isDone);
    goOn.countDown();
    assertThat(GroupCommit.join(first)).isEmpty();
    return futures;
  }

  @Test
  void aLoneChangeIsCommittedWhenItsCallReturns() {
    assertThat(group.write(new Append(1, "a"))).isEqualTo("a");

    assertThat(DB.text("SELECT text FROM note WHERE id = 1")).isEqualTo("a");
  }

  @Test
  void aLoneChangeIsWrittenByWhoeverWaitsForIt() throws Exception {
    group.write(append(1, "a"));
    Thread.ofVirtual().start(() -> group.write(append(2, "a"))).join();
    GroupCommit.join(group.submit(append(3, "a")));

    assertThat(writers.getFirst()).isEqualTo(Thread.currentThread());
    assertThat(writers)
        .extracting(Thread::getName)
        .as("an interrupt would break the connection of a virtual thread")
        .endsWith("pipedeck-test", "pipedeck-test");
  }

  @Test
  void whatComesWhileACallerWritesIsOneBatchAfterIt() throws Exception {
    var caller = Thread.ofPlatform().start(() -> group.write(HOLD));
    await(held);
    List<Append> changes = IntStream.rangeClosed(1, 40).mapToObj(n -> append(n, "x")).toList();
    var futures = changes.stream().map(group::submit).toList();
    goOn.countDown();

    futures.forEach(GroupCommit::join);

    caller.join();
    assertThat(tried).containsExactly(List.of(HOLD), changes);
    assertThat(writers).extracting(Thread::getName).endsWith(caller.getName(), "pipedeck-test");
  }

  @Test
  void closeWaitsForACallerThatWrites() throws Exception {
    var caller = Thread.ofPlatform().start(() -> group.write(HOLD));
    await(held);
    var closing = Thread.ofPlatform().start(group::close);
    while (closing.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }

    assertThatThrownBy(() -> group.write(append(1, "late")))
        .isInstanceOf(IllegalStateException.class);
    assertThat(closing.isAlive()).isTrue();

    goOn.countDown();
    closing.join();
    caller.join();
    assertThat(DB.number("SELECT count(*) AS n FROM note WHERE id = 0")).isEqualTo(1);
  }

  @Test
  void whatIsHandedInDuringAFlushIsOneTransaction() {
    List<Append> changes = IntStream.rangeClosed(1, 40).mapToObj(n -> append(n, "t" + n)).toList();

    var futures = meanwhile(changes);

    assertThat(futures.stream().map(GroupCommit::join).toList())
        .as("each has its own result")
        .isEqualTo(changes.stream().map(Append::text).toList());
    assertThat(tried).containsExactly(List.of(HOLD), changes);
    assertThat(DB.number("SELECT count(DISTINCT xmin::text) AS n FROM note WHERE id > 0"))
        .isEqualTo(1);
  }

  @Test
  void aBatchHasFiveHundredAtMost() {
    List<Append> changes = IntStream.rangeClosed(1, 1_200).mapToObj(n -> append(n, "x")).toList();

    meanwhile(changes).forEach(GroupCommit::join);

    assertThat(tried).extracting(List::size).containsExactly(1, 500, 500, 200);
    assertThat(tried.subList(1, 4).stream().flatMap(List::stream)).isEqualTo(changes);
  }

  @Test
  void twoChangesOfOneKeyAreNeverInOneBatchAndKeepTheirOrder() {
    List<Append> changes =
        List.of(
            append(1, "a"),
            append(2, "x"),
            append(1, "b"),
            append(1, "c"),
            append(3, "y"),
            append(2, "z"));

    var futures = meanwhile(changes);

    assertThat(futures.stream().map(GroupCommit::join))
        .containsExactly("a", "x", "ab", "abc", "y", "xz");
    for (List<Append> batch : tried) {
      assertThat(batch).extracting(Append::id).doesNotHaveDuplicates();
    }
  }

  @Test
  void oneThatTheDatabaseRefusesFailsAlone() {
    List<Append> changes =
        IntStream.rangeClosed(1, 9).mapToObj(n -> append(n, n == 4 ? BAD : "good")).toList();

    var futures = meanwhile(changes);

    var refused =
        catchThrowableOfType(DatabaseException.class, () -> GroupCommit.join(futures.get(3)));
    assertThat(refused.unavailable()).isFalse();
    assertThat(refused).hasMessageContaining("note_text_check");
    futures.forEach(future -> future.handle((_, _) -> true).join());
    for (int i = 0; i < 9; i++) {
      assertThat(futures.get(i).isCompletedExceptionally()).as("%d", i).isEqualTo(i == 3);
    }
    assertThat(DB.text("SELECT string_agg(id::text, ' ' ORDER BY id) AS text FROM note"))
        .isEqualTo("0 1 2 3 5 6 7 8 9");
    assertThat(DB.number("SELECT count(*) AS n FROM note WHERE text = 'good'")).isEqualTo(8);
  }

  @Test
  void manyThatAreRefusedFailEachAndTheOthersAreWritten() {
    List<Append> changes =
        IntStream.rangeClosed(1, 20).mapToObj(n -> append(n, n % 3 == 0 ? BAD : "good")).toList();

    var futures = meanwhile(changes);

    CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
        .handle((_, _) -> true)
        .join();
    assertThat(futures.stream().filter(CompletableFuture::isCompletedExceptionally)).hasSize(6);
    assertThat(DB.number("SELECT count(*) AS n FROM note WHERE text = 'good'")).isEqualTo(14);
  }

  @Test
  void theFailureHasTheStackOfWhoeverWaits() {
    assertThatThrownBy(() -> group.write(append(1, BAD)))
        .isInstanceOf(DatabaseException.class)
        .satisfies(
            e ->
                assertThat(e.getStackTrace())
                    .anyMatch(frame -> frame.getClassName().equals(getClass().getName())));
  }

  @Test
  void aServerThatIsAwayFailsAllAtOnceAndTheNextAreWritten() {
    List<Append> changes =
        IntStream.rangeClosed(1, 9).mapToObj(n -> append(n, n == 5 ? "die" : "x")).toList();

    var futures = meanwhile(changes);

    for (var future : futures) {
      assertThat(
              catchThrowableOfType(DatabaseException.class, () -> GroupCommit.join(future))
                  .unavailable())
          .isTrue();
    }
    assertThat(tried).as("not halved").containsExactly(List.of(HOLD), changes);
    assertThat(group.write(append(1, "later"))).isEqualTo("later");
  }

  @Test
  void aFlushThatThrowsFailsItsBatchAndTheThreadGoesOn() {
    var futures = meanwhile(List.of(append(1, "throw"), append(2, "x")));

    for (var future : futures) {
      assertThatThrownBy(() -> GroupCommit.join(future))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("not the database");
    }
    assertThat(group.write(append(3, "later"))).isEqualTo("later");
    assertThat(DB.number("SELECT count(*) AS n FROM note WHERE id IN (1, 2)")).isZero();
  }

  @Test
  void closeWritesWhatWasHandedInAndTakesNothingMore() throws Exception {
    var _ = group.submit(HOLD);
    await(held);
    List<CompletableFuture<String>> futures = new ArrayList<>();
    for (int n = 1; n <= 700; n++) {
      futures.add(group.submit(append(n, "x")));
    }
    var closing = Thread.ofPlatform().start(group::close);
    while (closing.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    assertThatThrownBy(() -> group.submit(append(701, "late")))
        .isInstanceOf(IllegalStateException.class);

    goOn.countDown();
    closing.join();

    assertThat(futures).allMatch(future -> future.isDone() && !future.isCompletedExceptionally());
    assertThat(DB.number("SELECT count(*) AS n FROM note WHERE id > 0")).isEqualTo(700);
    assertThat(new HashSet<>(tried)).hasSize(3);
  }

  private static Append append(int id, String text) {
    return new Append(id, text);
  }
}
