package io.pipedeck.ui.jobs;

import io.pipedeck.api.Counts;
import io.pipedeck.api.JobEvent;
import io.pipedeck.api.JobPage;
import io.pipedeck.api.Problem;
import io.pipedeck.ui.connection.Connection;
import io.pipedeck.ui.connection.LiveListener;
import io.pipedeck.ui.task.Tasks;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/** The live list: which jobs, in which filter, and what is selected. UI thread. */
public final class JobsViewModel implements LiveListener {
  static final int PAGE = 100;
  private static final int LONGEST_PAGE = 500;

  /** The list is read again at most about three times a second, however fast events come. */
  private static final Duration SETTLE = Duration.ofMillis(300);

  private final Connection connection;
  private final Tasks tasks;
  private final InstantSource clock;
  private final JobRows rows = new JobRows();
  private final ObservableList<JobRow> visible =
      FXCollections.unmodifiableObservableList(rows.list());
  private final JobCountsModel counts;
  private final ObjectProperty<JobFilter> filter = new SimpleObjectProperty<>(JobFilter.ALL);
  private final ObjectProperty<@Nullable UUID> selected = new SimpleObjectProperty<>();
  private final BooleanProperty atTop = new SimpleBooleanProperty(true);
  private final ReadOnlyObjectWrapper<ListState> state =
      new ReadOnlyObjectWrapper<>(ListState.LOADING);
  private final ReadOnlyObjectWrapper<@Nullable Problem> problem = new ReadOnlyObjectWrapper<>();
  private final ReadOnlyIntegerWrapper heldNew = new ReadOnlyIntegerWrapper();
  private final ReadOnlyBooleanWrapper more = new ReadOnlyBooleanWrapper();
  private @Nullable String tail;
  private Tasks.@Nullable Delayed soon;
  private int latest;
  private boolean asking;
  private boolean askAgain;
  private boolean loadingMore;

  public JobsViewModel(Connection connection, Tasks tasks, InstantSource clock) {
    this.connection = connection;
    this.tasks = tasks;
    this.clock = clock;
    this.counts = new JobCountsModel(connection, tasks);
    connection.listen(this);
    filter.subscribe((_, _) -> newList());
    selected.subscribe((before, _) -> deselected(before));
    atTop.subscribe(top -> showNewIf(top));
  }

  /** Reads the newest jobs again; the rows on the screen stay until the answer is there. */
  public void refresh() {
    if (asking) {
      askAgain = true;
      return;
    }
    asking = true;
    askAgain = false;
    rows.asked();
    int request = ++latest;
    var wanted = filter.get().wire();
    int limit = Math.clamp(rows.list().size(), PAGE, LONGEST_PAGE);
    tasks
        .run(() -> connection.client().recent(wanted, limit, null))
        .onSuccess(page -> ifLatest(request, () -> merge(page, limit)))
        .onFailure(why -> ifLatest(request, () -> failed(why)));
    counts.refresh();
  }

  /** Adds the next older page below the loaded rows; nothing if there is none. */
  public void loadMore() {
    String before = tail;
    if (before == null || loadingMore) {
      return;
    }
    loadingMore = true;
    var wanted = filter.get();
    tasks
        .run(() -> connection.client().recent(wanted.wire(), PAGE, before))
        .onSuccess(page -> older(page, wanted))
        .onFailure(_ -> loadingMore = false);
  }

  /** Brings in the new jobs that wait above the view. */
  public void showNew() {
    rows.showHeld();
    heldNew.set(0);
  }

  /** Shows all jobs. */
  public void clearFilters() {
    filter.set(JobFilter.ALL);
  }

  @Override
  public void jobsChanged(List<JobEvent> events) {
    boolean readAgain = false;
    for (JobEvent event : events) {
      readAgain |= rows.apply(event, filter.get(), clock.instant());
    }
    if (readAgain) {
      refreshSoon();
    }
  }

  @Override
  public void countsChanged(Counts all) {
    counts.heard(all);
  }

  @Override
  public void readAgain() {
    refresh();
  }

  public ObservableList<JobRow> rows() {
    return visible;
  }

  /** Counts, queues and realms, for navigation and filters. */
  public JobCountsModel counts() {
    return counts;
  }

  public ObjectProperty<JobFilter> filterProperty() {
    return filter;
  }

  /** The selected job; survives every refresh. */
  public ObjectProperty<@Nullable UUID> selectedProperty() {
    return selected;
  }

  /** Set by the view: whether the first row is in sight, so that new ones may come in above. */
  public BooleanProperty atTopProperty() {
    return atTop;
  }

  public ReadOnlyObjectProperty<ListState> stateProperty() {
    return state.getReadOnlyProperty();
  }

  /** Why the list is not there; with {@link ListState#FAILED}. */
  public ReadOnlyObjectProperty<@Nullable Problem> problemProperty() {
    return problem.getReadOnlyProperty();
  }

  /** How many new jobs wait above the view. */
  public ReadOnlyIntegerProperty heldNewProperty() {
    return heldNew.getReadOnlyProperty();
  }

  /** Whether there are older jobs to load. */
  public ReadOnlyBooleanProperty moreProperty() {
    return more.getReadOnlyProperty();
  }

  private void newList() {
    latest++;
    asking = false;
    loadingMore = false;
    setTail(null);
    rows.clear();
    heldNew.set(0);
    state.set(ListState.LOADING);
    refresh();
  }

  private void ifLatest(int request, Runnable action) {
    if (request != latest) {
      return;
    }
    asking = false;
    action.run();
    if (askAgain) {
      refreshSoon();
    }
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

  private void merge(JobPage page, int limit) {
    connection.touched();
    boolean all = rows.list().size() <= limit;
    rows.mergeFirst(page, selected.get(), !atTop.get());
    heldNew.set(rows.held());
    if (all) {
      setTail(page.next());
    }
    problem.set(null);
    boolean none = rows.list().isEmpty();
    ListState emptiness = filter.get().equals(JobFilter.ALL) ? ListState.EMPTY : ListState.NO_MATCH;
    state.set(none ? emptiness : ListState.READY);
  }

  private void failed(Problem why) {
    problem.set(why);
    if (rows.list().isEmpty()) {
      state.set(ListState.FAILED);
    }
  }

  private void older(JobPage page, JobFilter wanted) {
    loadingMore = false;
    if (wanted.equals(filter.get())) {
      rows.append(page);
      setTail(page.next());
    }
  }

  private void setTail(@Nullable String cursor) {
    tail = cursor;
    more.set(cursor != null);
  }

  private void deselected(@Nullable UUID before) {
    if (before != null) {
      rows.release(before);
    }
  }

  private void showNewIf(boolean top) {
    if (top && heldNew.get() > 0) {
      showNew();
    }
  }
}
