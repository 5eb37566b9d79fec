package io.pipedeck.app;

import io.pipedeck.api.JobStatus;
import io.pipedeck.config.Config;
import io.pipedeck.events.DatabaseRelay;
import io.pipedeck.events.EventHub;
import io.pipedeck.events.EventRelay;
import io.pipedeck.events.RedisRelay;
import io.pipedeck.job.Ending;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobQueue;
import io.pipedeck.job.JobViews;
import io.pipedeck.job.Nodes;
import io.pipedeck.job.QueueUnavailableException;
import io.pipedeck.job.Turns;
import io.pipedeck.job.WaitingReasons;
import io.pipedeck.queue.QueueWindow;
import io.pipedeck.queue.RedisBudget;
import io.pipedeck.queue.RedisConnection;
import io.pipedeck.queue.RedisQueue;
import io.pipedeck.queue.RqWorkers;
import io.pipedeck.queue.ShownJobs;
import io.pipedeck.reconcile.Reconciler;
import io.pipedeck.spool.SpoolReplay;
import io.pipedeck.worker.JobFunctions;
import io.pipedeck.worker.LocalQueue;
import io.pipedeck.worker.WorkerPool;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How waiting jobs reach workers, and news those who watch: by Redis, or by PostgreSQL alone. */
final class Queues implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Queues.class);

  private final @Nullable RedisConnection connection;
  private final @Nullable RedisQueue redis;
  private final @Nullable QueueWindow window;
  private final @Nullable RqSide rq;
  private final LocalQueue local = new LocalQueue();
  private final EventRelay events;
  private final Turns.Shares shares;
  private final InstantSource clock;
  private final Duration lease;
  private final List<String> sharedQueues;

  /**
   * Who may watch here.
   *
   * @param listens whether this process has an API
   */
  record Watching(boolean listens, InstantSource clock) {}

  Queues(Config config, Stores stores, EventHub hub, Watching watching) {
    InstantSource time = watching.clock();
    this.connection = stores.redis();
    this.clock = time;
    this.lease = config.worker().lease();
    this.sharedQueues = config.rq().sharedQueues();
    this.shares = new Turns.Shares(config.queue().realmShares(), config.queue().realmLimits());
    if (connection == null) {
      this.redis = null;
      this.window = null;
      this.rq = null;
      this.events = new DatabaseRelay(stores.database(), hub);
    } else {
      this.redis =
          new RedisQueue(
              connection,
              time,
              job -> config.worker().timeoutOf(job.queue()),
              new RedisBudget(connection, config.redis().budgetBytes()),
              Set.copyOf(sharedQueues));
      this.window = new QueueWindow(connection);
      this.events = new RedisRelay(connection, hub, watching.listens());
      this.rq =
          new RqSide(
              new RqSide.Parts(config.rq(), stores.database(), connection, redis, events, time));
    }
  }

  /** Begins to hear other processes. */
  void start() {
    events.start();
  }

  /** Where new jobs are told. */
  JobQueue jobs() {
    return redis == null ? local : redis;
  }

  /** Tells what a spool brought into PostgreSQL; what Redis misses now the reconciler mends. */
  SpoolReplay.Listener replayed() {
    return new SpoolReplay.Listener() {
      @Override
      public void added(List<Job> added) {
        List<Job> queued = added.stream().filter(job -> job.status() == JobStatus.QUEUED).toList();
        quietly(() -> jobs().push(queued));
        events.changed(added.stream().map(JobViews::change).toList());
      }

      @Override
      public void ended(Ending ending, Job job) {
        RedisQueue shown = redis;
        if (shown != null) {
          quietly(() -> show(shown, ending, job));
        }
        events.changed(List.of(JobViews.change(job)));
      }
    };
  }

  private static void quietly(Runnable call) {
    try {
      call.run();
    } catch (QueueUnavailableException e) {
      LOG.debug("Redis was not told; the reconciler will", e);
    }
  }

  private static void show(RedisQueue queue, Ending ending, Job job) {
    String worker = String.valueOf(ending.claim().job().worker());
    switch (ending.kind()) {
      case FINISHED -> queue.finished(job, worker, ending.result());
      case FAILED -> queue.failed(job, worker, String.valueOf(ending.error()));
      case RETRY -> queue.scheduled(job);
      case GIVEN_BACK -> queue.gaveBack(job);
    }
  }

  /** Where changes of jobs are told. */
  EventRelay events() {
    return events;
  }

  /** What realms may have. */
  Turns.Shares shares() {
    return shares;
  }

  /** The workers of this process are to be woken when a job comes that no Redis tells them. */
  void wakes(WorkerPool workers) {
    local.wakes(workers);
  }

  /** Where jobs stand on their queues, as far as that is known. */
  WaitingReasons.Places places() {
    QueueWindow shown = window;
    return shown == null ? (_, _) -> OptionalLong.empty() : new InRedis(shown, sharedQueues);
  }

  private record InRedis(QueueWindow window, List<String> shared) implements WaitingReasons.Places {
    @Override
    public OptionalLong placeOf(String queue, String id) {
      return window.placeOf(queue, id);
    }

    @Override
    public boolean suspended() {
      return window.isSuspended();
    }

    @Override
    public boolean isShared(String queue) {
      return shared.contains(queue);
    }
  }

  /**
   * Redis, as far as the workers of this process know it; null without.
   *
   * @param functions what they can run
   * @param allGone is told when RQ's clients have sent home all of them
   */
  WorkerPool.@Nullable RedisSide ofWorkers(
      Nodes.Node self, JobFunctions functions, Runnable allGone) {
    if (connection == null || redis == null || window == null || rq == null) {
      return null;
    }
    var shown =
        new RqWorkers.Identity(
            self.host(), self.pid(), "pipedeck " + self.release(), self.queues());
    return new WorkerPool.RedisSide(
        redis,
        window,
        new RqWorkers(connection, clock, shown),
        connection::answers,
        rq.clients(functions, lease, allGone));
  }

  /** Begins to hear what RQ's clients tell the workers. */
  void hearClients(WorkerPool workers) {
    if (rq != null) {
      rq.start(workers);
    }
  }

  Reconciler.@Nullable RedisSide ofReconciler() {
    return connection == null || redis == null || window == null || rq == null
        ? null
        : new Reconciler.RedisSide(
            redis, window, new ShownJobs(connection), rq.outbox(), rq.foreignJobs()::sweep);
  }

  @Override
  public void close() {
    if (rq != null) {
      rq.close();
    }
    events.close();
    if (redis != null) {
      redis.close();
    }
  }
}
