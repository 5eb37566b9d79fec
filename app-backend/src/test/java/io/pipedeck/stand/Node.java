package io.pipedeck.stand;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A backend process ({@link NodeMain}) that can be killed, frozen and started again with the same
 * settings; what it says goes to a file.
 */
public final class Node implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(2);

  private final String name;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Path log;
  private Process process;
  private boolean frozen;

  private Node(Start start) throws IOException {
    this.name = start.name;
    this.command = start.command();
    this.environment = Map.copyOf(start.environment);
    this.log = start.folder.resolve("logs").resolve(name + ".log");
    this.process = launch();
  }

  /** How to start one. */
  public static final class Start {
    private final Path folder;
    private final String name;
    private final List<String> jvm =
        new ArrayList<>(
            List.of("--enable-native-access=ALL-UNNAMED", "-XX:+ExitOnOutOfMemoryError"));
    private final Map<String, String> environment = new TreeMap<>();

    private Start(Path folder, String name, String role) {
      this.folder = folder;
      this.name = name;
      environment.put(NodeMain.ROLE, role);
      environment.put("PIPEDECK_HOME", folder.resolve("nodes").toString());
      environment.put("LC_ALL", "C.UTF-8");
      environment.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
    }

    /** A setting. */
    public Start with(String setting, String value) {
      environment.put(setting, value);
      return this;
    }

    /** Documents run through the real pipeline, not its stand-in. */
    public Start withPipeline() {
      return with(NodeMain.PIPELINE, "on");
    }

    /** Options for its JVM. */
    public Start jvm(String... options) {
      jvm.addAll(List.of(options));
      return this;
    }

    /** Starts it; returns at once. */
    public Node start() throws IOException {
      return new Node(this);
    }

    private List<String> command() {
      var command = new ArrayList<String>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(jvm);
      command.addAll(
          List.of("-cp", System.getProperty("java.class.path"), NodeMain.class.getName()));
      return command;
    }
  }

  /** A node that serves HTTP on this port. */
  public static Start api(Path folder, String name, int port) {
    return new Start(folder, name, "API").with("PORT", Integer.toString(port));
  }

  /** A node that runs jobs. */
  public static Start worker(Path folder, String name, int concurrency) {
    return new Start(folder, name, "WORKER")
        .with("WORKER_CONCURRENCY", Integer.toString(concurrency));
  }

  /** A port that nobody uses now. */
  public static int freePort() throws IOException {
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private Process launch() throws IOException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(new File(log.toString())));
    return builder.start();
  }

  /** What it is called. */
  public String name() {
    return name;
  }

  /** Its process now. */
  public long pid() {
    return process.pid();
  }

  /** Whether its process runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** All it said. */
  public String said() throws IOException {
    return Files.readString(log, StandardCharsets.UTF_8);
  }

  /** Waits until it said that it is up. */
  public Node awaitUp() throws InterruptedException, IOException {
    String wanted = NodeMain.UP + process.pid();
    boolean up = Pause.until(START, () -> !process.isAlive() || said().contains(wanted));
    if (!up || !process.isAlive()) {
      throw new IllegalStateException(name + " did not come up. It said:\n" + said());
    }
    return this;
  }

  /** kill -9, and waits until it is gone; its own children follow it. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
    frozen = false;
  }

  /** Starts it again, if it is down. */
  public void restart() throws IOException {
    if (!process.isAlive()) {
      process = launch();
    }
  }

  /** SIGSTOP. */
  public void freeze() throws IOException, InterruptedException {
    Kill.send("STOP", pid());
    frozen = true;
  }

  /** SIGCONT. */
  public void thaw() throws IOException, InterruptedException {
    Kill.send("CONT", pid());
    frozen = false;
  }

  /** SIGTERM, and waits until it ended. */
  public void terminate() throws IOException, InterruptedException {
    Kill.send("TERM", pid()); // Process.destroy would end its standard input too
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException(name + " did not end within 60 s of SIGTERM");
    }
  }

  @Override
  public void close() {
    try {
      if (frozen || !process.isAlive()) {
        kill();
      } else {
        terminate();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      System.err.println(name + " could not be told to end: " + e);
    } finally {
      process.destroyForcibly();
    }
  }
}
