package io.pipedeck.process;

import io.pipedeck.api.BackendFile;
import io.pipedeck.api.PipedeckClient;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The program as a process of its own, with what it said. {@link #close} ends it. */
final class BackendProcess implements AutoCloseable {
  static final Duration SOON = Duration.ofSeconds(60);
  private static final Pattern LISTENS = Pattern.compile("Pipedeck listens on (\\S+)");

  private final Home home;
  private final Process process;
  private final Output output;

  private BackendProcess(Home home, Process process) {
    this.home = home;
    this.process = process;
    this.output = Output.of(process);
  }

  /**
   * How to start one: on this data folder, on a free port, with nothing of the test's own
   * environment.
   */
  static final class Start {
    private final Home home;
    private File workingFolder;
    private final List<String> prefix = new ArrayList<>();
    private final List<String> command = new ArrayList<>();
    private final List<String> jvm =
        new ArrayList<>(
            List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xshare:auto"));
    private final Map<String, String> environment = new TreeMap<>();

    private Start(Home home, List<String> command) {
      this.home = home;
      this.workingFolder = home.parent().toFile();
      this.command.addAll(command);
      environment.put("PIPEDECK_HOME", home.folder().toString());
      environment.put("PORT", "0");
      environment.put("LC_ALL", "C.UTF-8");
    }

    Start with(String name, String value) {
      environment.put(name, value);
      return this;
    }

    /** Starts it by another command, such as one that sets limits. */
    Start by(String... command) {
      prefix.addAll(List.of(command));
      return this;
    }

    Start inFolder(String folder) {
      workingFolder = new File(folder);
      return this;
    }

    Start jvm(String... options) {
      jvm.addAll(List.of(options));
      return this;
    }

    BackendProcess start() {
      var all = new ArrayList<>(prefix);
      all.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      all.addAll(jvm);
      all.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.pipedeck.cli.Main"));
      all.addAll(command);
      var builder = new ProcessBuilder(all).redirectErrorStream(true);
      builder.directory(workingFolder);
      String path = System.getenv("PATH");
      builder.environment().clear();
      builder.environment().put("PATH", path);
      builder.environment().putAll(environment);
      try {
        return new BackendProcess(home, builder.start());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  static Start command(Home home, String... command) {
    return new Start(home, List.of(command));
  }

  /** Waits until it listens. */
  BackendProcess awaitListening() throws InterruptedException {
    url();
    return this;
  }

  /** Where it listens, from what it says; waits for that. */
  URI url() throws InterruptedException {
    return URI.create(output.await(LISTENS, SOON).group(1));
  }

  /** Its file in the data folder, which is there once it listens. */
  BackendFile file() throws InterruptedException, IOException {
    url();
    return BackendFile.find(home.folder())
        .orElseThrow(() -> new AssertionError("no backend.json:\n" + output.text()));
  }

  /** A client without a token, or with the one of {@code backend.json}. */
  PipedeckClient client() throws InterruptedException, IOException {
    String token = file().token();
    return new PipedeckClient(url(), token.isEmpty() ? null : token);
  }

  /** Waits for a line with this pattern. */
  MatchResult awaitLine(String pattern) throws InterruptedException {
    return output.await(Pattern.compile(pattern), SOON);
  }

  String said() {
    return output.text();
  }

  long pid() {
    return process.pid();
  }

  Home home() {
    return home;
  }

  /** Its standard input. */
  OutputStream stdin() {
    return process.getOutputStream();
  }

  /** kill -9, and waits until it is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** SIGTERM; its exit code. */
  int terminate() throws InterruptedException {
    process.destroy();
    return awaitExit();
  }

  /** Waits until it ends by itself; its exit code. All it said is there then. */
  int awaitExit() throws InterruptedException {
    if (!process.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("It did not end. It said:\n" + output.text());
    }
    output.awaitEnd();
    return process.exitValue();
  }

  @Override
  public void close() {
    try {
      if (process.isAlive()) {
        terminate();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
  }
}
