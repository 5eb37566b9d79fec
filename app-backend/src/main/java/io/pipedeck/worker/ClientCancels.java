package io.pipedeck.worker;

import io.pipedeck.api.JobStatus;
import io.pipedeck.db.Database;
import io.pipedeck.job.Claim;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobEvents;
import io.pipedeck.job.JobStore;
import io.pipedeck.job.JobViews;
import io.pipedeck.queue.RedisQueue;
import io.pipedeck.queue.RqJobs;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends running jobs for RQ's clients: one that was canceled in Redis, and one that a worker is told
 * to stop, are canceled in PostgreSQL. Thread-safe.
 */
public final class ClientCancels {
  private static final Logger LOG = LoggerFactory.getLogger(ClientCancels.class);

  /** RQ's own words. */
  private static final String STOPPED = "Job stopped by user, work-horse terminated.";

  private final Database database;
  private final JobStore store = new JobStore();
  private final RqJobs jobs;
  private final RedisQueue queue;
  private final JobEvents events;

  public ClientCancels(Database database, RqJobs jobs, RedisQueue queue, JobEvents events) {
    this.database = database;
    this.jobs = jobs;
    this.queue = queue;
    this.events = events;
  }

  /**
   * Cancels those of these jobs that a client canceled in Redis.
   *
   * @throws io.pipedeck.job.QueueUnavailableException if Redis can't be reached
   */
  void look(Collection<RunningJob> running) {
    Map<String, RunningJob> byId =
        running.stream()
            .collect(
                Collectors.toMap(job -> job.claim().job().idInRedis(), job -> job, (a, _) -> a));
    jobs.canceledAmong(byId.keySet())
        .forEach(
            (id, rev) -> {
              RunningJob job = byId.get(id);
              // As it was queued or as it was started: older news are overtaken.
              if (job != null && rev >= job.claim().job().rev() - 1) {
                cancel(job).ifPresent(this::show);
              }
            });
  }

  private void show(Job canceled) {
    LOG.info("Job {} canceled: a client did so in Redis", canceled.id());
    queue.cancel(canceled);
  }

  /** Ends a job for good because its worker was told so. */
  void stop(RunningJob job) {
    cancel(job)
        .ifPresent(
            canceled -> {
              LOG.info("Job {} stopped on command", canceled.id());
              queue.stopped(canceled, job.worker(), STOPPED);
            });
  }

  private Optional<Job> cancel(RunningJob job) {
    Claim claim = job.claim();
    Optional<Job> canceled =
        database.inTransaction(
            tx ->
                store.lockClaim(tx, claim)
                    ? store.cancel(tx, claim.job().id(), JobStatus.RUNNING)
                    : Optional.empty());
    job.stop(RunningJob.Stop.CLAIM_LOST);
    canceled.ifPresent(it -> events.changed(List.of(JobViews.change(it))));
    return canceled;
  }
}
