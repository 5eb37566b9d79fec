package io.pipedeck.ui.backend;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a bundled backend on this console's own Java and class path. */
public final class BackendCommand {
  private static final String MAIN = "io.pipedeck.cli.Main";

  /**
   * Operators' machines do other work too: modest memory, a collector without threads that wake up
   * while there is nothing to collect, and a JVM whose two caretakers look for work every five
   * seconds, not four times and once a second.
   */
  private static final List<String> MODEST =
      List.of(
          "-Xms64m",
          "-Xmn32m",
          "-Xmx512m",
          "-XX:+UseSerialGC",
          "-XX:+UseCompactObjectHeaders",
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:AsyncDeflationInterval=5000",
          "-XX:ServiceThreadCleanupInterval=5000");

  private BackendCommand() {}

  /** {@code java … Main serve --bundled --stop-with-stdin}. */
  public static List<String> serveBundled() {
    boolean windows = System.getProperty("os.name").startsWith("Windows");
    Path java = Path.of(System.getProperty("java.home"), "bin", windows ? "java.exe" : "java");
    List<String> command = new ArrayList<>();
    command.add(java.toString());
    command.addAll(MODEST);
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
    command.addAll(List.of("serve", "--bundled", "--stop-with-stdin"));
    return command;
  }
}
