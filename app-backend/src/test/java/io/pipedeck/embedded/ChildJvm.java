package io.pipedeck.embedded;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Another JVM with a main class of the tests, and the line that it printed when it was ready. */
record ChildJvm(Process process, String line) implements AutoCloseable {
  static final Duration SOON = Duration.ofSeconds(20);

  static ChildJvm start(Class<?> main, Object... arguments) throws IOException {
    return start(List.of(), System.getProperty("java.class.path"), main, arguments);
  }

  /**
   * @param prefix a command that starts the command, such as {@code setsid}
   */
  static ChildJvm start(List<String> prefix, String classPath, Class<?> main, Object... arguments)
      throws IOException {
    var builder =
        new ProcessBuilder(command(prefix, classPath, main, arguments))
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().put("PIPEDECK_TEST_KEY", "not-for-children");
    Process process = builder.directory(new File("/")).start();
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    String line = lines.readLine();
    return new ChildJvm(process, line == null ? "" : line);
  }

  /** The command line of such a JVM. */
  static List<String> command(
      List<String> prefix, String classPath, Class<?> main, Object... arguments) {
    var command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-Xmx128m"));
    command.addAll(List.of("-cp", classPath, main.getName()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return command;
  }

  /** A number in its line; the first word has the number 0. */
  long number(int word) {
    String[] words = line.split(" ", -1);
    if (words.length <= word) {
      throw new AssertionError("The other JVM said: " + line);
    }
    return Long.parseLong(words[word]);
  }

  /** kill -9, and waits until it is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Whether a process is gone, or goes soon. */
  static boolean goesSoon(long pid) throws InterruptedException {
    var handle = ProcessHandle.of(pid);
    return handle.isEmpty() || Signals.awaitEnd(handle.get(), SOON);
  }

  /** Ends its input and waits. */
  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      if (!process.waitFor(SOON)) {
        throw new AssertionError("The other JVM did not end by itself");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted while the other JVM ended", e);
    } finally {
      process.destroyForcibly();
    }
  }
}
