package io.pipedeck.ui.detail;

import io.pipedeck.api.Counts;
import io.pipedeck.api.JobEvent;
import io.pipedeck.api.JobView;
import io.pipedeck.api.Problem;
import io.pipedeck.ui.connection.Connection;
import io.pipedeck.ui.connection.LiveListener;
import io.pipedeck.ui.task.Tasks;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.jspecify.annotations.Nullable;

/** One job, whole, kept up to date while it is looked at. UI thread. */
public final class JobDetailViewModel implements LiveListener {
  /** However fast a job moves, it is read at most about three times a second. */
  private static final Duration SETTLE = Duration.ofMillis(300);

  private final Connection connection;
  private final Tasks tasks;
  private final ReadOnlyObjectWrapper<DetailState> state =
      new ReadOnlyObjectWrapper<>(DetailState.NOTHING);
  private final ReadOnlyObjectWrapper<@Nullable JobView> job = new ReadOnlyObjectWrapper<>();
  private final ReadOnlyObjectWrapper<@Nullable Problem> problem = new ReadOnlyObjectWrapper<>();
  private final ReadOnlyObjectWrapper<@Nullable UUID> shown = new ReadOnlyObjectWrapper<>();
  private Tasks.@Nullable Delayed soon;
  private int latest;

  public JobDetailViewModel(Connection connection, Tasks tasks) {
    this.connection = connection;
    this.tasks = tasks;
    connection.listen(this);
  }

  /** Shows this job, or nothing. */
  public void show(@Nullable UUID id) {
    if (java.util.Objects.equals(id, shown.get())) {
      return;
    }
    shown.set(id);
    latest++;
    job.set(null);
    problem.set(null);
    state.set(id == null ? DetailState.NOTHING : DetailState.LOADING);
    refresh();
  }

  /** Reads the job again. */
  public void refresh() {
    UUID id = shown.get();
    if (id == null) {
      return;
    }
    int request = ++latest;
    tasks
        .run(() -> connection.client().status(id))
        .onSuccess(answer -> ifLatest(request, () -> take(answer)))
        .onFailure(why -> ifLatest(request, () -> failed(why)));
  }

  /** Takes over what an action made of the shown job; another job is ignored. */
  public void changed(@Nullable JobView now) {
    if (now != null && now.id().equals(shown.get())) {
      refresh();
    }
  }

  @Override
  public void jobsChanged(List<JobEvent> events) {
    if (events.stream().anyMatch(event -> event.id().equals(shown.get()))) {
      refreshSoon();
    }
  }

  @Override
  public void countsChanged(Counts counts) {
    // Counts say nothing about a single job.
  }

  @Override
  public void readAgain() {
    refresh();
  }

  public ReadOnlyObjectProperty<DetailState> stateProperty() {
    return state.getReadOnlyProperty();
  }

  /** The job as last read, null unless {@link DetailState#READY}. */
  public ReadOnlyObjectProperty<@Nullable JobView> jobProperty() {
    return job.getReadOnlyProperty();
  }

  /** Why the job could not be read. */
  public ReadOnlyObjectProperty<@Nullable Problem> problemProperty() {
    return problem.getReadOnlyProperty();
  }

  /** The id that is shown, also while it is read or gone. */
  public ReadOnlyObjectProperty<@Nullable UUID> shownProperty() {
    return shown.getReadOnlyProperty();
  }

  private void refreshSoon() {
    if (soon == null) {
      soon =
          tasks.after(
              SETTLE,
              () -> {
                soon = null;
                refresh();
              });
    }
  }

  private void ifLatest(int request, Runnable action) {
    if (request == latest) {
      action.run();
    }
  }

  private void take(Optional<JobView> answer) {
    problem.set(null);
    job.set(answer.orElse(null));
    state.set(answer.isPresent() ? DetailState.READY : DetailState.GONE);
  }

  private void failed(Problem why) {
    problem.set(why);
    if (job.get() == null) {
      state.set(DetailState.FAILED);
    }
  }
}
