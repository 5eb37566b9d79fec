package io.pipedeck.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Remembers which process serves a folder, for the case that nobody is left who knows: its number
 * and when it began, since numbers come back.
 */
record RunningFile(Path file) {
  /** Beside the server's folder, not in it: that is the server's, and we may be root. */
  static RunningFile beside(Path folder) {
    return new RunningFile(folder.resolveSibling(folder.getFileName() + ".pid"));
  }

  void write(ProcessHandle process) throws IOException {
    Files.writeString(file, process.pid() + " " + began(process) + "\n");
  }

  /** The remembered process; empty if it is gone. */
  Optional<ProcessHandle> runningServer() throws IOException {
    try {
      String[] words = Files.readString(file).strip().split(" ", 2);
      return ProcessHandle.of(Long.parseLong(words[0]))
          .filter(Signals::runs)
          .filter(process -> words.length == 2 && began(process).equals(words[1]));
    } catch (NoSuchFileException | NumberFormatException _) {
      return Optional.empty();
    }
  }

  /** On Linux in clock ticks since the machine's start, which setting the clock doesn't change. */
  private static String began(ProcessHandle process) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
      return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19];
    } catch (IOException _) {
      return process.info().startInstant().map(Object::toString).orElse("");
    }
  }
}
