package io.pipedeck.worker;

import io.pipedeck.job.Job;
import io.pipedeck.job.QueueUnavailableException;
import io.pipedeck.queue.RedisQueue;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Redis shows of a process's workers and of the jobs that they run; nothing where there is no
 * Redis. What it could not be told, the reconciler mends. Safe for all threads, but for {@link
 * #register}.
 */
final class WorkersInRedis {
  private static final Logger LOG = LoggerFactory.getLogger(WorkersInRedis.class);

  private final WorkerPool.@Nullable RedisSide redis;
  private final List<String> names;
  private boolean registered;

  WorkersInRedis(WorkerPool.@Nullable RedisSide redis, List<String> names) {
    this.redis = redis;
    this.names = names;
  }

  /** Announces the workers, once; for the dispatching thread, which calls it until it worked. */
  void register() {
    if (!registered && redis != null) {
      try {
        names.forEach(redis.workers()::birth);
        registered = true;
      } catch (QueueUnavailableException e) {
        LOG.debug("Workers not announced in Redis yet", e);
      }
    }
  }

  /** Workers were suspended by RQ's clients, or may go on. */
  void suspended(boolean yes) {
    LOG.info(yes ? "Workers are suspended" : "Workers go on");
    if (redis != null) {
      redis.workers().suspended(names, yes);
    }
  }

  /** A worker is no more. */
  void gone(String worker) {
    if (redis != null) {
      try {
        redis.workers().death(worker);
      } catch (QueueUnavailableException e) {
        LOG.debug("Redis was not told that worker {} has gone", worker, e);
      }
    }
  }

  /** All workers are no more. */
  void allGone() {
    if (redis != null) {
      try {
        names.forEach(redis.workers()::death);
      } catch (QueueUnavailableException e) {
        LOG.debug("Redis was not told of the end", e);
      }
    }
  }

  /**
   * A job runs.
   *
   * @param pastTheQueue whether it was claimed without having been popped
   */
  void started(RunningJob job, boolean pastTheQueue) {
    if (redis != null) {
      redis.queue().started(job.claim().job(), job.worker(), pastTheQueue);
    }
  }

  /** An attempt has ended. */
  void ended(Outcome outcome, RunningJob job) {
    if (redis != null) {
      try {
        show(redis.queue(), outcome, job);
      } catch (QueueUnavailableException e) {
        LOG.debug("Redis was not told; the reconciler will", e);
      }
    }
  }

  private static void show(RedisQueue queue, Outcome outcome, RunningJob job) {
    switch (outcome) {
      case Outcome.Finished finished ->
          queue.finished(finished.job(), job.worker(), finished.result());
      case Outcome.Failed failed -> queue.failed(failed.job(), job.worker(), failed.error());
      case Outcome.Scheduled scheduled -> queue.scheduled(scheduled.job());
      case Outcome.GivenBack back -> queue.gaveBack(back.job());
      case Outcome.Dropped _ -> {
        // Whoever took the claim shows what became of the job.
      }
    }
  }

  /** A job waits again. */
  void gaveBack(Job job) {
    if (redis != null) {
      try {
        redis.queue().gaveBack(job);
      } catch (QueueUnavailableException e) {
        LOG.debug("Redis was not told; the reconciler will", e);
      }
    }
  }
}
