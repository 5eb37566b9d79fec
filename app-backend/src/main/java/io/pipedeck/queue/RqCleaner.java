package io.pipedeck.queue;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.params.ZRangeParams;

/**
 * Cleans up after workers that died, as RQ's own workers do for their queues: jobs that nobody runs
 * any more, ids between pop and start, expired entries of registries, members of sets whose worker
 * is gone.
 */
final class RqCleaner {
  private static final Logger LOG = LoggerFactory.getLogger(RqCleaner.class);
  private static final long LOCK_SECONDS = 899;
  private static final int AT_ONCE = 1_000;

  private final RedisConnection redis;
  private final InstantSource clock;
  private final Duration stuckAfter;
  private final RqJobs jobs;

  RqCleaner(RedisConnection redis, InstantSource clock, Duration stuckAfter) {
    this.redis = redis;
    this.clock = clock;
    this.stuckAfter = stuckAfter;
    this.jobs = new RqJobs(redis, clock);
  }

  /** Cleans these queues, those that nobody else cleans right now. */
  void clean(List<String> queues) {
    redis.script("rq_dead_workers", List.of(), Change.bytes(queues.toArray()));
    for (String queue : queues) {
      String lock = "rq:clean_registries:" + queue;
      var once = SetParams.setParams().nx().ex(LOCK_SECONDS);
      if (redis.call(client -> client.set(lock, "1", once)) != null) {
        try {
          clean(queue);
        } finally {
          redis.call(client -> client.del(lock));
        }
      }
    }
  }

  private void clean(String queue) {
    double now = clock.instant().getEpochSecond();
    redis.call(client -> client.zremrangeByScore(QueueKeys.finished(queue), 0, now));
    List<String> over =
        redis.call(
            client ->
                client.zrange(
                    QueueKeys.wip(queue),
                    ZRangeParams.zrangeByScoreParams(0, now).limit(0, AT_ONCE)));
    String text =
        "Moved to FailedJobRegistry, due to AbandonedJobError, at "
            + RedisQueue.timestamp(clock.instant());
    for (String member : over) {
      if (jobs.abandoned(queue, member, text)) {
        LOG.info("Job {} of queue {} was left by its worker", member, queue);
      }
    }
    redis.call(client -> client.zremrangeByScore(QueueKeys.failed(queue), 0, now));
    redis.script(
        "rq_unstick",
        List.of(),
        Change.bytes(
            queue,
            clock.instant().getEpochSecond(),
            stuckAfter.toSeconds(),
            RedisQueue.timestamp(clock.instant())));
  }
}
