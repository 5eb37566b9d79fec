package io.pipedeck.app;

import io.pipedeck.api.JobPage;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView;
import io.pipedeck.api.OnDuplicate;
import io.pipedeck.archive.Archiver;
import io.pipedeck.config.Config;
import io.pipedeck.config.ConfigLoader;
import io.pipedeck.config.ConfigSources;
import io.pipedeck.config.QueueConfig;
import io.pipedeck.db.Database;
import io.pipedeck.db.Row;
import io.pipedeck.events.EventHub;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobService;
import io.pipedeck.job.JobWriter;
import io.pipedeck.job.NewJob;
import io.pipedeck.job.Nodes;
import io.pipedeck.job.RetryPolicy;
import io.pipedeck.job.WaitingReasons;
import io.pipedeck.reconcile.Reconciler;
import io.pipedeck.worker.InlineQueue;
import io.pipedeck.worker.JobFunction;
import io.pipedeck.worker.JobFunctions;
import io.pipedeck.worker.JobTracker;
import io.pipedeck.worker.NodePulse;
import io.pipedeck.worker.WorkerPool;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pipedeck inside another program: tracked jobs that run the program's own functions, without the
 * HTTP API and the document pipeline. Safe for all threads; calls block. {@link #close} lets
 * running jobs end and gives back the rest.
 *
 * <pre>{@code
 * try (var deck = Pipedeck.of(config).register("mail.send", this::send).start()) {
 *   Job job = deck.enqueue(newJob);
 * }
 * }</pre>
 */
public final class Pipedeck implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Pipedeck.class);
  private static final Duration TO_STOP = Duration.ofSeconds(10);

  private final Config config;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final Database database;
  private final JobService jobs;

  private Pipedeck(Builder builder) {
    this.config = builder.config;
    InstantSource clock = InstantSource.system();
    Role role = config.database().url() == null ? Role.SERVE : Role.WORKER;
    try {
      if (role == Role.SERVE) {
        keep(DataFolderLock.take(config.home()));
      }
      Stores stores = keep(new Stores(config, role, _ -> {}));
      this.database = stores.database();
      migrate();
      Queues queues =
          keep(new Queues(config, stores, new EventHub(), new Queues.Watching(false, clock)));
      JobWriter writer = keep(new JobWriter(database));
      JobTracker tracker =
          new JobTracker(
              writer,
              builder.functions,
              new RetryPolicy(config.worker().retryDelays()),
              queues.events(),
              clock);
      boolean inline = config.queue().mode() == QueueConfig.Mode.INLINE;
      queues.start();
      this.jobs =
          new JobService(
              database,
              writer,
              inline ? inline(writer, tracker, clock) : queues.jobs(),
              queues.events(),
              new WaitingReasons(queues.places(), queues.shares()));
      if (builder.workers) {
        work(queues, writer, tracker, builder.functions);
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /**
   * Puts one together on this configuration; its servers are the external ones that are named there
   * or the bundled ones in its data folder.
   */
  public static Builder of(Config config) {
    return new Builder(config);
  }

  /**
   * The same on these servers; all else comes from this process's environment and files.
   *
   * @param databaseUrl {@code postgresql://user:password@host:5432/database}
   * @param redisUrl {@code redis://:password@host:6379/0}, null for PostgreSQL alone
   * @throws io.pipedeck.config.ConfigException if one of them, or another setting, is wrong
   */
  public static Builder at(String databaseUrl, @Nullable String redisUrl) {
    Map<String, String> servers =
        redisUrl == null
            ? Map.of("database-url", databaseUrl, "queue-backend", "postgres")
            : Map.of("database-url", databaseUrl, "redis-url", redisUrl);
    return of(ConfigLoader.load(ConfigSources.ofProcess(servers)));
  }

  /** What it is to be made of; for one thread. */
  public static final class Builder {
    private final Config config;
    private final JobFunctions functions = new JobFunctions();
    private boolean workers = true;

    private Builder(Config config) {
      this.config = config;
    }

    /**
     * Adds a function that jobs can run.
     *
     * @throws IllegalArgumentException if the name is blank or taken
     */
    public Builder register(String name, JobFunction function) {
      functions.register(name, function);
      return this;
    }

    /**
     * Adds the methods of an object that {@link io.pipedeck.worker.TrackPipelineJob} marks.
     *
     * @throws IllegalArgumentException if there is none, or one has another shape
     */
    public Builder registerAll(Object holder) {
      functions.registerAll(holder);
      return this;
    }

    /** Enqueues and asks only: others run the jobs. */
    public Builder withoutWorkers() {
      workers = false;
      return this;
    }

    /**
     * Connects, brings the schema up to date and begins to work.
     *
     * @throws StartException if something that its user can mend stands against it
     * @throws io.pipedeck.db.DatabaseException if PostgreSQL can't be reached
     */
    public Pipedeck start() {
      return new Pipedeck(this);
    }
  }

  private void migrate() {
    var refusal = new AtomicReference<@Nullable RuntimeException>();
    SchemaSetup schema = keep(new SchemaSetup(database));
    schema.start(() -> {}, refusal::set);
    RuntimeException why = refusal.get();
    if (why != null) {
      throw why;
    }
    if (!schema.isDone()) {
      throw new StartException(
          "PostgreSQL can't be reached. Check DATABASE_URL and that the server runs.", null);
    }
  }

  private Nodes.Node node(List<String> queues, int slots) {
    String identity =
        ThisNode.hostName()
            + "."
            + ProcessHandle.current().pid()
            + "."
            + UUID.randomUUID().toString().substring(0, 8);
    return new Nodes.Node(
        identity,
        ThisNode.hostName(),
        ProcessHandle.current().pid(),
        Release.VERSION,
        queues,
        slots);
  }

  private InlineQueue inline(JobWriter writer, JobTracker tracker, InstantSource clock) {
    var pulse = new NodePulse(database, node(List.of(), 0), () -> 0);
    return keep(new InlineQueue(config.worker(), writer, tracker, pulse, clock));
  }

  private void work(Queues queues, JobWriter writer, JobTracker tracker, JobFunctions functions) {
    Nodes.Node self = node(config.worker().queues(), config.worker().concurrency());
    var workers =
        new WorkerPool(
            config.worker(),
            new WorkerPool.Parts(
                database,
                writer,
                tracker,
                new NodePulse(database, self, () -> 0),
                queues.ofWorkers(self, functions, () -> LOG.info("All workers were told to go")),
                queues.shares(),
                TO_STOP));
    queues.wakes(workers);
    Reconciler reconciler =
        keep(
            new Reconciler(
                database,
                queues.ofReconciler(),
                queues.events(),
                queues.shares(),
                new Reconciler.Self(
                    self.identity(), self.host(), () -> NodePulse.vitals().oomKills())));
    reconciler.start();
    keep(new Archiver(database, config.retention(), self.identity())).start();
    workers.start();
    keep(workers);
    queues.hearClients(workers);
  }

  /**
   * Adds a job; when this returns it is durable. With {@code queue-mode} {@code inline} it has run
   * by then, on this thread. A job with an idempotency key that its realm has used gives the first
   * job again.
   *
   * @return the job as it is now
   */
  public JobView enqueue(NewJob job) {
    return viewOf(jobs.enqueue(job));
  }

  /**
   * The same for a caller who says what is to happen if the realm has processed a document of the
   * same {@code sha256} before: with {@code REUSE} the answer is that job, with its result.
   *
   * @throws io.pipedeck.job.DuplicateException if it has, and that is to be refused
   */
  public JobView enqueue(NewJob job, OnDuplicate wish) {
    return viewOf(jobs.enqueue(job, wish).job());
  }

  /**
   * Adds jobs of different ids, in few commits; when this returns all are durable. Where it fails
   * some may have been added: to call it again with the same ids adds the rest and none twice.
   *
   * @throws IllegalArgumentException if a job has an idempotency key
   */
  public List<UUID> enqueueAll(List<NewJob> batch) {
    return jobs.enqueueAll(batch).stream().map(Job::id).toList();
  }

  private JobView viewOf(Job job) {
    return getJobStatus(job.id())
        .orElseThrow(() -> new IllegalStateException("deleted meanwhile: " + job.id()));
  }

  /** The whole job, with why it waits and its attempts; empty if there is none. */
  public Optional<JobView> getJobStatus(UUID id) {
    return jobs.view(id);
  }

  /**
   * The newest jobs.
   *
   * @param limit 1 to 500
   * @param realm null for all, as the others
   */
  public List<JobView> getRecentJobs(
      int limit, @Nullable String realm, @Nullable String queue, @Nullable JobStatus status) {
    if (limit < 1 || limit > 500) {
      throw new IllegalArgumentException("a limit is 1 to 500, not " + limit);
    }
    return jobs.recent(new JobPage.Filters(realm, queue, status), limit, null).jobs();
  }

  /** All else that may be asked of jobs: cancel, retry, counts. */
  public JobService jobs() {
    return jobs;
  }

  /**
   * Runs a change in a transaction of its own.
   *
   * @param sql with a {@code ?} for each value
   * @param values are bound, never put into the text
   * @return how many rows it touched
   */
  public int execute(String sql, @Nullable Object... values) {
    return database.inTransaction(tx -> tx.update(sql, values));
  }

  /** The first row of a query, empty if there is none; parameters as in {@link #execute}. */
  public <T> Optional<T> fetchOne(String sql, Function<Row, T> mapper, @Nullable Object... values) {
    return database.inTransaction(tx -> tx.first(sql, mapper, values));
  }

  /** The rows of a query in their order; parameters as in {@link #execute}. */
  public <T> List<T> fetchAll(String sql, Function<Row, T> mapper, @Nullable Object... values) {
    return database.inTransaction(tx -> tx.query(sql, mapper, values));
  }

  /** How many connections there are and may be. */
  public Database.PoolSize poolSize() {
    return database.poolSize();
  }

  /**
   * Changes how many connections are kept open, and how many there are at most; those in use stay
   * until they are given back.
   */
  public void resizePool(int min, int max) {
    database.resize(new Database.PoolSize(min, max));
  }

  private <T extends AutoCloseable> T keep(T part) {
    opened.push(part);
    return part;
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      AutoCloseable part = opened.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("{} did not close cleanly", part.getClass().getSimpleName(), e);
      }
    }
  }
}
