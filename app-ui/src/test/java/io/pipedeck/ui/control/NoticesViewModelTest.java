package io.pipedeck.ui.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.api.Problem;
import io.pipedeck.ui.contract.TestTasks;
import io.pipedeck.ui.contract.Words;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class NoticesViewModelTest {
  private final TestTasks tasks = new TestTasks();
  private final NoticesViewModel notices = new NoticesViewModel(tasks, Words.JOBS);

  @Test
  void goodNewsGoesAfterEightSecondsAndBadNewsStays() {
    notices.done("Sent.");
    notices.failed(
        "Not sent", new Problem("about:blank", "", 429, "rate_limited", "slow", "r-9", null, null));

    tasks.advance(Duration.ofSeconds(8));

    assertThat(notices.notices()).extracting(Notice::text).containsExactly("Not sent");
    assertThat(notices.notices().getFirst().reason()).contains("slow down");
    assertThat(notices.notices().getFirst().technical()).isEqualTo("rate_limited · r-9\nslow");
  }

  @Test
  void undoTakesBackTheLatestActionThatCanBe() {
    var undone = new java.util.ArrayList<String>();
    notices.done("first", () -> undone.add("first"));
    notices.done("second", () -> undone.add("second"));
    notices.done("third");

    notices.undoLast();
    notices.undoLast();
    notices.undoLast();

    assertThat(undone).containsExactly("second", "first");
  }
}
