package io.pipedeck.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
   * Finds out by trying. For root: as the user that the folder belongs to, else as nobody, else in
   * a user namespace. On return the folder belongs to the user that will run.
   *
   * @param program the program that will be started so
   * @param folder what it must be able to write
   * @param signal what it gets when we die, such as {@code INT}
   * @throws BundledServerException if no way works, with the reason and what to do
   */
  static Launch find(Platform platform, Path program, Path folder, String signal)
      throws IOException, InterruptedException {
    if (platform.isWindows()) {
      return new Launch(List.of(), -1, false);
    }
    int owner = (Integer) Files.getAttribute(folder, "unix:uid");
    int self = effectiveUser();
    List<Launch> ways = self == ROOT ? waysOfRoot(owner, signal) : waysOfOthers(signal);
    var complaints = new ArrayList<String>();
    for (Launch way : ways) {
      way.own(folder);
      String complaint = way.tryOut(program, folder);
      if (complaint.isEmpty()) {
        return way;
      }
      complaints.add(complaint);
    }
    throw new BundledServerException(noWay(program, folder, self, complaints));
  }

  private static int effectiveUser() throws IOException {
    Path probe = Files.createTempFile("pipedeck", null);
    try {
      return (Integer) Files.getAttribute(probe, "unix:uid");
    } finally {
      Files.delete(probe);
    }
  }

  private static List<Launch> waysOfRoot(int owner, String signal) {
    String death = "--pdeathsig=" + signal;
    if (owner != ROOT && owner != NOBODY) {
      return List.of(as(owner, death)); // an ordinary user's data stays his
    }
    return List.of(
        as(NOBODY, death),
        new Launch(List.of("setsid", "unshare", "--user", "setpriv", death), ROOT, true),
        new Launch(List.of("setsid", "unshare", "--user"), ROOT, false));
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
    List<Path> all;
    try (var walk = Files.walk(folder)) {
      all = walk.toList().reversed();
    }
    for (Path path : all) {
      Files.setAttribute(path, "unix:gid", owner, java.nio.file.LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(path, "unix:uid", owner, java.nio.file.LinkOption.NOFOLLOW_LINKS);
    }
  }

  /** What speaks against this way; empty if it works. */
  private String tryOut(Path program, Path folder) throws InterruptedException {
    String script =
        "test \"$(id -u)\" != 0 && test -x \"$0\" && test -w \"$1\" && exec \"$0\" --version";
    var command = new ArrayList<>(prefix);
    command.addAll(List.of("/bin/sh", "-c", script, program.toString(), folder.toString()));
    try {
      var builder =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
      ServerProcess.cleanEnvironment(builder.environment());
      Process trial = ForkThread.start(builder);
      String output =
          new String(trial.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      trial.waitFor(30, TimeUnit.SECONDS);
      return trial.exitValue() == 0 ? "" : describe(output);
    } catch (IOException e) {
      return describe(String.valueOf(e.getMessage()));
    }
  }

  private String describe(String output) {
    String way = prefix.isEmpty() ? "directly" : "by " + String.join(" ", prefix);
    return way + ": " + (output.isEmpty() ? "no access to program or folder" : output);
  }

  private static String noWay(Path program, Path folder, int self, List<String> complaints) {
    String why =
        self == ROOT
            ? "PostgreSQL refuses to run as root, and "
                + folder
                + " can't be used by the user nobody, nor is a user namespace allowed here. Set"
                + " PIPEDECK_HOME to a folder like /var/lib/pipedeck that others may enter, or run"
                + " Pipedeck as an ordinary user."
            : program
                + " can't be run. Set PIPEDECK_HOME to a folder whose file system allows programs,"
                + " or DATABASE_URL and REDIS_URL to servers of your own.";
    return why + " Tried " + String.join("; ", complaints);
  }
}
