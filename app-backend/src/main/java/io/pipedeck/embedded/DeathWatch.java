package io.pipedeck.embedded;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;

/**
 * Ends a server with us where the system has no parent-death signal (macOS, small Linux systems): a
 * shell that waits at a pipe of ours. The pipe ends when we do, however we do.
 */
final class DeathWatch {
  private static final String SCRIPT =
      "trap '' INT HUP TERM; read -r _; kill -s \"$1\" -- \"$2\" 2>/dev/null";

  private DeathWatch() {}

  /** Watches over a server until it ends. */
  static void over(ServerProcess server, String signal) throws IOException, InterruptedException {
    var builder =
        new ProcessBuilder("/bin/sh", "-c", SCRIPT, "sh", signal, Long.toString(server.pid()))
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.DISCARD);
    Process watcher = ForkThread.start(builder);
    // Killed, not released: it must not signal a process number that may be somebody else's by now.
    var _ = server.onExit().thenRun(watcher::destroyForcibly);
  }
}
