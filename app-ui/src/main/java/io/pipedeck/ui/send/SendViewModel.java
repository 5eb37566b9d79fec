package io.pipedeck.ui.send;

import io.pipedeck.api.RealmView;
import io.pipedeck.ui.connection.Connection;
import io.pipedeck.ui.task.Tasks;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/** The sheet that asks where the dropped files go. UI thread. */
public final class SendViewModel {
  /** As the backend limits it. */
  static final int LONGEST_REALM = 128;

  private final Connection connection;
  private final Tasks tasks;
  private final TransfersViewModel transfers;
  private final BooleanProperty open = new SimpleBooleanProperty();
  private final ReadOnlyBooleanWrapper gathering = new ReadOnlyBooleanWrapper();
  private final ObservableList<OutgoingFile> files = FXCollections.observableArrayList();
  private final ObservableList<LeftOut> leftOut = FXCollections.observableArrayList();
  private final ObservableList<String> realms = FXCollections.observableArrayList();
  private final ObjectProperty<TargetQueue> queue = new SimpleObjectProperty<>(TargetQueue.AUTO);
  private final StringProperty realm = new SimpleStringProperty("");
  private int running;

  public SendViewModel(Connection connection, Tasks tasks, TransfersViewModel transfers) {
    this.connection = connection;
    this.tasks = tasks;
    this.transfers = transfers;
  }

  /** Takes in dropped or chosen files and folders and opens the sheet with them. */
  public void add(List<Path> dropped) {
    if (dropped.isEmpty()) {
      return;
    }
    if (!open.get()) {
      files.clear();
      leftOut.clear();
      open.set(true);
      readRealms();
    }
    running++;
    gathering.set(true);
    tasks
        .run(() -> FileGatherer.gather(dropped))
        .onSuccess(
            found -> {
              gathered();
              take(found);
            })
        .onFailure(_ -> gathered());
  }

  /** Takes a file off the list. */
  public void remove(OutgoingFile file) {
    files.remove(file);
  }

  /** Sends the files and closes the sheet; nothing while it can't. */
  public void send() {
    if (whyNot() != WhyNot.NOTHING) {
      return;
    }
    String name = realm.get().strip();
    transfers.add(List.copyOf(files), queue.get(), name.isEmpty() ? null : name);
    close();
  }

  /** Closes the sheet; nothing is sent. Queue and realm are kept for the next time. */
  public void close() {
    open.set(false);
  }

  /** What stands against sending now. */
  public enum WhyNot {
    NOTHING,
    GATHERING,
    NO_FILES,
    REALM_TOO_LONG
  }

  /** What stands against sending now. Being offline does not: transfers wait for the connection. */
  public WhyNot whyNot() {
    if (gathering.get()) {
      return WhyNot.GATHERING;
    }
    if (files.isEmpty()) {
      return WhyNot.NO_FILES;
    }
    return realm.get().strip().length() > LONGEST_REALM ? WhyNot.REALM_TOO_LONG : WhyNot.NOTHING;
  }

  /** How much there is to send. */
  public long totalBytes() {
    return files.stream().mapToLong(OutgoingFile::sizeBytes).sum();
  }

  public BooleanProperty openProperty() {
    return open;
  }

  /** Whether folders are still being walked. */
  public ReadOnlyBooleanProperty gatheringProperty() {
    return gathering.getReadOnlyProperty();
  }

  public ObservableList<OutgoingFile> files() {
    return files;
  }

  public ObservableList<LeftOut> leftOut() {
    return leftOut;
  }

  /** Realms that are known, to complete what is typed; another one is fine. */
  public ObservableList<String> realms() {
    return realms;
  }

  public ObjectProperty<TargetQueue> queueProperty() {
    return queue;
  }

  /** The realm as typed; blank for none. */
  public StringProperty realmProperty() {
    return realm;
  }

  private void gathered() {
    running--;
    gathering.set(running > 0);
  }

  private void take(FileGatherer.Gathered found) {
    var known = files.stream().map(OutgoingFile::path).collect(java.util.stream.Collectors.toSet());
    files.addAll(found.files().stream().filter(file -> !known.contains(file.path())).toList());
    leftOut.addAll(found.leftOut());
  }

  private void readRealms() {
    tasks
        .run(() -> connection.client().realms())
        .onSuccess(
            answer ->
                realms.setAll(
                    answer.stream().map(RealmView::realm).filter(SendViewModel::named).toList()));
  }

  private static boolean named(@Nullable String realm) {
    return Objects.nonNull(realm);
  }
}
