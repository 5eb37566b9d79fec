package io.pipedeck.worker;

import io.pipedeck.queue.Popped;

/** What becomes of an id that was popped and for which no job of ours waits. */
@FunctionalInterface
public interface UnclaimedIds {
  /** Quickly: the dispatching thread waits for it. */
  void meet(Popped id);
}
