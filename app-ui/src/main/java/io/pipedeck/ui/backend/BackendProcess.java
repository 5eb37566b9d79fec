package io.pipedeck.ui.backend;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A backend that this console started. Its standard input stays open as long as it shall run: at
 * the end of that it stops by itself, so it also goes when the console is killed.
 */
final class BackendProcess {
  private static final int KEPT_LINES = 40;

  private final Process process;
  private final Deque<String> lastLines = new ArrayDeque<>();
  private final Thread reader;

  private BackendProcess(Process process, Consumer<String> printed) {
    this.process = process;
    this.reader = Thread.ofVirtual().name("pipedeck-backend-output").start(() -> read(printed));
  }

  static BackendProcess start(List<String> command, Path dataFolder, Consumer<String> printed)
      throws IOException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("PIPEDECK_HOME", dataFolder.toString());
    return new BackendProcess(builder.start(), printed);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Runs the action when the process has ended. */
  void onExit(Runnable action) {
    var _ = process.onExit().thenRun(action);
  }

  /** Asks it to stop: it finishes what it does, then goes. */
  void askToStop() {
    try {
      process.getOutputStream().close();
    } catch (IOException _) {
      // It is gone already.
    }
  }

  /** What it said last, once it has ended; waits for the rest of its output for a moment. */
  String lastWords() throws InterruptedException {
    reader.join(TimeUnit.SECONDS.toMillis(2));
    synchronized (lastLines) {
      return lastLines.stream().collect(Collectors.joining("\n"));
    }
  }

  private void read(Consumer<String> printed) {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        synchronized (lastLines) {
          lastLines.addLast(line);
          if (lastLines.size() > KEPT_LINES) {
            lastLines.removeFirst();
          }
        }
        printed.accept(line);
      }
    } catch (IOException _) {
      // The pipe went with the process.
    }
  }
}
