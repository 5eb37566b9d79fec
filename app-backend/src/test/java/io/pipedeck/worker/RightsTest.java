package io.pipedeck.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.queue.Popped;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RightsTest {
  private static final List<String> QUEUES = List.of("urgent", "default", "slow");

  private final Rights rights = new Rights(QUEUES);

  @Test
  void queuesStandInTheOrderOfTheirPriority() {
    assertThat(rights.of(1).keySet()).containsExactlyElementsOf(QUEUES);
  }

  @Test
  void whoHasServedNothingMoreUrgentOwesNothing() {
    assertThat(rights.of(1)).isEqualTo(Map.of("urgent", 0, "default", 0, "slow", 0));
  }

  @Test
  void theSixteenthJobMayBeALessUrgentOne() {
    for (int n = 0; n < 15; n++) {
      assertThat(rights.of(1)).as("after %d", n).containsEntry("slow", 0);
      rights.took(popped("urgent"));
    }

    assertThat(rights.of(1)).isEqualTo(Map.of("urgent", 0, "default", 1, "slow", 1));
  }

  @Test
  void manyAtOnceContainTheirShare() {
    assertThat(rights.of(15)).containsEntry("slow", 0);
    assertThat(rights.of(16)).containsEntry("slow", 1);
    assertThat(rights.of(64)).isEqualTo(Map.of("urgent", 0, "default", 4, "slow", 4));
  }

  @Test
  void theMostUrgentQueueNeedsNoRight() {
    rights.took(popped(Collections.nCopies(200, "slow")));
    rights.took(popped(Collections.nCopies(200, "default")));

    assertThat(rights.of(32)).containsEntry("urgent", 0);
  }

  @Test
  void aRightIsNeverMoreThanWhatIsTaken() {
    rights.took(popped(Collections.nCopies(500, "urgent")));

    assertThat(rights.of(2)).isEqualTo(Map.of("urgent", 0, "default", 2, "slow", 2));
    assertThat(rights.of(0)).isEqualTo(Map.of("urgent", 0, "default", 0, "slow", 0));
  }

  @Test
  void aQueueThatHadItsTurnBeginsAnew() {
    rights.took(popped(Collections.nCopies(15, "urgent")));

    rights.took(popped("slow"));

    assertThat(rights.of(1)).isEqualTo(Map.of("urgent", 0, "default", 1, "slow", 0));
  }

  @Test
  void jobsOfLessUrgentQueuesPassNobodyOver() {
    rights.took(popped(Collections.nCopies(100, "slow")));

    assertThat(rights.of(1)).containsEntry("default", 0);
  }

  @Test
  void aQueueWithNothingWaitingSavesNoRightsUp() {
    for (int n = 0; n < 1_000; n++) {
      rights.took(popped("urgent"));
    }

    assertThat(rights.of(16).getOrDefault("slow", 99)).isLessThanOrEqualTo(2);
  }

  /** All queues are full, and one slot becomes free after the other. */
  @Test
  void whileAllWaitTheUrgentRunMostAndTheSlowAlwaysMove() {
    List<String> order = new ArrayList<>();
    for (int n = 0; n < 1_600; n++) {
      String taken =
          QUEUES.stream()
              .filter(queue -> rights.of(1).getOrDefault(queue, 0) > 0)
              .findFirst()
              .orElse("urgent");
      rights.took(popped(taken));
      order.add(taken);
    }

    assertThat(order.stream().filter("urgent"::equals).count()).isBetween(1_380L, 1_420L);
    assertThat(order.stream().filter("default"::equals).count()).isBetween(90L, 110L);
    assertThat(order.stream().filter("slow"::equals).count()).isBetween(90L, 110L);
    for (int at = 0; at + 18 <= order.size(); at++) {
      assertThat(order.subList(at, at + 18)).as("from %d on", at).contains("slow", "default");
    }
  }

  private static List<Popped> popped(String... queues) {
    return popped(List.of(queues));
  }

  private static List<Popped> popped(List<String> queues) {
    return queues.stream().map(queue -> new Popped(queue, "id")).toList();
  }
}
