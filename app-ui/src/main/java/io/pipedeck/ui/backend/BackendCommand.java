package io.pipedeck.ui.backend;

import java.nio.file.Path;
import java.util.List;

/** The command line of a bundled backend on this console's own Java and class path. */
public final class BackendCommand {
  private static final String MAIN = "io.pipedeck.cli.Main";

  private BackendCommand() {}

  /**
   * {@code java … Main serve --bundled --stop-with-stdin}, with modest memory: operators' machines
   * do other work too.
   */
  public static List<String> serveBundled() {
    boolean windows = System.getProperty("os.name").startsWith("Windows");
    Path java = Path.of(System.getProperty("java.home"), "bin", windows ? "java.exe" : "java");
    return List.of(
        java.toString(),
        "-Xmx512m",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        MAIN,
        "serve",
        "--bundled",
        "--stop-with-stdin");
  }
}
