package io.pipedeck.ui;

import io.pipedeck.api.BackendFile;
import io.pipedeck.ui.backend.BackendCommand;
import io.pipedeck.ui.backend.BackendListener;
import io.pipedeck.ui.backend.BackendSupervisor;
import io.pipedeck.ui.task.FxTasks;
import io.pipedeck.ui.task.Problems;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Locale;
import javafx.application.Application;
import javafx.stage.Stage;
import org.jspecify.annotations.Nullable;

/** The program behind the window: what it talks to, and how it ends. */
public final class Console extends Application {
  /** How the backend ends a line that names a step of its start. */
  private static final String STEP = "…";

  private static @Nullable Options options;
  private static @Nullable Path dataFolder;

  private final FxTasks tasks = new FxTasks();
  private @Nullable ConsoleWindow window;
  private @Nullable BackendSupervisor supervisor;

  /** What the program was started with; JavaFX makes the instance itself. */
  static void prepare(Options given, Path home) {
    options = given;
    dataFolder = home;
  }

  @Override
  public void start(Stage stage) throws IOException {
    QuietPulse.install();
    Options given = options == null ? new Options(null, null) : options;
    Path home = java.util.Objects.requireNonNull(dataFolder);
    var setup =
        new ConsoleWindow.Setup(
            tasks,
            InstantSource.system(),
            ZoneId.systemDefault(),
            Locale.getDefault(),
            home,
            given.server() == null);
    window = new ConsoleWindow(stage, setup);
    window.show();
    if (given.server() == null) {
      superviseBackend(home, window);
    } else {
      window.connection().connect(given.server(), token(given));
    }
  }

  @Override
  public void stop() {
    if (window != null) {
      window.close();
    }
    if (supervisor != null) {
      supervisor.close();
    }
    tasks.close();
  }

  private static @Nullable String token(Options given) throws IOException {
    Path file = given.tokenFile();
    return file == null ? null : Files.readString(file).strip();
  }

  private void superviseBackend(Path home, ConsoleWindow shown) {
    var started =
        new BackendSupervisor(home, BackendCommand.serveBundled(), new OnScreen(tasks, shown));
    supervisor = started;
    shown.connection().onTryNow(started::tryNow);
    shown.frame().onTryAgain(started::tryNow);
    started.start();
  }

  /** Shows on the window and the terminal what the supervisor tells. */
  private record OnScreen(FxTasks tasks, ConsoleWindow window) implements BackendListener {
    @Override
    public void starting() {
      tasks.onUi(window.frame()::starting);
    }

    @Override
    public void printed(String line) {
      System.out.println(line);
      if (line.endsWith(STEP)) { // The rest is for who reads the terminal.
        String step = line.substring(0, line.length() - STEP.length()).strip();
        tasks.onUi(() -> window.frame().startLine(step));
      }
    }

    @Override
    public void ready(BackendFile backend) {
      URI url = backend.url();
      tasks.onUi(() -> window.connection().connect(url, backend.token()));
    }

    @Override
    public void ended(String why, Duration restartIn) {
      var problem = Problems.local("backend_ended", why);
      tasks.onUi(() -> window.connection().lost(problem, restartIn));
    }

    @Override
    public void failed(String why) {
      System.err.println("The backend did not start: " + why);
      tasks.onUi(() -> window.frame().startFailed(why));
    }
  }
}
