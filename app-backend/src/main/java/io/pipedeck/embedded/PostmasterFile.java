package io.pipedeck.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code postmaster.pid} of a cluster whose lock we hold: what it tells is from an earlier run that
 * was not stopped properly. PostgreSQL itself would refuse to start as long as <em>any</em> process
 * has the number in it.
 */
record PostmasterFile(Path file, Path cluster) {
  static PostmasterFile of(Path cluster) {
    return new PostmasterFile(cluster.resolve("postmaster.pid"), cluster);
  }

  boolean exists() {
    return Files.exists(file);
  }

  /** The server that still runs on this cluster; empty if the file is merely a remainder. */
  Optional<ProcessHandle> runningServer() throws IOException {
    Optional<ProcessHandle> named = pid().flatMap(ProcessHandle::of).filter(Signals::runs);
    return named.filter(this::servesThisCluster);
  }

  private Optional<Long> pid() throws IOException {
    try (var lines = Files.lines(file)) {
      // A standalone backend writes its number with a minus.
      return lines.findFirst().map(line -> Math.abs(Long.parseLong(line.strip())));
    } catch (NoSuchFileException | NumberFormatException _) {
      return Optional.empty();
    }
  }

  /** On which port the server listens, empty if it does not say. */
  Optional<Integer> port() throws IOException {
    try (var lines = Files.lines(file)) {
      return lines.skip(3).findFirst().map(line -> Integer.parseInt(line.strip()));
    } catch (NoSuchFileException | NumberFormatException _) {
      return Optional.empty();
    }
  }

  private boolean servesThisCluster(ProcessHandle process) {
    List<String> command = commandOf(process);
    if (command.isEmpty() || !command.getFirst().contains("postgres")) {
      return false;
    }
    // Windows doesn't tell the arguments of others: there the program's name has to do.
    return command.size() == 1 || command.contains(cluster.toString());
  }

  private static List<String> commandOf(ProcessHandle process) {
    try {
      // World-readable, other than what ProcessHandle asks for first (/proc/PID/exe).
      String line = Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
      return List.of(line.split("\0"));
    } catch (IOException _) {
      var info = process.info();
      var command = new ArrayList<>(info.command().stream().toList());
      info.arguments().ifPresent(all -> command.addAll(List.of(all)));
      return command;
    }
  }

  void delete() throws IOException {
    Files.deleteIfExists(file);
  }
}
