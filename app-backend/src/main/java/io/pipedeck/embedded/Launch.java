package io.pipedeck.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How a server program has to be started here: as whom, and so that it ends with us.
 *
 * @param prefix the command that starts the command: drops root, leaves the terminal's process
 *     group (a Ctrl-C is for us, we stop the servers when the work is drained), asks for a signal
 *     at our death
 * @param owner user id (and group id) that its folder must belong to, or -1 for no change
 * @param diesWithUs whether the prefix sees to it that the server ends with us; else a watcher must
 */
record Launch(List<String> prefix, int owner, boolean diesWithUs) {
  private static final int ROOT = 0;

  /** The overflow user, called nobody; by number, since small containers have no such name. */
  private static final int NOBODY = 65534;

  Launch {
    prefix = List.copyOf(prefix);
  }

  /** The command for a program and its arguments. */
  List<String> command(Path program, List<String> arguments) {
    return Stream.of(prefix, List.of(program.toString()), arguments).flatMap(List::stream).toList();
  }

  /**
   * What is to be started.
   *
   * @param program it itself
   * @param folder what it must be able to write
   * @param signal what it gets when we die, such as {@code INT}
   * @param asRoot whether it may run as root, if nothing better works
   */
  record Task(Path program, Path folder, String signal, boolean asRoot) {}

  /**
   * Finds out by trying. For root: as the user that the folder belongs to, else as nobody, else in
   * a user namespace. On return the folder belongs to the user that will run.
   *
   * @throws BundledServerException if no way works, with the reason and what to do
   */
  static Launch find(Platform platform, Task task) throws IOException, InterruptedException {
    if (platform.isWindows()) {
      return new Launch(List.of(), -1, false);
    }
    boolean root = effectiveUser() == ROOT;
    int owner = (Integer) Files.getAttribute(task.folder(), "unix:uid");
    var complaints = new ArrayList<String>();
    for (Launch way : root ? waysOfRoot(owner, task) : waysOfOthers(task.signal())) {
      way.own(task.folder());
      String complaint = way.tryOut(task);
      if (complaint.isEmpty()) {
        return way;
      }
      complaints.add(complaint);
    }
    throw new BundledServerException(noWay(task, root, complaints));
  }

  private static int effectiveUser() throws IOException {
    Path probe = Files.createTempFile("pipedeck", null);
    try {
      return (Integer) Files.getAttribute(probe, "unix:uid");
    } finally {
      Files.delete(probe);
    }
  }

  private static List<Launch> waysOfRoot(int owner, Task task) {
    String death = "--pdeathsig=" + task.signal();
    if (owner != ROOT && owner != NOBODY) {
      return List.of(as(owner, death)); // an ordinary user's data stays his
    }
    var ways = new ArrayList<Launch>();
    ways.add(as(NOBODY, death));
    ways.add(new Launch(List.of("setsid", "unshare", "--user", "setpriv", death), ROOT, true));
    ways.add(new Launch(List.of("setsid", "unshare", "--user"), ROOT, false));
    if (task.asRoot()) {
      ways.add(new Launch(List.of("setsid", "setpriv", death), ROOT, true));
      ways.add(new Launch(List.of(), ROOT, false));
    }
    return ways;
  }

  private static Launch as(int user, String death) {
    return new Launch(
        List.of(
            "setsid",
            "setpriv",
            "--reuid=" + user,
            "--regid=" + user,
            "--clear-groups",
            "--no-new-privs",
            death),
        user,
        true);
  }

  private static List<Launch> waysOfOthers(String signal) {
    return List.of(
        new Launch(List.of("setsid", "setpriv", "--pdeathsig=" + signal), -1, true),
        new Launch(List.of("setsid"), -1, false),
        // macOS has no setsid, but it has this.
        new Launch(List.of("/usr/bin/perl", "-e", "setpgrp; exec {$ARGV[0]} @ARGV"), -1, false),
        new Launch(List.of(), -1, false));
  }

  /** Gives the folder with all in it to the user that will run; the folder itself last. */
  private void own(Path folder) throws IOException {
    if (owner < 0 || Files.getAttribute(folder, "unix:uid").equals(owner)) {
      return;
    }
    for (Path path : Durable.contentsFirst(folder)) {
      try {
        Files.setAttribute(path, "unix:gid", owner, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:uid", owner, LinkOption.NOFOLLOW_LINKS);
      } catch (NoSuchFileException _) {
        // Deleted meanwhile by a process of an earlier run that is just ending.
      }
    }
  }

  /** What speaks against this way; empty if it works. */
  private String tryOut(Task task) throws InterruptedException {
    String user = task.asRoot() ? "" : "test \"$(id -u)\" != 0 && ";
    String script = user + "test -x \"$0\" && test -w \"$1\" && exec \"$0\" --version";
    var command = new ArrayList<>(prefix);
    command.addAll(
        List.of("/bin/sh", "-c", script, task.program().toString(), task.folder().toString()));
    var builder =
        new ProcessBuilder(command).directory(task.folder().toFile()).redirectErrorStream(true);
    ServerProcess.cleanEnvironment(builder.environment());
    try {
      Process trial = ForkThread.start(builder);
      String output =
          new String(trial.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return trial.waitFor() == 0 ? "" : describe(output);
    } catch (IOException e) {
      return describe(String.valueOf(e.getMessage()));
    }
  }

  private String describe(String output) {
    String way = prefix.isEmpty() ? "directly" : "by " + String.join(" ", prefix);
    return way + ": " + (output.isEmpty() ? "no access to program or folder" : output);
  }

  private static String noWay(Task task, boolean root, List<String> complaints) {
    String why =
        root
            ? "%s can't be used by an ordinary user, and PostgreSQL refuses to run as root. Set"
                + " PIPEDECK_HOME to a folder like /var/lib/pipedeck that others may enter, or run"
                + " Pipedeck as an ordinary user."
            : "%s can't be used. Set PIPEDECK_HOME to a folder of your own, on a file system that"
                + " allows programs, or DATABASE_URL and REDIS_URL to servers of your own.";
    return why.formatted(task.folder()) + " Tried " + String.join("; ", complaints);
  }
}
