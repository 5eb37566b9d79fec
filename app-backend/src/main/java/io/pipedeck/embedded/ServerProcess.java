package io.pipedeck.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One child process: a clean environment, its input given at once, its output taken by a thread of
 * its own. Safe between threads.
 */
final class ServerProcess {
  /** A marker for programs that just do something and end. */
  static final String NEVER_READY = "\0";

  private static final Duration LAST_WORDS = Duration.ofSeconds(1);
  private static final Set<String> KEPT_VARIABLES = Set.of("PATH", "SYSTEMROOT", "TEMP");
  private static final int REMEMBERED_LINES = 15;

  private final Process process;
  private final ServerLog log;
  private final Thread reader;
  private final ArrayDeque<String> last = new ArrayDeque<>();
  private final CompletableFuture<Boolean> said = new CompletableFuture<>();

  private ServerProcess(Process process, ServerLog log, String marker) {
    this.process = process;
    this.log = log;
    this.reader =
        Thread.ofPlatform()
            .daemon()
            .name("server-output-" + process.pid())
            .unstarted(() -> read(marker));
  }

  /**
   * Starts a program.
   *
   * @param command program and arguments; they show in every process list, so no secrets
   * @param folder where it starts
   * @param input all of its standard input; may hold secrets
   * @param log takes its output, both streams
   * @param marker a part of the line by which it says that it is ready
   */
  static ServerProcess start(
      List<String> command, Path folder, String input, ServerLog log, String marker)
      throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    cleanEnvironment(builder.environment());
    Process process = ForkThread.start(builder);
    var server = new ServerProcess(process, log, marker);
    server.reader.start();
    var _ = process.onExit().thenRun(() -> server.said.complete(false));
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException _) {
      // It ended before it read; its exit and its last words tell why.
    }
    return server;
  }

  /** Nothing of ours is inherited: keys and passwords of other services are in our environment. */
  static void cleanEnvironment(Map<String, String> environment) {
    environment.keySet().removeIf(name -> !KEPT_VARIABLES.contains(name.toUpperCase(Locale.ROOT)));
    environment.put("LC_ALL", "C");
    environment.put("TZ", "UTC");
  }

  private void read(String marker) {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        log.add(line);
        remember(line);
        if (line.contains(marker)) {
          said.complete(true);
        }
      }
    } catch (IOException e) {
      log.add("(the output can't be read any more: " + e.getMessage() + ")");
    }
  }

  private void remember(String line) {
    synchronized (last) {
      if (last.size() == REMEMBERED_LINES) {
        last.removeFirst();
      }
      last.addLast(line);
    }
  }

  /**
   * Waits for the line with the marker.
   *
   * @return false if the process ended without it; {@link #lastWords()} then tells more
   * @throws TimeoutException if neither happened in time
   */
  boolean awaitReady(Duration limit) throws InterruptedException, TimeoutException {
    try {
      return said.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException("Waiting for a server failed", e);
    }
  }

  /** Waits for its end; false if it is still alive after that time. */
  boolean awaitExit(Duration limit) throws InterruptedException {
    return process.waitFor(limit);
  }

  /** The end of its output. After its exit this includes what was still on the way. */
  String lastWords() throws InterruptedException {
    if (!process.isAlive()) {
      reader.join(LAST_WORDS);
    }
    synchronized (last) {
      return String.join("\n", last);
    }
  }

  int exitCode() {
    return process.exitValue();
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  CompletableFuture<Void> onExit() {
    return process.onExit().thenAccept(_ -> {});
  }

  void kill() {
    process.destroyForcibly();
  }
}
