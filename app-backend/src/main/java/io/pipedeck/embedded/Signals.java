package io.pipedeck.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Signals to processes, also to such that are not our children, and waiting for their end. */
final class Signals {
  private static final Duration GLANCE = Duration.ofMillis(50);

  private Signals() {}

  /**
   * Sends a POSIX signal; nothing happens if the process is gone.
   *
   * @param name such as {@code INT}
   */
  static void send(String name, long pid) throws IOException, InterruptedException {
    // Java itself only knows TERM and KILL; the shell's own kill needs no further program.
    var shell =
        new ProcessBuilder(
            "/bin/sh",
            "-c",
            "kill -s \"$1\" -- \"$2\" 2>/dev/null",
            "sh",
            name,
            Long.toString(pid));
    ForkThread.start(shell).waitFor();
  }

  /** Whether it runs; a zombie, which nobody has collected yet, does not. */
  static boolean runs(ProcessHandle process) {
    if (!process.isAlive()) {
      return false;
    }
    Path stat = Path.of("/proc", Long.toString(process.pid()), "stat");
    try {
      String line = Files.readString(stat);
      char state = line.charAt(line.lastIndexOf(')') + 2);
      return state != 'Z' && state != 'X';
    } catch (NoSuchFileException _) {
      return !Files.isDirectory(Path.of("/proc/self"));
    } catch (IOException _) {
      return false; // ended while it was read
    }
  }

  /** Waits until it doesn't run any more; false if it still does after that time. */
  static boolean awaitEnd(ProcessHandle process, Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (runs(process)) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      try {
        process.onExit().get(GLANCE.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException _) {
        // Look again: the exit of a zombie is never reported.
      } catch (ExecutionException e) {
        throw new IllegalStateException("Waiting for process " + process.pid() + " failed", e);
      }
    }
    return true;
  }
}
