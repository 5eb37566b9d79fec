package io.pipedeck.ui.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.ui.contract.TestTasks;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FxClockTest {
  private final TestTasks tasks = new TestTasks();
  private boolean counting;
  private final FxClock clock = new FxClock(tasks, tasks::now, _ -> counting);
  private int ticks;

  @BeforeEach
  void count() {
    clock.nowProperty().subscribe((_, _) -> ticks++);
  }

  @Test
  void standsUntilSomebodyLooks() {
    tasks.advance(Duration.ofMinutes(1));

    assertThat(ticks).isZero();
  }

  @Test
  void ticksEachSecondWhileSecondsAreShown() {
    counting = true;
    clock.runWhile(true);

    tasks.advance(Duration.ofSeconds(30));

    assertThat(ticks).isEqualTo(30);
  }

  @Test
  void restsWhileNoneAre() {
    clock.runWhile(true);

    tasks.advance(Duration.ofSeconds(30));

    assertThat(ticks).isEqualTo(3);
  }

  @Test
  void isBackWithinASecondWhenTheScreenHasChanged() {
    clock.runWhile(true);
    tasks.advance(Duration.ofSeconds(2));

    counting = true;
    clock.lookAgain();
    Instant changed = tasks.now();
    tasks.advance(Duration.ofSeconds(5));

    assertThat(ticks).isEqualTo(5);
    assertThat(clock.nowProperty().get()).isEqualTo(changed.plusSeconds(5));
  }

  @Test
  void manyChangesDoNotPutTheTickOff() {
    clock.runWhile(true);

    for (int change = 0; change < 20; change++) {
      clock.lookAgain();
      tasks.advance(Duration.ofMillis(500));
    }

    assertThat(ticks).isEqualTo(10);
  }

  @Test
  void standsStillWhileNobodyLooks() {
    counting = true;
    clock.runWhile(true);
    clock.runWhile(false);

    clock.lookAgain();
    tasks.advance(Duration.ofMinutes(1));

    assertThat(ticks).isZero();
  }
}
