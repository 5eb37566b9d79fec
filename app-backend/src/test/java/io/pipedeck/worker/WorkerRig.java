package io.pipedeck.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.api.JobEvent;
import io.pipedeck.api.JobStatus;
import io.pipedeck.config.WorkerConfig;
import io.pipedeck.db.MigratedDatabase;
import io.pipedeck.embedded.TestServers;
import io.pipedeck.job.Claim;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobEvents;
import io.pipedeck.job.JobService;
import io.pipedeck.job.JobStore;
import io.pipedeck.job.JobTests;
import io.pipedeck.job.JobWriter;
import io.pipedeck.job.NewJob;
import io.pipedeck.job.Nodes;
import io.pipedeck.job.RetryPolicy;
import io.pipedeck.job.Turns;
import io.pipedeck.job.WaitingReasons;
import io.pipedeck.queue.Popped;
import io.pipedeck.queue.QueueWindow;
import io.pipedeck.queue.RedisConnection;
import io.pipedeck.queue.RedisQueue;
import io.pipedeck.queue.RqJobs;
import io.pipedeck.queue.RqWorkers;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Workers on real servers, and a way to wait for what becomes of jobs without looking again and
 * again.
 */
final class WorkerRig implements AutoCloseable {
  /** A queue that Python workers serve too. */
  static final String SHARED = "slow";

  static final Duration PATIENCE = Duration.ofSeconds(30);

  final MigratedDatabase db;
  final URI redisUrl = TestServers.freshRedis();
  final RedisConnection redis = new RedisConnection(redisUrl);
  final RedisQueue queue =
      new RedisQueue(redis, InstantSource.system(), _ -> Duration.ofMinutes(1));
  final QueueWindow window = new QueueWindow(redis);
  final JobWriter writer;
  final JobFunctions functions = new JobFunctions();
  final Heard heard = new Heard();
  final JobService service;
  final JobTracker tracker;
  private final RqWorkers workers =
      new RqWorkers(
          redis,
          InstantSource.system(),
          new RqWorkers.Identity("test", 1, "pipedeck test", List.of("urgent", "default", "slow")));
  private final List<WorkerPool> pools = new ArrayList<>();

  WorkerRig(MigratedDatabase db) {
    this.db = db;
    this.writer = new JobWriter(db.pool());
    this.service =
        new JobService(
            db.pool(),
            writer,
            queue,
            heard,
            new WaitingReasons(window::placeOf, Turns.Shares.EQUAL));
    var retries = new RetryPolicy(List.of(Duration.ofSeconds(10), Duration.ofSeconds(30)));
    this.tracker = new JobTracker(writer, functions, retries, heard, InstantSource.system());
  }

  /** Remembers all changes and lets tests wait for one. */
  static final class Heard implements JobEvents {
    private final List<JobEvent> events = new ArrayList<>();

    @Override
    public synchronized void changed(List<Change> changes) {
      changes.forEach(change -> events.add(change.event()));
      notifyAll();
    }

    synchronized void await(Predicate<JobEvent> wanted) throws InterruptedException {
      long until = System.nanoTime() + PATIENCE.toNanos();
      while (events.stream().noneMatch(wanted)) {
        long left = until - System.nanoTime();
        assertThat(left).as("time left to wait; heard %s", events).isPositive();
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    }

    synchronized List<JobEvent> of(Job job) {
      return events.stream().filter(event -> event.id().equals(job.id())).toList();
    }
  }

  static WorkerConfig config(int concurrency, Duration timeout, Duration drain) {
    return new WorkerConfig(
        List.of("urgent", "default", "slow"),
        concurrency,
        Map.of(),
        timeout,
        List.of(),
        Duration.ofSeconds(30),
        Duration.ofSeconds(10),
        drain);
  }

  WorkerPool start(int concurrency) {
    return start(config(concurrency, Duration.ofMinutes(1), Duration.ofMillis(100)));
  }

  WorkerPool start(WorkerConfig config) {
    var node =
        new Nodes.Node(
            "test." + pools.size(), "test", 1, "0.1.0", config.queues(), config.concurrency());
    var pool =
        new WorkerPool(
            config,
            new WorkerPool.Parts(
                db.pool(),
                writer,
                tracker,
                new NodePulse(db.pool(), node, () -> 0),
                new WorkerPool.RedisSide(
                    queue,
                    window,
                    workers,
                    redis::answers,
                    new WorkerPool.Clients(
                        this::drop,
                        new ClientCancels(
                            db.pool(), new RqJobs(redis, InstantSource.system()), queue, heard),
                        Set.of(SHARED),
                        () -> {})),
                Turns.Shares.EQUAL,
                Duration.ofSeconds(1)));
    pool.start();
    pools.add(pool);
    return pool;
  }

  private Optional<Claim> drop(Popped id, String worker) {
    queue.drop(id);
    return Optional.empty();
  }

  Job enqueue(JobTests.Builder job) {
    NewJob fresh = job.build();
    return service.enqueue(fresh);
  }

  /** Waits until the job has this status, and gives it as it is stored then. */
  Job await(Job job, JobStatus status) throws InterruptedException {
    heard.await(event -> event.id().equals(job.id()) && event.status() == status);
    return stored(job);
  }

  Job stored(Job job) {
    return JobTests.stored(db.pool(), job.id());
  }

  /** Lets a job's pause be over and does what the leader does then. */
  void pauseIsOver(Job job) {
    db.pool()
        .run(tx -> tx.update("UPDATE pipeline_jobs SET run_at = now() WHERE id = ?", job.id()));
    queue.feed(db.pool().inTransaction(tx -> new JobStore().queueDue(tx, 10)));
  }

  /** How long the pause is that a job was scheduled with. */
  Duration pause(Job job) {
    return Duration.ofMillis(
        db.number(
            """
            SELECT (extract(epoch FROM j.run_at - max(a.ended_at)) * 1000)::bigint AS n
            FROM pipeline_jobs j JOIN job_attempts a ON a.job_id = j.id WHERE j.id = ? GROUP BY j.run_at
            """,
            job.id()));
  }

  @Override
  public void close() {
    pools.forEach(WorkerPool::close);
    writer.close();
    queue.close();
    redis.close();
  }
}
