package io.pipedeck.job;

import io.pipedeck.api.JobView.Waiting;
import io.pipedeck.db.Tx;
import org.jspecify.annotations.Nullable;

/** Why a job does not run yet: exactly one reason each. */
public final class WaitingReasons {
  /** Positions beyond are not counted out. */
  private static final int FURTHEST = 1_000;

  private final QueueService service;

  /** Who serves a queue. */
  @FunctionalInterface
  public interface QueueService {
    /**
     * Whether workers listen on the queue.
     *
     * @throws QueueUnavailableException if that can't be told
     */
    boolean isServed(String queue);
  }

  public WaitingReasons(QueueService service) {
    this.service = service;
  }

  /** The reason, null for a job that doesn't wait or that others run. */
  @Nullable Waiting of(Tx tx, Job job) {
    if (!job.nativeRow()) {
      return null;
    }
    return switch (job.status()) {
      case QUEUED -> queued(tx, job);
      case SCHEDULED ->
          job.attempt() > 0
              ? new Waiting(
                  "retry_backoff",
                  null,
                  null,
                  "attempt " + (job.attempt() + 1) + " of " + job.maxAttempts())
              : new Waiting("start_time", null, null, null);
      case RUNNING, FINISHED, FAILED, CANCELED -> null;
    };
  }

  private Waiting queued(Tx tx, Job job) {
    try {
      if (!service.isServed(job.queue())) {
        return new Waiting(
            "no_worker_for_queue", null, null, "No worker serves the queue " + job.queue() + ".");
      }
    } catch (QueueUnavailableException _) {
      return new Waiting("redis_unavailable", null, null, "Redis can't be reached.");
    }
    int before = new JobStore().queuedBefore(tx, job, FURTHEST);
    if (before == 0) {
      return new Waiting("next_in_line", 0, null, null);
    }
    return new Waiting("behind_others", before < FURTHEST ? before : null, null, null);
  }
}
