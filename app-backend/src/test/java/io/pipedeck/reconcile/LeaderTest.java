package io.pipedeck.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.db.MigratedDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LeaderTest {
  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();

  private static final Leader.Term ALWAYS_ASK =
      new Leader.Term(Duration.ofMinutes(1), Duration.ZERO);

  private final Leader first = new Leader(DB.pool(), "first", ALWAYS_ASK);
  private final Leader second = new Leader(DB.pool(), "second", ALWAYS_ASK);

  @Test
  void oneLeadsAndStaysLeader() {
    assertThat(first.leads()).isTrue();
    assertThat(second.leads()).isFalse();
    assertThat(first.leads()).isTrue();
    assertThat(epoch()).isEqualTo(1);
  }

  @Test
  void anotherTakesOverWhenTheTermRanOut() {
    first.leads();
    DB.foreign("UPDATE leader SET until = now() - interval '1 second'");

    assertThat(second.leads()).isTrue();
    assertThat(first.leads()).isFalse();
    assertThat(epoch()).isEqualTo(2);
  }

  @Test
  void aResignedLeaderIsFollowedAtOnce() {
    first.leads();

    first.resign();

    assertThat(second.leads()).isTrue();
    second.resign();
    second.resign();
    assertThat(first.leads()).isTrue();
  }

  @Test
  void whoDoesNotLeadCanNotResignForTheLeader() {
    first.leads();
    second.leads();

    second.resign();

    assertThat(second.leads()).isFalse();
  }

  @Test
  void ofManyWhoAskAtOnceOneLeads() throws Exception {
    var together = new CyclicBarrier(6);
    List<Future<Boolean>> answers = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 6; i++) {
        var leader = new Leader(DB.pool(), "process-" + i, ALWAYS_ASK);
        answers.add(
            threads.submit(
                () -> {
                  together.await(20, TimeUnit.SECONDS);
                  return leader.leads();
                }));
      }
    }

    int leaders = 0;
    for (Future<Boolean> answer : answers) {
      leaders += answer.get() ? 1 : 0;
    }
    assertThat(leaders).isEqualTo(1);
  }

  private static long epoch() {
    return DB.number("SELECT epoch AS n FROM leader");
  }
}
