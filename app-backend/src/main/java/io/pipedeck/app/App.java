package io.pipedeck.app;

import io.pipedeck.api.AppException;
import io.pipedeck.config.Config;
import io.pipedeck.embedded.StartupProgress;
import io.pipedeck.events.EventHub;
import io.pipedeck.parse.ParserPool;
import io.pipedeck.worker.JobFunctions;
import io.pipedeck.worker.WorkerPool;
import java.net.URI;
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

  private final ThisNode node;
  private final Consumer<JobFunctions> own;
  private final CompletableFuture<Integer> ended = new CompletableFuture<>();
  private @Nullable HttpSide http;

  private App(ThisNode node, Consumer<JobFunctions> own) {
    this.node = node;
    this.own = own;
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
    var app = new App(ThisNode.of(config, role), own);
    try {
      app.open(progress);
      return app;
    } catch (RuntimeException | Error e) {
      app.close();
      throw e;
    }
  }

  private void open(StartupProgress progress) {
    Config config = node.config();
    Role role = node.role();
    ListenAddress.refuseOpenDoor(config, role);
    if (role == Role.SERVE) {
      node.keep(DataFolderLock.take(config.home()));
    }
    if (role.listens()) {
      ListenAddress.tryOut(config.http());
    }
    ParserPool parsers = node.keep(new ParserPool(config.parse()));
    // Beside the servers: the first upload's pages are counted within 200 ms, or it goes to the
    // wrong queue.
    Thread.ofVirtual().name("pipedeck-warm-up").start(parsers::warmUp);
    Stores stores = node.keep(new Stores(config, role, progress));
    EventHub hub = new EventHub();
    var watching = new Queues.Watching(role.listens(), node.clock());
    Queues queues = node.keep(new Queues(config, stores, hub, watching));
    Parts parts = Parts.open(node, stores, queues, parsers);
    WorkerPool workers = role.works() ? WorkerSide.pool(node, parts, own, this::workersGone) : null;
    if (workers != null) {
      queues.wakes(workers);
    }
    if (parts.search() != null) {
      http = HttpSide.listen(node, parts, parts.search(), hub, health(parts, workers));
    }
    progress.step("Bringing the schema up to date");
    parts.schema().start(() -> Chores.start(node, parts, workers), this::refusedBySchema);
    if (role == Role.SERVE && http != null) {
      http.writeBackendFile();
    }
  }

  private static Dependencies health(Parts parts, @Nullable WorkerPool workers) {
    return new Dependencies(
        parts.stores().database(), parts.stores().redis(), parts.schema(), workers, parts.spool());
  }

  /** RQ's clients sent all workers home: a process that has nothing else to do goes too. */
  private void workersGone() {
    if (node.role() == Role.WORKER) {
      LOG.info("All workers were told to go");
      ended.complete(0);
    }
  }

  private void refusedBySchema(RuntimeException why) {
    LOG.error("{}", why.getMessage(), why instanceof AppException ? null : why);
    ended.complete(1);
  }

  /** Where it listens. */
  public URI url() {
    if (http == null) {
      throw new IllegalStateException("this process has no listener");
    }
    return http.url();
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

  @Override
  public void close() {
    node.opened().close();
    ended.complete(0);
  }
}
