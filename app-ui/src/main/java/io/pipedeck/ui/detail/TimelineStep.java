package io.pipedeck.ui.detail;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One step of a job's life.
 *
 * @param took how long it took, null where it is not known or not over
 * @param at when it happened, null where it is not known or not yet
 * @param sub whether it is a part of the step above: a stage of the run
 */
record TimelineStep(
    String name, Kind kind, @Nullable Duration took, @Nullable Instant at, boolean sub) {
  /** How a step stands. */
  enum Kind {
    DONE,
    NOW,
    TO_COME,
    FAILED,
    STOPPED
  }
}
