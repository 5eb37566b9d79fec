package io.pipedeck.ui.jobs;

import io.pipedeck.api.Counts;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.QueueView;
import io.pipedeck.api.RealmView;
import io.pipedeck.ui.connection.Connection;
import io.pipedeck.ui.task.Tasks;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/** How many jobs there are of what; read at most once a second. UI thread. */
public final class JobCountsModel {
  private static final Duration AT_MOST_EVERY = Duration.ofSeconds(1);

  private final Connection connection;
  private final Tasks tasks;
  private final ReadOnlyObjectWrapper<@Nullable Counts> all = new ReadOnlyObjectWrapper<>();
  private final ObservableList<String> queues = FXCollections.observableArrayList();
  private final ObservableList<String> realms = FXCollections.observableArrayList();
  private List<QueueView> queueCounts = List.of();
  private List<RealmView> realmCounts = List.of();
  private boolean resting;
  private boolean again;

  JobCountsModel(Connection connection, Tasks tasks) {
    this.connection = connection;
    this.tasks = tasks;
  }

  /** Counts over all jobs; null before the first answer. */
  public ReadOnlyObjectProperty<@Nullable Counts> allProperty() {
    return all.getReadOnlyProperty();
  }

  /** Names of the queues there are. */
  public ObservableList<String> queues() {
    return queues;
  }

  /** Names of the realms that have jobs. */
  public ObservableList<String> realms() {
    return realms;
  }

  /** How many jobs the filter admits, where the counts can tell. */
  OptionalLong total(JobFilter filter) {
    Counts counts;
    if (filter.queue() != null && filter.realm() != null) {
      return OptionalLong.empty();
    } else if (filter.queue() != null) {
      counts =
          queueCounts.stream()
              .filter(queue -> queue.name().equals(filter.queue()))
              .findFirst()
              .map(QueueView::counts)
              .orElse(null);
    } else if (filter.realm() != null) {
      counts =
          realmCounts.stream()
              .filter(realm -> filter.realm().equals(realm.realm()))
              .findFirst()
              .map(RealmView::counts)
              .orElse(null);
    } else {
      counts = all.get();
    }
    return counts == null ? OptionalLong.empty() : OptionalLong.of(of(counts, filter.status()));
  }

  /** The count of one status, or of all. */
  public static long of(Counts counts, @Nullable JobStatus status) {
    return switch (status) {
      case null ->
          counts.queued()
              + counts.scheduled()
              + counts.running()
              + counts.finished()
              + counts.failed()
              + counts.canceled();
      case QUEUED -> counts.queued();
      case SCHEDULED -> counts.scheduled();
      case RUNNING -> counts.running();
      case FINISHED -> counts.finished();
      case FAILED -> counts.failed();
      case CANCELED -> counts.canceled();
    };
  }

  void heard(Counts counts) {
    all.set(counts);
  }

  void refresh() {
    if (resting) {
      again = true;
      return;
    }
    resting = true;
    tasks.after(AT_MOST_EVERY, this::rested);
    tasks.run(() -> connection.client().queues()).onSuccess(this::takeQueues);
    tasks.run(() -> connection.client().realms()).onSuccess(this::takeRealms);
  }

  private void rested() {
    resting = false;
    if (again) {
      again = false;
      refresh();
    }
  }

  private void takeQueues(List<QueueView> answer) {
    queueCounts = answer;
    all.set(answer.stream().map(QueueView::counts).reduce(Counts.NONE, Counts::plus));
    replace(queues, answer.stream().map(QueueView::name).toList());
  }

  private void takeRealms(List<RealmView> answer) {
    realmCounts = answer;
    replace(
        realms, answer.stream().map(RealmView::realm).filter(Objects::nonNull).sorted().toList());
  }

  /** Only on a difference: an open list of choices would lose its place. */
  private static void replace(ObservableList<String> shown, List<String> names) {
    if (!shown.equals(names)) {
      shown.setAll(names);
    }
  }
}
