package io.pipedeck.job;

import io.pipedeck.api.JobStatus;
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

  /** How many jobs are before a queued one, as far as that is counted; 0 for any other. */
  static int before(Tx tx, Job job) {
    return job.nativeRow() && job.status() == JobStatus.QUEUED
        ? new JobStore().queuedBefore(tx, job, FURTHEST)
        : 0;
  }

  /**
   * The reason, null for a job that doesn't wait or that others run. Asks the queue.
   *
   * @param before as {@link #before} counted
   */
  @Nullable Waiting of(Job job, int before) {
    if (!job.nativeRow()) {
      return null;
    }
    return switch (job.status()) {
      case QUEUED -> queued(job, before);
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

  private Waiting queued(Job job, int before) {
    try {
      if (!service.isServed(job.queue())) {
        return new Waiting(
            "no_worker_for_queue", null, null, "No worker serves the queue " + job.queue() + ".");
      }
    } catch (QueueUnavailableException _) {
      return new Waiting("redis_unavailable", null, null, "Redis can't be reached.");
    }
    if (before == 0) {
      return new Waiting("next_in_line", 0, null, null);
    }
    return new Waiting("behind_others", before < FURTHEST ? before : null, null, null);
  }
}
