package io.pipedeck.rq;

import io.pipedeck.config.WorkerConfig;
import io.pipedeck.db.MigratedDatabase;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobEvents;
import io.pipedeck.job.JobService;
import io.pipedeck.job.JobTests;
import io.pipedeck.job.JobWriter;
import io.pipedeck.job.Nodes;
import io.pipedeck.job.RetryPolicy;
import io.pipedeck.job.Turns;
import io.pipedeck.job.WaitingReasons;
import io.pipedeck.queue.PythonRq;
import io.pipedeck.queue.QueueWindow;
import io.pipedeck.queue.RedisConnection;
import io.pipedeck.queue.RedisQueue;
import io.pipedeck.queue.RqCommands;
import io.pipedeck.queue.RqJobs;
import io.pipedeck.queue.RqMaintenance;
import io.pipedeck.queue.RqOutbox;
import io.pipedeck.queue.RqWorkers;
import io.pipedeck.queue.ShownJobs;
import io.pipedeck.reconcile.Reconciler;
import io.pipedeck.worker.ClientCancels;
import io.pipedeck.worker.JobFunctions;
import io.pipedeck.worker.JobTracker;
import io.pipedeck.worker.NodePulse;
import io.pipedeck.worker.Signature;
import io.pipedeck.worker.WorkerPool;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import redis.clients.jedis.RedisClient;

/**
 * Workers with all that they share with RQ, on real servers, and the real RQ beside them. The queue
 * default has functions: {@code echo(value)}, {@code fail(text)} (also {@code both.fail}), {@code
 * wait()} until {@link #release}, and {@code te_po.pipeline.process_document(file_path, job_id?)}
 * that gives its path back.
 */
final class RqRig implements AutoCloseable {
  private static final long LOOK_AGAIN_MILLIS = 20;

  final MigratedDatabase db;
  final PythonRq python;
  final RedisClient raw;
  final RedisConnection redis;
  final RedisQueue queue;
  final QueueWindow window;
  final JobService service;
  final CountDownLatch started = new CountDownLatch(1);
  final CountDownLatch allGone = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private final JobWriter writer;
  private final JobFunctions functions = new JobFunctions();
  private final RqJobs jobs;
  private final ClientCancels cancels;
  private final RqOutbox outbox;
  private final ForeignJobs foreign;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  RqRig(MigratedDatabase db, URI url) {
    this.db = db;
    this.python = new PythonRq(url);
    this.raw = keep(RedisClient.create(url));
    raw.flushDB();
    this.redis = keep(new RedisConnection(url));
    this.queue = keep(new RedisQueue(redis, InstantSource.system(), _ -> Duration.ofMinutes(1)));
    this.window = new QueueWindow(redis);
    this.writer = keep(new JobWriter(db.pool()));
    this.service =
        new JobService(
            db.pool(),
            writer,
            queue,
            JobEvents.NONE,
            new WaitingReasons(window::placeOf, Turns.Shares.EQUAL));
    this.jobs = new RqJobs(redis, InstantSource.system());
    this.cancels = new ClientCancels(db.pool(), jobs, queue, JobEvents.NONE);
    this.outbox = new RqOutbox(redis, InstantSource.system());
    this.foreign = new ForeignJobs(db.pool(), outbox, JobEvents.NONE);
    functions.register("te_po.pipeline.jobs.process_document", DOCUMENT, it -> it.job().payload());
    functions.register(
        "echo",
        Signature.of("value?"),
        context -> java.util.Objects.requireNonNull(context.job().payload()).get("value"));
    for (String name : List.of("fail", "both.fail")) {
      functions.register(
          name,
          Signature.of("text"),
          context -> {
            throw new IllegalStateException(context.job().payloadText("text"));
          });
    }
    functions.register(
        "wait",
        Signature.of(),
        _ -> {
          started.countDown();
          released.await();
          return "waited";
        });
  }

  private static final Signature DOCUMENT = Signature.of("file_path", "job_id?");

  /** Lets {@code wait} end. */
  void release() {
    released.countDown();
  }

  private <T extends AutoCloseable> T keep(T part) {
    opened.push(part);
    return part;
  }

  WorkerPool start(int concurrency) {
    return start(concurrency, List.of("urgent", "default", "slow"), "h.1.a");
  }

  /** Workers called {@code <identity>.<n>}, which hear commands. */
  WorkerPool start(int concurrency, List<String> queues, String identity) {
    var config =
        new WorkerConfig(
            queues,
            concurrency,
            Map.of(),
            Duration.ofMinutes(1),
            List.of(),
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            Duration.ofMillis(100));
    var shown = new RqWorkers.Identity("h", 1, "pipedeck test", queues);
    var calls =
        new Adoption.Calls(
            functions,
            "te_po.pipeline.jobs.process_document",
            List.of("te_po.pipeline.jobs.process_document", "te_po.pipeline.process_document"),
            "file_path");
    var adoption = new Adoption(db.pool(), jobs, calls, JobEvents.NONE, Duration.ofSeconds(30));
    var side =
        new WorkerPool.RedisSide(
            queue,
            window,
            new RqWorkers(redis, InstantSource.system(), shown),
            redis::answers,
            new WorkerPool.Clients(adoption, cancels, Set.of(), allGone::countDown));
    var node = new Nodes.Node(identity, "h", 1, "0.1.0", queues, concurrency);
    var retries = new RetryPolicy(List.of(Duration.ofSeconds(10)));
    var pool =
        new WorkerPool(
            config,
            new WorkerPool.Parts(
                db.pool(),
                writer,
                new JobTracker(writer, functions, retries, JobEvents.NONE, InstantSource.system()),
                new NodePulse(db.pool(), node, () -> 0),
                side,
                Turns.Shares.EQUAL,
                Duration.ofSeconds(2)));
    pool.start();
    keep(pool);
    keep(new RqCommands(redis, pool.names(), pool.commands(cancels))).start();
    return pool;
  }

  /** The leader, and what RQ's workers do beside their jobs. */
  void lead() {
    var self = new Reconciler.Self("h.1.a", "h", () -> 0);
    var side =
        new Reconciler.RedisSide(queue, window, new ShownJobs(redis), outbox, foreign::sweep);
    var reconciler =
        keep(new Reconciler(db.pool(), side, JobEvents.NONE, Turns.Shares.EQUAL, self));
    reconciler.start();
    keep(new RqMaintenance(redis, InstantSource.system())).start();
  }

  /** Runs Python with the queue {@code q}. */
  String py(String code, String... args) throws Exception {
    return python.python(code, args);
  }

  /** A job's status as RQ says it. */
  String status(String id) {
    return String.valueOf(raw.hget("rq:job:" + id, "status"));
  }

  /** Waits until RQ shows a job so. */
  void await(String id, String status) throws InterruptedException {
    await("job " + id + " " + status, () -> status(id), status::equals);
  }

  /** Looks until what it sees is right. */
  <T> T await(String what, java.util.function.Supplier<T> look, Predicate<T> right)
      throws InterruptedException {
    long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    var never = new CountDownLatch(1);
    T value = look.get();
    while (!right.test(value)) {
      if (System.nanoTime() > until) {
        throw new AssertionError("Waited in vain for " + what + "; last seen: " + value);
      }
      boolean _ = never.await(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
      value = look.get();
    }
    return value;
  }

  /** The row of a job that Python enqueued. */
  Job row(String rqId) {
    return db.pool()
        .inTransaction(
            tx ->
                tx.first(
                    "SELECT id FROM pipeline_jobs WHERE rq_job_id = ?",
                    row -> row.requiredUuid("id"),
                    rqId))
        .map(id -> JobTests.stored(db.pool(), id))
        .orElseThrow(() -> new AssertionError("no row of " + rqId));
  }

  @Override
  public void close() {
    release();
    while (!opened.isEmpty()) {
      AutoCloseable part = opened.pop();
      try {
        part.close();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
