package io.pipedeck.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What others could see of a process; Linux only. */
final class ProcessInspection {
  private ProcessInspection() {}

  /** Its command line and its environment. */
  static String visible(long pid) throws IOException {
    return read(pid, "cmdline") + read(pid, "environ");
  }

  /** The effective user id, as the initial user namespace sees it. */
  static int user(long pid) throws IOException {
    return (Integer) Files.getAttribute(Path.of("/proc", Long.toString(pid)), "unix:uid");
  }

  private static String read(long pid, String what) throws IOException {
    Path file = Path.of("/proc", Long.toString(pid), what);
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).replace('\0', '\n');
  }
}
