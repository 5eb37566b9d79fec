package io.pipedeck.app;

import io.pipedeck.api.BackendFile;
import io.pipedeck.api.ConsistencyView;
import io.pipedeck.api.Json;
import io.pipedeck.archive.Archiver;
import io.pipedeck.config.Config;
import io.pipedeck.config.DocumentConfig;
import io.pipedeck.db.Database;
import io.pipedeck.db.Tx;
import io.pipedeck.document.ChunkStore;
import io.pipedeck.document.DocumentFolders;
import io.pipedeck.document.DocumentStore;
import io.pipedeck.document.Documents;
import io.pipedeck.document.LocalDocumentStore;
import io.pipedeck.document.PostgresDocumentStore;
import io.pipedeck.document.ProcessDocument;
import io.pipedeck.document.StageStore;
import io.pipedeck.document.StageSweeper;
import io.pipedeck.embed.ChatModel;
import io.pipedeck.embed.Embedder;
import io.pipedeck.embedded.StartupProgress;
import io.pipedeck.events.EventHub;
import io.pipedeck.http.ApiServer;
import io.pipedeck.http.QueueChoice;
import io.pipedeck.job.JobReadFallback;
import io.pipedeck.job.JobService;
import io.pipedeck.job.JobSpool;
import io.pipedeck.job.JobWriter;
import io.pipedeck.job.Nodes;
import io.pipedeck.job.RetryPolicy;
import io.pipedeck.job.WaitingReasons;
import io.pipedeck.mirror.AbandonedFeed;
import io.pipedeck.mirror.Mirror;
import io.pipedeck.mirror.MirrorReads;
import io.pipedeck.mirror.MirrorStatus;
import io.pipedeck.mirror.PrimaryMark;
import io.pipedeck.parse.ParserPool;
import io.pipedeck.pipeline.DocumentPipeline;
import io.pipedeck.reconcile.Consistency;
import io.pipedeck.reconcile.Reconciler;
import io.pipedeck.search.SearchService;
import io.pipedeck.security.Access;
import io.pipedeck.security.PrivateFiles;
import io.pipedeck.security.Secrets;
import io.pipedeck.spool.Spool;
import io.pipedeck.spool.SpoolException;
import io.pipedeck.spool.SpoolReplay;
import io.pipedeck.worker.JobFunctions;
import io.pipedeck.worker.JobTracker;
import io.pipedeck.worker.NodePulse;
import io.pipedeck.worker.WorkerPool;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running program: everything it is made of, started in order and closed in reverse. {@link
 * #close} may be called from any thread and returns when all is down.
 */
public final class App implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(App.class);

  /** How long the dispatcher, and jobs that were interrupted, may take to end. */
  private static final Duration TO_STOP = Duration.ofSeconds(10);

  private final Config config;
  private final Role role;
  private final Consumer<JobFunctions> own;
  private final String identity;
  private final InstantSource clock = InstantSource.system();
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final CompletableFuture<Integer> ended = new CompletableFuture<>();
  private @Nullable ApiServer api;

  private App(Config config, Role role, Consumer<JobFunctions> own) {
    this.config = config;
    this.role = role;
    this.own = own;
    this.identity =
        hostName()
            + "."
            + ProcessHandle.current().pid()
            + "."
            + UUID.randomUUID().toString().substring(0, 8);
  }

  /**
   * Starts the program; returns when it works, or, with an external PostgreSQL that is away, when
   * it can tell so.
   *
   * @param progress hears the steps of a first start
   * @throws StartException if something that its user can mend stands against it
   * @throws AlreadyRunningException if another backend runs on the data folder
   */
  public static App start(Config config, Role role, StartupProgress progress) {
    return start(config, role, progress, _ -> {});
  }

  /**
   * The same in a program that has job functions of its own.
   *
   * @param own registers them; one under the name of a built-in function takes its place
   */
  public static App start(
      Config config, Role role, StartupProgress progress, Consumer<JobFunctions> own) {
    var app = new App(config, role, own);
    try {
      app.open(progress);
      return app;
    } catch (RuntimeException | Error e) {
      app.close();
      throw e;
    }
  }

  private void open(StartupProgress progress) {
    refuseOpenDoor();
    if (role == Role.SERVE) {
      keep(DataFolderLock.take(config.home()));
    }
    if (role.listens()) {
      ListenAddress.tryOut(config.http());
    }
    ParserPool parsers = keep(new ParserPool(config.parse()));
    // Beside the servers: the first upload's pages are counted within 200 ms, or it goes to the
    // wrong queue.
    Thread.ofVirtual().name("pipedeck-warm-up").start(parsers::warmUp);
    Stores stores = keep(new Stores(config, role, progress));
    EventHub hub = new EventHub();
    Queues queues =
        keep(new Queues(config, stores, hub, new Queues.Watching(role.listens(), clock)));
    Spool spool = spool();
    JobWriter writer =
        keep(new JobWriter(stores.database(), spool == null ? JobSpool.NONE : spool));
    Documents documents = documents(stores);
    Secrets secrets = secrets();
    SchemaSetup schema = keep(new SchemaSetup(stores.database()));
    Embedder embedder = keep(Embedder.of(config.embed()));
    SearchService search = role.listens() ? keep(search(stores, embedder)) : null;
    var node =
        new Parts(stores, queues, writer, spool, documents, secrets, parsers, embedder, search);
    WorkerPool workers = role.works() ? workers(node) : null;
    if (workers != null) {
      queues.wakes(workers);
    }
    if (search != null) {
      var health = new Dependencies(stores.database(), stores.redis(), schema, workers, spool);
      listen(keep(new ApiServer(config.http(), apiParts(node, search, hub, health))));
    }
    progress.step("Bringing the schema up to date");
    schema.start(() -> work(node, workers), this::refusedBySchema);
    if (role == Role.SERVE) {
      writeBackendFile();
    }
  }

  private JobReadFallback readFallback() {
    return Maintenance.login(config.mirror().url())
        .<JobReadFallback>map(login -> keep(new MirrorReads(login)))
        .orElse(JobReadFallback.NONE);
  }

  /** What the parts of this process stand on. */
  private record Parts(
      Stores stores,
      Queues queues,
      JobWriter writer,
      @Nullable Spool spool,
      Documents documents,
      Secrets secrets,
      ParserPool parsers,
      Embedder embedder,
      @Nullable SearchService search) {}

  private SearchService search(Stores stores, Embedder embedder) {
    return new SearchService(stores.database(), embedder, config.home().resolve("search"), clock);
  }

  private ApiServer.Parts apiParts(
      Parts node, SearchService search, EventHub hub, Dependencies health) {
    var jobs =
        new JobService(
            node.stores().database(),
            node.writer(),
            node.queues().jobs(),
            node.queues().events(),
            new WaitingReasons(node.queues().places(), node.queues().shares()),
            readFallback());
    return new ApiServer.Parts(
        jobs,
        search,
        node.documents(),
        new QueueChoice(node.documents(), node.parsers()::countPages),
        hub,
        node.secrets(),
        health,
        new Consistency(node.stores().database(), App::mirror)::view,
        new Access(config.security().token(), config.security().insecure()),
        config.worker().maxAttempts());
  }

  /** How far the mirror is, empty where none is set. */
  private static Optional<ConsistencyView.Mirror> mirror(Tx tx) {
    MirrorStatus status = MirrorStatus.read(tx);
    return status.state() == MirrorStatus.State.OFF
        ? Optional.empty()
        : Optional.of(
            new ConsistencyView.Mirror(
                status.state().wireName(), status.lagRows(), status.lagSeconds(), status.detail()));
  }

  private void refuseOpenDoor() {
    boolean loopback = isLoopback(config.http().host());
    if (role.listens()
        && !loopback
        && config.security().token() == null
        && !config.security().insecure()) {
      throw new StartException(
          "HOST is "
              + config.http().host()
              + ", which other machines may reach, and there is no token. Set PIPELINE_TOKEN, or keep HOST=127.0.0.1, or"
              + " say --insecure to let everybody in.",
          null);
    }
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new StartException("HOST is " + host + ", which is no address of this machine.", e);
    }
  }

  /** Null where what comes in while PostgreSQL is away is refused. */
  private @Nullable Spool spool() {
    Boolean wanted = config.spool().wanted();
    if (wanted == null ? role.isSplit() : !wanted) {
      return null;
    }
    try {
      return keep(Spool.open(config.home().resolve("spool"), config.spool().maxBytes(), clock));
    } catch (SpoolException e) {
      throw new StartException(
          "The spool can't be used: " + e.getMessage() + ". Mend it, or set SPOOL=off.", e);
    }
  }

  private Documents documents(Stores stores) {
    return new Documents(
        stores.database(),
        documentStore(stores),
        Stores.scratch(config),
        config.document().smallBytes());
  }

  private DocumentStore documentStore(Stores stores) {
    DocumentConfig document = config.document();
    return switch (document.store()) {
      case POSTGRES -> {
        var shared = new PostgresDocumentStore(stores.database(), Stores.scratch(config));
        shared.deleteLeftovers(clock);
        yield shared;
      }
      case LOCAL -> {
        if (role.isSplit() && !document.folderShared()) {
          throw new StartException(
              "DOCUMENT_STORE=local keeps documents where other nodes don't see them. Use postgres, or set"
                  + " DOCUMENT_DIR_SHARED=true if "
                  + document.folder()
                  + " is a folder that all nodes share.",
              null);
        }
        var local = new LocalDocumentStore(document.folder());
        local.deleteLeftovers(clock);
        yield local;
      }
    };
  }

  private Secrets secrets() {
    try {
      return Secrets.of(config.security().secretsKey(), config.home());
    } catch (IOException e) {
      throw new StartException(
          "The key file in " + config.home() + " can't be used: " + e.getMessage(), e);
    }
  }

  private WorkerPool workers(Parts node) {
    Database database = node.stores().database();
    ChatModel chat = ChatModel.of(config.embed()).map(this::keep).orElse(null);
    var pipeline = new DocumentPipeline(node.parsers(), node.embedder(), chat);
    var functions = new JobFunctions();
    own.accept(functions);
    if (!functions.names().contains(ProcessDocument.FUNCTION)) {
      functions.registerAll(
          new ProcessDocument(
              node.documents(),
              new ChunkStore(database),
              new StageStore(database, config.document().stageCacheBytes()),
              pipeline,
              database,
              node.secrets(),
              new DocumentFolders(
                  config.rq().documentFolders(),
                  node.documents(),
                  config.http().maxUploadBytes())));
    }
    var retries = new RetryPolicy(config.worker().retryDelays());
    var self =
        new Nodes.Node(
            identity,
            hostName(),
            ProcessHandle.current().pid(),
            Release.VERSION,
            config.worker().queues(),
            config.worker().concurrency());
    return new WorkerPool(
        config.worker(),
        new WorkerPool.Parts(
            database,
            node.writer(),
            new JobTracker(node.writer(), functions, retries, node.queues().events(), clock),
            new NodePulse(database, self, node.spool() == null ? () -> 0 : node.spool()::depth),
            node.queues().ofWorkers(self, functions, this::workersGone),
            node.queues().shares(),
            TO_STOP));
  }

  /** Once the schema stands. */
  private void work(Parts node, @Nullable WorkerPool workers) {
    PrimaryMark.set(node.stores().database());
    follow(node.stores().database());
    node.queues().start();
    Spool spool = node.spool();
    if (spool != null) {
      SpoolReplay replay =
          keep(
              new SpoolReplay(
                  spool, node.stores().database(), node.writer(), node.queues().replayed()));
      replay.start();
    }
    if (node.search() != null) {
      node.search().start();
    }
    if (workers == null) {
      return;
    }
    Reconciler reconciler =
        keep(
            new Reconciler(
                node.stores().database(),
                node.queues().ofReconciler(),
                node.queues().events(),
                node.queues().shares(),
                new Reconciler.Self(identity, hostName(), () -> NodePulse.vitals().oomKills())));
    reconciler.start();
    keep(new Archiver(node.stores().database(), config.retention(), identity)).start();
    keep(new StageSweeper(node.stores().database(), config.document(), identity)).start();
    workers.start();
    keep(workers);
    node.queues().hearClients(workers);
  }

  /** RQ's clients sent all workers home: a process that has nothing else to do goes too. */
  private void workersGone() {
    if (role == Role.WORKER) {
      LOG.info("All workers were told to go");
      ended.complete(0);
    }
  }

  private void follow(Database database) {
    Maintenance.login(config.mirror().url())
        .ifPresentOrElse(
            login -> keep(new Mirror(database, login, Release.VERSION, identity)).start(),
            () -> keep(new AbandonedFeed(database)).start());
  }

  private void refusedBySchema(RuntimeException why) {
    LOG.error("{}", why.getMessage(), why instanceof io.pipedeck.api.AppException ? null : why);
    ended.complete(1);
  }

  private void listen(ApiServer server) {
    try {
      server.start();
    } catch (BindException e) {
      throw ListenAddress.refused(config.http(), e);
    }
    api = server;
  }

  private void writeBackendFile() {
    String token = config.security().token();
    var file = new BackendFile(url(), token == null ? "" : token, ProcessHandle.current().pid());
    var path = config.home().resolve(BackendFile.NAME);
    try {
      PrivateFiles.replace(path, Json.mapper().writeValueAsString(file) + "\n");
    } catch (IOException e) {
      throw new StartException("The file " + path + " can't be written: " + e.getMessage(), e);
    }
    keep(() -> Files.deleteIfExists(path));
  }

  /** Where it listens. */
  public URI url() {
    if (api == null) {
      throw new IllegalStateException("this process has no listener");
    }
    String host = config.http().host();
    String shown = host.contains(":") ? "[" + host + "]" : host;
    String scheme = config.http().tlsCert() == null ? "http" : "https";
    return URI.create(scheme + "://" + shown + ":" + api.port());
  }

  /** Ends the program from inside or outside: {@link #await} returns. */
  public void stop() {
    ended.complete(0);
  }

  /** Waits until the program is to end; gives its exit code. */
  public int await() throws InterruptedException {
    try {
      return ended.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private <T extends AutoCloseable> T keep(T part) {
    synchronized (opened) {
      opened.push(part);
    }
    return part;
  }

  static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9-]", "-");
    } catch (UnknownHostException _) {
      return "localhost";
    }
  }

  @Override
  public void close() {
    synchronized (opened) {
      while (!opened.isEmpty()) {
        AutoCloseable part = opened.pop();
        try {
          part.close();
        } catch (Exception e) {
          LOG.warn("{} did not close cleanly", part.getClass().getSimpleName(), e);
        }
      }
    }
    ended.complete(0);
  }
}
