package io.pipedeck.stand;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** Signals that Java can't send itself. */
public final class Kill {
  private Kill() {}

  /** Sends a signal such as {@code STOP}; nothing happens if the process is gone. */
  public static void send(String signal, long pid) throws IOException, InterruptedException {
    new ProcessBuilder(
            "/bin/sh", "-c", "kill -s \"$1\" -- \"$2\" 2>/dev/null", "sh", signal, "" + pid)
        .start()
        .waitFor();
  }

  /** Sends it to a process and all that come from it, as they are now. */
  public static void sendToTree(String signal, long pid) throws IOException, InterruptedException {
    for (long each : tree(pid)) {
      send(signal, each);
    }
  }

  /** The process first, then its descendants. */
  public static List<Long> tree(long pid) {
    return Stream.concat(
            Stream.of(pid),
            ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::descendants)
                .map(ProcessHandle::pid))
        .toList();
  }
}
