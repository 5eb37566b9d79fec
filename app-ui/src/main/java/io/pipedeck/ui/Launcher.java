package io.pipedeck.ui;

import io.pipedeck.api.DataFolder;
import io.pipedeck.ui.backend.BackendCommand;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import javafx.application.Application;
import org.jspecify.annotations.Nullable;

/**
 * Starts the console; where no window can be shown, the headless backend in its place. Not an
 * {@code Application} itself: JavaFX then needs no module path.
 */
public final class Launcher {
  private static final int USAGE_ERROR = 2;

  /**
   * Kept, or its level would be forgotten. It warns of the class path, which is chosen on purpose.
   */
  private static final Logger JAVAFX_LOG = Logger.getLogger("javafx");

  private static final String END_WITH_PARENT = "pipedeck.end-with-parent";

  private Launcher() {}

  /** The program. */
  public static void main(String[] args) throws IOException, InterruptedException {
    localeProblem(System.getProperty("sun.jnu.encoding")).ifPresent(Launcher::refuse);
    endWithParent();
    Options options = options(args);
    Path home =
        DataFolder.locate(
            System.getenv(), System.getProperty("os.name"), System.getProperty("user.home"));
    Optional<String> noWindow = Display.missing(System.getenv(), System.getProperty("os.name"));
    if (noWindow.isPresent()) {
      System.exit(withoutWindow(noWindow.get(), options));
    }
    JAVAFX_LOG.setLevel(Level.SEVERE);
    Console.prepare(options, home);
    Application.launch(Console.class);
  }

  /** Maven sets this, because it leaves what it started behind when it is ended itself. */
  private static void endWithParent() {
    if (Boolean.getBoolean(END_WITH_PARENT)) {
      ProcessHandle.current()
          .parent()
          .ifPresent(
              parent ->
                  // A thread of its own: the exit blocks it while the shutdown hooks run.
                  Thread.ofPlatform()
                      .daemon()
                      .name("pipedeck-parent")
                      .start(
                          () -> {
                            parent.onExit().join();
                            System.exit(0);
                          }));
    }
  }

  /** Why file names would break under this encoding of the locale; empty if they don't. */
  static Optional<String> localeProblem(@Nullable String encoding) {
    boolean utf8 =
        encoding != null
            && Charset.isSupported(encoding)
            && Charset.forName(encoding).equals(StandardCharsets.UTF_8);
    return utf8
        ? Optional.empty()
        : Optional.of(
            "The locale's encoding is "
                + encoding
                + ", so files with letters beyond ASCII could not be opened. "
                + "Start again with a UTF-8 locale, for example: LC_ALL=C.UTF-8");
  }

  private static Options options(String[] args) {
    try {
      return Options.of(List.of(args));
    } catch (IllegalArgumentException e) {
      throw refuse(e.getMessage() + "\n" + Options.USAGE);
    }
  }

  private static int withoutWindow(String why, Options options)
      throws IOException, InterruptedException {
    System.out.println(why);
    if (options.server() != null) {
      System.err.println("Without a window there is nothing to show " + options.server() + " in.");
      return USAGE_ERROR;
    }
    System.out.println("Starting the headless backend instead; Ctrl+C stops it.");
    // Its standard input is a pipe of ours, not the terminal: it ends when this process does,
    // and runs on where standard input is closed from the start, as in a container.
    Process backend =
        new ProcessBuilder(BackendCommand.serveBundled())
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(backend), "pipedeck-stop-backend"));
    return backend.waitFor();
  }

  /**
   * Ctrl+C reaches the backend by itself, a kill of this process alone does not: passed on here.
   */
  private static void stop(Process backend) {
    backend.destroy();
    backend.onExit().join();
  }

  private static IllegalStateException refuse(String message) {
    System.err.println(message);
    System.exit(USAGE_ERROR);
    return new IllegalStateException(message);
  }
}
