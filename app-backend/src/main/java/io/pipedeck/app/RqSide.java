package io.pipedeck.app;

import io.pipedeck.config.RqConfig;
import io.pipedeck.db.Database;
import io.pipedeck.document.ProcessDocument;
import io.pipedeck.job.JobEvents;
import io.pipedeck.queue.RedisConnection;
import io.pipedeck.queue.RedisQueue;
import io.pipedeck.queue.RqCommands;
import io.pipedeck.queue.RqJobs;
import io.pipedeck.queue.RqMaintenance;
import io.pipedeck.queue.RqOutbox;
import io.pipedeck.rq.Adoption;
import io.pipedeck.rq.ForeignJobs;
import io.pipedeck.worker.ClientCancels;
import io.pipedeck.worker.JobFunctions;
import io.pipedeck.worker.WorkerPool;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What this process shares with Python programs over RQ. */
final class RqSide implements AutoCloseable {
  private final Parts parts;
  private final RqJobs jobs;
  private final ClientCancels cancels;
  private final RqOutbox outbox;
  private final ForeignJobs foreignJobs;
  private final RqMaintenance maintenance;
  private @Nullable RqCommands commands;

  /** What it stands on. */
  record Parts(
      RqConfig config,
      Database database,
      RedisConnection redis,
      RedisQueue queue,
      JobEvents events,
      InstantSource clock) {}

  RqSide(Parts parts) {
    this.parts = parts;
    this.jobs = new RqJobs(parts.redis(), parts.clock());
    this.cancels = new ClientCancels(parts.database(), jobs, parts.queue(), parts.events());
    this.outbox = new RqOutbox(parts.redis(), parts.clock());
    this.foreignJobs = new ForeignJobs(parts.database(), outbox, parts.events());
    this.maintenance = new RqMaintenance(parts.redis(), parts.clock());
  }

  /** How jobs are doing in Redis, whoever runs them. */
  RqOutbox outbox() {
    return outbox;
  }

  /** Jobs of ours that Python workers run. */
  ForeignJobs foreignJobs() {
    return foreignJobs;
  }

  /**
   * What the workers of this process need of it.
   *
   * @param allGone is told when RQ's clients have sent home all of them
   */
  WorkerPool.Clients clients(JobFunctions functions, Duration lease, Runnable allGone) {
    var calls =
        new Adoption.Calls(
            functions,
            ProcessDocument.FUNCTION,
            parts.config().functionNames(),
            ProcessDocument.FILE_PATH);
    return new WorkerPool.Clients(
        new Adoption(parts.database(), jobs, calls, parts.events(), lease),
        cancels,
        Set.copyOf(parts.config().sharedQueues()),
        allGone);
  }

  /** Begins to hear commands for these workers, and to look after RQ's keys. */
  void start(WorkerPool workers) {
    var listening = new RqCommands(parts.redis(), workers.names(), workers.commands(cancels));
    commands = listening;
    listening.start();
    maintenance.start();
  }

  @Override
  public void close() {
    if (commands != null) {
      commands.close();
    }
    maintenance.close();
  }
}
