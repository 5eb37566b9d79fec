package io.pipedeck.worker;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.api.ErrorCode;
import io.pipedeck.job.Job;
import org.jspecify.annotations.Nullable;

/** How an attempt ended; the job as it is stored then. */
sealed interface Outcome {
  record Finished(@Nullable JsonNode result, Job job) implements Outcome {}

  /** For good. */
  record Failed(ErrorCode code, String error, Job job) implements Outcome {}

  /** Another attempt follows at the job's start time. */
  record Scheduled(Job job, String error) implements Outcome {}

  /** Queued again, unharmed. */
  record GivenBack(Job job) implements Outcome {}

  /** The claim had moved on: nothing was written. */
  record Dropped() implements Outcome {}
}
