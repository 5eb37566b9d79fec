package io.pipedeck.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL 18 in a data folder, run as a child of this program: on 127.0.0.1, with a
 * password, with fsync. It ends when this program ends, in whatever way, and recovers by itself.
 * Safe between threads.
 */
public final class BundledPostgres implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BundledPostgres.class);

  /** Recovery replays up to max_wal_size; slow disks need their time for that. */
  private static final Duration START_LIMIT = Duration.ofMinutes(10);

  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final String READY = "database system is ready to accept connections";

  private final FolderLock lock;
  private final PostgresCluster cluster;
  private final String password;
  private final ReentrantLock starting = new ReentrantLock();
  private volatile Running running;
  private volatile boolean closed;

  private record Running(ServerProcess process, int port) {}

  private BundledPostgres(
      FolderLock lock, PostgresCluster cluster, String password, Running running) {
    this.lock = lock;
    this.cluster = cluster;
    this.password = password;
    this.running = running;
  }

  /**
   * Starts the server; the first time this unpacks it and creates the database. Returns when it
   * accepts connections.
   *
   * @param dataFolder Pipedeck's data folder; created if it is not there
   * @throws BundledServerException if it can't be started; the message says why and what to do
   */
  public static BundledPostgres start(Path dataFolder, StartupProgress progress) {
    var server = start(dataFolder, dataFolder.resolve("runtime"), progress);
    Binaries.deleteOtherBuilds(server.cluster.programs());
    return server;
  }

  /**
   * The same with the unpacked programs in a place of their own, which data folders may share.
   *
   * @param runtimeFolder created if it is not there
   */
  public static BundledPostgres start(
      Path dataFolder, Path runtimeFolder, StartupProgress progress) {
    return ServerHome.attempt(
        "PostgreSQL",
        () -> {
          var home = ServerHome.open(dataFolder, "postgres");
          try {
            return start(home, runtimeFolder, progress);
          } catch (IOException | InterruptedException | RuntimeException e) {
            home.lock().close();
            throw e;
          }
        });
  }

  private static BundledPostgres start(
      ServerHome home, Path runtimeFolder, StartupProgress progress)
      throws IOException, InterruptedException {
    Platform platform = Platform.here();
    Path programs = new Binaries(runtimeFolder, platform, progress).postgres();
    Path server = PostgresCluster.program(programs, "postgres");
    var launch = Launch.find(platform, new Launch.Task(server, home.folder(), "INT", false));
    var cluster = new PostgresCluster(programs, home.folder(), launch, home.log());
    cluster.deleteUnfinished();
    if (cluster.exists()) {
      cluster.checkVersion();
      clearRemains(cluster, progress);
    }
    String password = password(cluster, home.secretFile(), progress);
    progress.step("Starting PostgreSQL");
    return new BundledPostgres(home.lock(), cluster, password, launch(cluster, Optional.empty()));
  }

  /** How to log in to a server. */
  public record Access(String jdbcUrl, String user, String password) {
    /** Without the password. */
    @Override
    public String toString() {
      return jdbcUrl;
    }
  }

  /**
   * The server that another process runs on this data folder now, empty if none does.
   *
   * @throws BundledServerException if its files can't be read
   */
  public static Optional<Access> running(Path dataFolder) {
    return ServerHome.attempt(
        "PostgreSQL",
        () -> {
          if (Files.notExists(dataFolder.resolve("postgres"))) {
            return Optional.empty();
          }
          Path root = dataFolder.toRealPath();
          var file = PostmasterFile.of(root.resolve("postgres").resolve("data"));
          var secret = Secret.read(root.resolve("secrets").resolve("postgres-password"));
          var port = file.runningServer().isPresent() ? file.port() : Optional.<Integer>empty();
          return port.flatMap(
              number ->
                  secret.map(
                      password ->
                          new Access(
                              "jdbc:postgresql://127.0.0.1:" + number + "/" + PostgresCluster.NAME,
                              PostgresCluster.NAME,
                              password)));
        });
  }

  private static void clearRemains(PostgresCluster cluster, StartupProgress progress)
      throws IOException, InterruptedException {
    var file = PostmasterFile.of(cluster.data());
    if (!file.exists()) {
      return;
    }
    var left = file.runningServer();
    if (left.isPresent()) {
      progress.step("Stopping a PostgreSQL that an earlier run left behind");
      stop(cluster, left.get());
    } else {
      progress.step("Recovering the database after an unclean stop");
    }
    file.delete();
  }

  private static String password(PostgresCluster cluster, Path secretFile, StartupProgress progress)
      throws IOException, InterruptedException {
    Optional<String> kept = Secret.read(secretFile);
    if (cluster.exists() && kept.isPresent()) {
      return kept.get();
    }
    String password = Secret.random();
    if (cluster.exists()) {
      progress.step("Setting a new database password");
      cluster.setPassword(password);
    } else {
      progress.step("Creating the database cluster");
      cluster.create(password);
    }
    // Last: with a password in this file the role has it, whenever we are interrupted.
    Secret.write(secretFile, password);
    return password;
  }

  private static Running launch(PostgresCluster cluster, Optional<Integer> samePort)
      throws IOException, InterruptedException {
    String lastWords = "";
    for (int attempt = 0; attempt < 100; attempt++) {
      int port = samePort.orElseGet(LoopbackPort::findFree);
      var process = startOn(cluster, port);
      if (isReady(process)) {
        return new Running(process, port);
      }
      lastWords = process.lastWords();
      if (lastWords.contains("could not bind")
          || lastWords.contains("pre-existing shared memory")) {
        // Somebody took the port, or children of a killed server have not noticed yet.
        ServerHome.pause(Duration.ofMillis(100));
      } else {
        break;
      }
    }
    throw new BundledServerException("PostgreSQL ended while it started:\n" + lastWords);
  }

  private static boolean isReady(ServerProcess process) throws InterruptedException {
    boolean settled = false;
    try {
      boolean ready = process.awaitReady(START_LIMIT);
      settled = true;
      return ready;
    } catch (TimeoutException e) {
      throw new BundledServerException(
          "PostgreSQL is not ready after %d minutes:\n%s"
              .formatted(START_LIMIT.toMinutes(), process.lastWords()),
          e);
    } finally {
      if (!settled) {
        process.kill();
      }
    }
  }

  private static ServerProcess startOn(PostgresCluster cluster, int port)
      throws IOException, InterruptedException {
    // What must hold whatever the files say; the rest is in postgresql.conf.
    var options =
        List.of(
            "-D", cluster.data().toString(),
            "-p", Integer.toString(port),
            "-c", "listen_addresses=127.0.0.1",
            "-c", "unix_socket_directories=",
            "-c", "fsync=on",
            "-c", "full_page_writes=on",
            "-c", "logging_collector=off",
            "-c", "log_destination=stderr",
            // Statements and details of errors hold users' data.
            "-c", "log_min_error_statement=panic",
            "-c", "log_error_verbosity=terse");
    var command = cluster.launch().command(cluster.program("postgres"), options);
    var process = ServerProcess.start(command, cluster.home(), "", cluster.log(), READY);
    if (!cluster.launch().diesWithUs() && !Platform.here().isWindows()) {
      DeathWatch.over(process, "INT");
    }
    return process;
  }

  /**
   * Starts the server again if it is not running any more, on the same port and with the same
   * password: clients just connect again. Does nothing after {@link #close()}.
   *
   * @return whether it had to be started
   * @throws BundledServerException if it can't be started; it may be tried again
   */
  public boolean restartIfDead() {
    starting.lock();
    try {
      if (closed || running.process().isAlive()) {
        return false;
      }
      LOG.warn("PostgreSQL ended by itself (exit code {})", running.process().exitCode());
      running =
          ServerHome.attempt(
              "PostgreSQL",
              () -> {
                clearRemains(cluster, what -> LOG.info("{}", what));
                return launch(cluster, Optional.of(running.port()));
              });
      return true;
    } finally {
      starting.unlock();
    }
  }

  /** Where to connect to the database {@code pipedeck}; holds no password. */
  public String jdbcUrl() {
    return jdbcUrl(PostgresCluster.NAME);
  }

  /** The same for another database of this server. */
  public String jdbcUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port() + "/" + database;
  }

  /** The role that owns the database {@code pipedeck}; may create databases, is no superuser. */
  public String user() {
    return PostgresCluster.NAME;
  }

  /** The role's password; made at random for this data folder. */
  public String password() {
    return password;
  }

  /** On 127.0.0.1; the same until {@link #close()}. */
  public int port() {
    return running.port();
  }

  /** The server's process number; another one after a restart. */
  public long pid() {
    return running.process().pid();
  }

  /** Whether the process runs; says nothing about whether it answers. */
  public boolean isAlive() {
    return running.process().isAlive();
  }

  /** Completes when the process that runs now ends, for whatever reason. */
  public CompletableFuture<Void> onExit() {
    return running.process().onExit();
  }

  /** Ends all sessions and stops cleanly; by force if that takes longer than 30 seconds. */
  @Override
  public void close() {
    starting.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      ServerHome.stop(
          "PostgreSQL",
          () -> {
            stop(cluster, running.process().handle());
            running.process().awaitExit(STOP_LIMIT); // until we know it too: isAlive() is false now
          });
    } finally {
      lock.close();
      starting.unlock();
    }
  }

  private static void stop(PostgresCluster cluster, ProcessHandle server)
      throws IOException, InterruptedException {
    if (Platform.here().isWindows()) {
      var stop = List.of("stop", "-D", cluster.data().toString(), "-m", "fast", "-W");
      var command = cluster.launch().command(cluster.program("pg_ctl"), stop);
      ServerProcess.start(command, cluster.home(), "", cluster.log(), ServerProcess.NEVER_READY)
          .awaitExit(STOP_LIMIT);
    } else {
      Signals.send("INT", server.pid());
    }
    if (!Signals.awaitEnd(server, STOP_LIMIT)) {
      LOG.warn(
          "PostgreSQL {} does not stop and is killed; it recovers at its next start", server.pid());
      server.destroyForcibly();
      Signals.awaitEnd(server, STOP_LIMIT);
    }
  }
}
