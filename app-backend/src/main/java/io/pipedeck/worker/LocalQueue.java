package io.pipedeck.worker;

import io.pipedeck.job.Job;
import io.pipedeck.job.JobQueue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A queue where PostgreSQL is all there is: it only wakes the workers of this process. Those of
 * others look for work themselves. Thread-safe.
 */
public final class LocalQueue implements JobQueue {
  private volatile @Nullable WorkerPool workers;

  /** Whom to wake. */
  public void wakes(WorkerPool pool) {
    workers = pool;
  }

  @Override
  public void push(List<Job> jobs) {
    WorkerPool pool = workers;
    if (pool != null) {
      pool.wake();
    }
  }

  @Override
  public void feed(List<Job> jobs) {
    push(jobs);
  }

  @Override
  public void cancel(Job job) {
    // Nothing stands anywhere else.
  }
}
