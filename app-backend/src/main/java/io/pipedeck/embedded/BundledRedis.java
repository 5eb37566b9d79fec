package io.pipedeck.embedded;

import java.io.IOException;
import java.net.URI;
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
 * A real Redis 7 in a data folder, run as a child of this program: on 127.0.0.1, with a password,
 * its append-only file synced every second. It ends when this program ends. Safe between threads.
 */
public final class BundledRedis implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BundledRedis.class);
  private static final Duration START_LIMIT = Duration.ofMinutes(5);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
  private static final String READY = "Ready to accept connections";

  private final ServerHome home;
  private final Setup setup;
  private final ReentrantLock starting = new ReentrantLock();
  private volatile Running running;
  private volatile boolean closed;

  private record Setup(Path program, Launch launch, String password) {}

  private record Running(ServerProcess process, int port) {}

  private BundledRedis(ServerHome home, Setup setup, Running running) {
    this.home = home;
    this.setup = setup;
    this.running = running;
  }

  /** Whether there is a Redis for this machine; there is none for Windows. */
  public static boolean availableHere() {
    return Platform.here().redisProgram().isPresent();
  }

  /**
   * Starts the server. Returns when it accepts connections, its data loaded.
   *
   * @param dataFolder Pipedeck's data folder; created if it is not there
   * @throws BundledServerException if it can't be started; the message says why and what to do
   */
  public static BundledRedis start(Path dataFolder, StartupProgress progress) {
    var server = start(dataFolder, dataFolder.resolve("runtime"), progress);
    Binaries.deleteOtherBuilds(Durable.folderOf(server.setup.program()));
    return server;
  }

  /**
   * The same with the unpacked program in a place of its own, which data folders may share.
   *
   * @param runtimeFolder created if it is not there
   */
  public static BundledRedis start(Path dataFolder, Path runtimeFolder, StartupProgress progress) {
    return ServerHome.attempt(
        "Redis",
        () -> {
          var home = ServerHome.open(dataFolder, "redis");
          try {
            return start(home, runtimeFolder, progress);
          } catch (IOException | InterruptedException | RuntimeException e) {
            home.lock().close();
            throw e;
          }
        });
  }

  private static BundledRedis start(ServerHome home, Path runtimeFolder, StartupProgress progress)
      throws IOException, InterruptedException {
    Platform platform = Platform.here();
    Path program = new Binaries(runtimeFolder, platform, progress).redis();
    var launch = Launch.find(platform, new Launch.Task(program, home.folder(), "TERM", true));
    stopLeftover(home, progress);
    Optional<String> kept = Secret.read(home.secretFile());
    String password = kept.orElseGet(Secret::random);
    if (kept.isEmpty()) {
      Secret.write(home.secretFile(), password);
    }
    progress.step("Starting Redis");
    var setup = new Setup(program, launch, password);
    return new BundledRedis(home, setup, launch(home, setup, Optional.empty()));
  }

  private static Running launch(ServerHome home, Setup setup, Optional<Integer> samePort)
      throws IOException, InterruptedException {
    String lastWords = "";
    for (int attempt = 0; attempt < 50; attempt++) {
      int port = samePort.orElseGet(LoopbackPort::findFree);
      var process = startOn(home, setup, port);
      if (isReady(process)) {
        return new Running(process, port);
      }
      lastWords = process.lastWords();
      if (lastWords.contains("bind: Address already in use")) {
        ServerHome.pause(Duration.ofMillis(100));
      } else if (lastWords.contains("Bad file format reading the append only file")) {
        setAsideDamagedFile(home);
      } else {
        break;
      }
    }
    throw new BundledServerException("Redis ended while it started:\n" + lastWords);
  }

  private static ServerProcess startOn(ServerHome home, Setup setup, int port)
      throws IOException, InterruptedException {
    var command = setup.launch().command(setup.program(), List.of("-"));
    String config = RedisConfig.text(port, home.folder(), setup.password());
    var process = ServerProcess.start(command, home.folder(), config, home.log(), READY);
    RunningFile.beside(home.folder()).write(process.handle());
    if (!setup.launch().diesWithUs()) {
      DeathWatch.over(process, "TERM");
    }
    return process;
  }

  private static boolean isReady(ServerProcess process) throws InterruptedException {
    boolean settled = false;
    try {
      boolean ready = process.awaitReady(START_LIMIT);
      settled = true;
      return ready;
    } catch (TimeoutException e) {
      throw new BundledServerException(
          "Redis is not ready after %d minutes:\n%s"
              .formatted(START_LIMIT.toMinutes(), process.lastWords()),
          e);
    } finally {
      if (!settled) {
        process.kill();
      }
    }
  }

  /** Redis is an index that PostgreSQL can rebuild: better an empty one than none. */
  private static void setAsideDamagedFile(ServerHome home) throws IOException {
    Path damaged = home.folder().resolve("damaged");
    Durable.deleteTree(damaged);
    Files.move(home.folder().resolve(RedisConfig.APPEND_FOLDER), damaged);
    LOG.warn("Redis's append-only file was damaged and is now {}; Redis starts empty", damaged);
  }

  private static void stopLeftover(ServerHome home, StartupProgress progress)
      throws IOException, InterruptedException {
    var file = RunningFile.beside(home.folder());
    var left = file.runningServer();
    if (left.isPresent()) {
      progress.step("Stopping a Redis that an earlier run left behind");
      stop(left.get());
    }
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
      LOG.warn("Redis ended by itself (exit code {})", running.process().exitCode());
      running = ServerHome.attempt("Redis", () -> launch(home, setup, Optional.of(running.port())));
      return true;
    } finally {
      starting.unlock();
    }
  }

  /** Where to connect, with the password: not for logs. */
  public URI url() {
    return url(0);
  }

  /**
   * The same for one of its 16 logical databases.
   *
   * @param database from 0 to 15
   */
  public URI url(int database) {
    return URI.create("redis://:" + setup.password() + "@127.0.0.1:" + port() + "/" + database);
  }

  /** On 127.0.0.1; the same until {@link #close()}. */
  public int port() {
    return running.port();
  }

  /** Made at random for this data folder. */
  public String password() {
    return setup.password();
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

  /** Stops cleanly, its file synced; by force if that takes longer than 20 seconds. */
  @Override
  public void close() {
    starting.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      ServerHome.stop(
          "Redis",
          () -> {
            stop(running.process().handle());
            running.process().awaitExit(STOP_LIMIT); // until we know it too: isAlive() is false now
          });
    } finally {
      home.lock().close();
      starting.unlock();
    }
  }

  private static void stop(ProcessHandle server) throws IOException, InterruptedException {
    Signals.send("TERM", server.pid());
    if (!Signals.awaitEnd(server, STOP_LIMIT)) {
      LOG.warn("Redis {} does not stop and is killed", server.pid());
      server.destroyForcibly();
      Signals.awaitEnd(server, STOP_LIMIT);
    }
  }
}
