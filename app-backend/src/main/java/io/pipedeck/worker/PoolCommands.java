package io.pipedeck.worker;

import io.pipedeck.db.DatabaseException;
import io.pipedeck.queue.RqCommands;
import java.util.Collection;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What RQ's clients tell the workers of a pool. */
final class PoolCommands implements RqCommands.Handler {
  private static final Logger LOG = LoggerFactory.getLogger(PoolCommands.class);

  private final Collection<RunningJob> running;
  private final ClientCancels cancels;
  private final Consumer<String> retire;

  /**
   * Commands to a pool.
   *
   * @param running the jobs that run now
   * @param retire takes a worker out of service
   */
  PoolCommands(Collection<RunningJob> running, ClientCancels cancels, Consumer<String> retire) {
    this.running = running;
    this.cancels = cancels;
    this.retire = retire;
  }

  @Override
  public void stopJob(String worker, String jobId) {
    for (RunningJob job : running) {
      if (job.worker().equals(worker) && job.claim().job().idInRedis().equals(jobId)) {
        try {
          cancels.stop(job);
        } catch (DatabaseException e) {
          LOG.warn("Job {} not stopped: PostgreSQL is away", jobId, e);
        }
        return;
      }
    }
    LOG.debug("Worker {} was told to stop job {}, which it doesn't run", worker, jobId);
  }

  @Override
  public void killHorse(String worker) {
    running.stream()
        .filter(job -> job.worker().equals(worker))
        .forEach(job -> job.stop(RunningJob.Stop.KILLED));
  }

  @Override
  public void shutdown(String worker) {
    LOG.info("Worker {} was told to go", worker);
    retire.accept(worker);
  }
}
