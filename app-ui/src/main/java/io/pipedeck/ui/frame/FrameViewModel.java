package io.pipedeck.ui.frame;

import io.pipedeck.ui.connection.Connection;
import io.pipedeck.ui.connection.ConnectionState;
import io.pipedeck.ui.task.Tasks;
import io.pipedeck.ui.text.JobWords;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleObjectProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/** The window's frame: which screen, what the banner says, how the start goes. UI thread. */
public final class FrameViewModel {
  private static final Duration BACK_SHOWN = Duration.ofSeconds(5);

  private final Tasks tasks;
  private final JobWords words;
  private final ObjectProperty<Screen> screen = new SimpleObjectProperty<>(Screen.JOBS);
  private final ReadOnlyObjectWrapper<Banner> banner =
      new ReadOnlyObjectWrapper<>(new Banner.None());
  private final ReadOnlyObjectWrapper<StartState> start =
      new ReadOnlyObjectWrapper<>(StartState.RUNNING);
  private final ObservableList<String> startLines = FXCollections.observableArrayList();
  private final ReadOnlyObjectWrapper<@Nullable String> startProblem =
      new ReadOnlyObjectWrapper<>();
  private Runnable tryAgain;
  private boolean reachedOnce;

  /** How the start goes. */
  public enum StartState {
    /** The backend is being started or looked for. */
    RUNNING,
    /** It could not be started. */
    FAILED,
    /** The console has a backend to work with. */
    DONE
  }

  public FrameViewModel(Connection connection, Tasks tasks, JobWords words) {
    this.tasks = tasks;
    this.words = words;
    this.tryAgain = connection::tryNow;
    connection.stateProperty().subscribe(this::follow);
  }

  /** The backend told how far its start is. */
  public void startLine(String line) {
    if (start.get() != StartState.DONE && !line.isBlank()) {
      startLines.add(line.strip());
    }
  }

  /** The backend is being started. */
  public void starting() {
    if (start.get() != StartState.DONE) {
      startLines.clear();
      startProblem.set(null);
      start.set(StartState.RUNNING);
    }
  }

  /** What another try to start means; set by whoever starts the backend. */
  public void onTryAgain(Runnable action) {
    tryAgain = action;
  }

  /** Tries again to start, after it failed. */
  public void tryAgain() {
    startProblem.set(null);
    start.set(StartState.RUNNING);
    tryAgain.run();
  }

  /** The backend could not be started. */
  public void startFailed(String why) {
    startProblem.set(why);
    start.set(StartState.FAILED);
  }

  public ObjectProperty<Screen> screenProperty() {
    return screen;
  }

  public ReadOnlyObjectProperty<Banner> bannerProperty() {
    return banner.getReadOnlyProperty();
  }

  public ReadOnlyObjectProperty<StartState> startProperty() {
    return start.getReadOnlyProperty();
  }

  /** What the starting backend said so far. */
  public ObservableList<String> startLines() {
    return startLines;
  }

  /** What the backend said last, with {@link StartState#FAILED}. */
  public ReadOnlyObjectProperty<@Nullable String> startProblemProperty() {
    return startProblem.getReadOnlyProperty();
  }

  /** Everything the backend said at its start, for the clipboard. */
  public String startOutput() {
    List<String> lines = new ArrayList<>(startLines);
    String problem = startProblem.get();
    return lines.isEmpty() && problem != null ? problem : String.join("\n", lines);
  }

  private void follow(ConnectionState state) {
    Banner before = banner.get();
    boolean interrupted = before instanceof Banner.Lost || before instanceof Banner.Polling;
    switch (state) {
      case ConnectionState.Connecting() -> {
        // The start screen tells about it.
      }
      case ConnectionState.Live() -> reached(interrupted ? new Banner.Back() : new Banner.None());
      case ConnectionState.Polling(_) -> reached(new Banner.Polling());
      case ConnectionState.Lost(var cause, var since, var nextTry) -> {
        if (reachedOnce) {
          banner.set(new Banner.Lost(words.problem(cause), since, nextTry));
        } else {
          startProblem.set(words.problem(cause) + "\n" + cause.detail());
          start.set(StartState.FAILED);
        }
      }
    }
  }

  private void reached(Banner now) {
    reachedOnce = true;
    start.set(StartState.DONE);
    if (banner.get() instanceof Banner.Back && now instanceof Banner.None) {
      return;
    }
    banner.set(now);
    if (now instanceof Banner.Back) {
      tasks.after(
          BACK_SHOWN,
          () -> {
            if (banner.get() instanceof Banner.Back) {
              banner.set(new Banner.None());
            }
          });
    }
  }
}
