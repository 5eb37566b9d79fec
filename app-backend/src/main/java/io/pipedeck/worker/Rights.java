package io.pipedeck.worker;

import io.pipedeck.queue.Popped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Strict priority, with one exception: of every 16 jobs that a process takes, one may be of a less
 * urgent queue that has waiting jobs, so that it always moves. For one thread.
 */
final class Rights {
  private static final int ONE_OF = 16;

  private final List<String> queues;

  /** For each queue how many jobs of more urgent ones were taken since it last had its turn. */
  private final int[] passedOver;

  Rights(List<String> queues) {
    this.queues = queues;
    this.passedOver = new int[queues.size()];
  }

  /** How many of the next jobs each queue may have before more urgent ones. */
  SequencedMap<String, Integer> of(int most) {
    SequencedMap<String, Integer> rights = new LinkedHashMap<>();
    for (int i = 0; i < queues.size(); i++) {
      int right = i == 0 ? 0 : Math.min(most, (passedOver[i] + most) / ONE_OF);
      rights.put(queues.get(i), right);
    }
    return rights;
  }

  /** These were taken. */
  void took(List<Popped> popped) {
    for (int i = 1; i < queues.size(); i++) {
      int index = i;
      boolean moved = popped.stream().anyMatch(id -> queues.indexOf(id.queue()) == index);
      long before = popped.stream().filter(id -> queues.indexOf(id.queue()) < index).count();
      // What had a right and nothing waiting has had its turn too.
      boolean hadTurn = moved || passedOver[i] >= ONE_OF;
      passedOver[i] = hadTurn ? 0 : Math.toIntExact(passedOver[i] + before);
    }
  }
}
