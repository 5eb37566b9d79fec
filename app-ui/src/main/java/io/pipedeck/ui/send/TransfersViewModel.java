package io.pipedeck.ui.send;

import io.pipedeck.api.EnqueueAnswer;
import io.pipedeck.api.Problem;
import io.pipedeck.api.Upload;
import io.pipedeck.ui.connection.Connection;
import io.pipedeck.ui.task.Problems;
import io.pipedeck.ui.task.Tasks;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/** The files that are being sent: a few at a time, in order, failed ones on top. UI thread. */
public final class TransfersViewModel {
  private static final int AT_ONCE = 3;
  private static final int BREAKS_ALLOWED = 3;
  private static final Duration AFTER_A_BREAK = Duration.ofSeconds(2);

  private final Connection connection;
  private final Tasks tasks;
  private final ObservableList<Transfer> transfers = FXCollections.observableArrayList();
  private final ReadOnlyIntegerWrapper unfinished = new ReadOnlyIntegerWrapper();
  private final ReadOnlyIntegerWrapper failed = new ReadOnlyIntegerWrapper();
  private final ReadOnlyIntegerWrapper accepted = new ReadOnlyIntegerWrapper();

  public TransfersViewModel(Connection connection, Tasks tasks) {
    this.connection = connection;
    this.tasks = tasks;
    connection.stateProperty().subscribe(_ -> pump());
  }

  /** Sends these files, after those that wait already. */
  public void add(List<OutgoingFile> files, TargetQueue queue, @Nullable String realm) {
    transfers.addAll(files.stream().map(file -> transfer(file, queue, realm)).toList());
    pump();
  }

  /** Sends a failed one again, under the same key. */
  public void retry(Transfer transfer) {
    if (transfer.state() == Transfer.State.FAILED) {
      transfers.remove(transfer);
      transfer.again();
      transfers.add(transfer);
      pump();
    }
  }

  /** Sends all failed ones again. */
  public void retryAll() {
    List.copyOf(transfers).forEach(this::retry);
  }

  /** Takes one off the list; stops it where it is being sent. */
  public void remove(Transfer transfer) {
    transfer.stop();
    transfers.remove(transfer);
    pump();
  }

  /** Takes the accepted ones off the list. */
  public void clearAccepted() {
    transfers.removeIf(transfer -> transfer.state() == Transfer.State.ACCEPTED);
    count();
  }

  public ObservableList<Transfer> transfers() {
    return transfers;
  }

  /** How many are not on the other side yet and not failed. */
  public ReadOnlyIntegerProperty unfinishedProperty() {
    return unfinished.getReadOnlyProperty();
  }

  public ReadOnlyIntegerProperty failedProperty() {
    return failed.getReadOnlyProperty();
  }

  public ReadOnlyIntegerProperty acceptedProperty() {
    return accepted.getReadOnlyProperty();
  }

  private static Transfer transfer(OutgoingFile file, TargetQueue queue, @Nullable String realm) {
    String key = UUID.randomUUID().toString();
    return new Transfer(file, new Upload(file.path(), file.name(), queue.wireName(), realm, key));
  }

  private void pump() {
    if (connection.stateProperty().get().usable()) {
      long busy = count(Transfer.State.SENDING);
      for (Transfer transfer : List.copyOf(transfers)) {
        if (busy >= AT_ONCE) {
          break;
        }
        if (transfer.isDue()) {
          start(transfer);
          busy++;
        }
      }
    }
    count();
  }

  private void start(Transfer transfer) {
    transfer.starts();
    var run = tasks.run(() -> send(transfer));
    transfer.sending(run);
    run.onSuccess(
            answer -> {
              transfer.accepted(answer);
              pump();
            })
        .onFailure(why -> ended(transfer, why));
  }

  private EnqueueAnswer send(Transfer transfer) throws Exception {
    Path file = transfer.file().path();
    if (!Files.isReadable(file)) {
      throw new NoSuchFileException(file.toString());
    }
    return connection
        .client()
        .enqueue(
            transfer.upload(),
            (bytes, _) -> {
              if (transfer.sent(bytes)) {
                tasks.onUi(transfer::showProgress);
              }
            });
  }

  private void ended(Transfer transfer, Problem why) {
    boolean broke = why.code().equals("unreachable");
    if (broke && transfer.brokeOff() <= BREAKS_ALLOWED) {
      tasks.after(
          AFTER_A_BREAK,
          () -> {
            transfer.rested();
            pump();
          });
    } else {
      transfer.failed(missing(transfer, why));
      transfers.remove(transfer);
      transfers.addFirst(transfer);
    }
    pump();
  }

  /** A file that went away since it was dropped is told as such. */
  private static Problem missing(Transfer transfer, Problem why) {
    boolean gone = why.code().equals(Problems.LOCAL);
    return gone ? Problems.local("file_gone", transfer.file().path().toString()) : why;
  }

  private void count() {
    failed.set(count(Transfer.State.FAILED));
    accepted.set(count(Transfer.State.ACCEPTED));
    unfinished.set(transfers.size() - failed.get() - accepted.get());
  }

  private int count(Transfer.State state) {
    return (int) transfers.stream().filter(each -> each.state() == state).count();
  }
}
