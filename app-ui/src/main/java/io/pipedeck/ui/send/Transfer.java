package io.pipedeck.ui.send;

import io.pipedeck.api.EnqueueAnswer;
import io.pipedeck.api.Problem;
import io.pipedeck.api.Upload;
import io.pipedeck.ui.task.TaskRun;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javafx.beans.property.ReadOnlyDoubleProperty;
import javafx.beans.property.ReadOnlyDoubleWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.jspecify.annotations.Nullable;

/**
 * One file on its way. Keeps its idempotency key over retries, so that a document whose answer got
 * lost becomes no second job. UI thread, but for {@link #sent}.
 */
public final class Transfer {
  private final OutgoingFile file;
  private final Upload upload;
  private final ReadOnlyObjectWrapper<State> state = new ReadOnlyObjectWrapper<>(State.WAITING);
  private final ReadOnlyDoubleWrapper progress = new ReadOnlyDoubleWrapper();
  private final ReadOnlyObjectWrapper<@Nullable Problem> problem = new ReadOnlyObjectWrapper<>();
  private final ReadOnlyObjectWrapper<@Nullable EnqueueAnswer> answer =
      new ReadOnlyObjectWrapper<>();
  private final AtomicLong sentBytes = new AtomicLong();
  private final AtomicBoolean telling = new AtomicBoolean();
  private @Nullable TaskRun<EnqueueAnswer> run;
  private int brokenOff;
  private boolean resting;

  /** How a transfer stands. */
  public enum State {
    /** Its turn has not come, or the connection is gone. */
    WAITING,
    SENDING,
    /** The backend answered that document and job are durable. */
    ACCEPTED,
    FAILED
  }

  Transfer(OutgoingFile file, Upload upload) {
    this.file = file;
    this.upload = upload;
  }

  public OutgoingFile file() {
    return file;
  }

  /** Where it goes, and under which key. */
  public Upload upload() {
    return upload;
  }

  public State state() {
    return state.get();
  }

  public ReadOnlyObjectProperty<State> stateProperty() {
    return state.getReadOnlyProperty();
  }

  /** The part that has gone out, 0 to 1. */
  public ReadOnlyDoubleProperty progressProperty() {
    return progress.getReadOnlyProperty();
  }

  /** Why it failed, with {@link State#FAILED}. */
  public ReadOnlyObjectProperty<@Nullable Problem> problemProperty() {
    return problem.getReadOnlyProperty();
  }

  /** The job it became, with {@link State#ACCEPTED}. */
  public ReadOnlyObjectProperty<@Nullable EnqueueAnswer> answerProperty() {
    return answer.getReadOnlyProperty();
  }

  /** Notes progress, from the sending thread; returns whether the UI thread has to be told. */
  boolean sent(long bytes) {
    sentBytes.set(bytes);
    return telling.compareAndSet(false, true);
  }

  void showProgress() {
    telling.set(false);
    if (state.get() == State.SENDING) {
      progress.set(file.sizeBytes() == 0 ? 1 : (double) sentBytes.get() / file.sizeBytes());
    }
  }

  void sending(TaskRun<EnqueueAnswer> started) {
    run = started;
  }

  void starts() {
    sentBytes.set(0);
    progress.set(0);
    problem.set(null);
    state.set(State.SENDING);
  }

  void accepted(EnqueueAnswer told) {
    answer.set(told);
    progress.set(1);
    state.set(State.ACCEPTED);
  }

  void failed(Problem why) {
    problem.set(why);
    progress.set(0);
    state.set(State.FAILED);
  }

  /** Back to the queue; returns how often the line broke while it was sent. */
  int brokeOff() {
    progress.set(0);
    resting = true;
    state.set(State.WAITING);
    return ++brokenOff;
  }

  /** Whether it can be sent now: it waits, and not for the pause after a break. */
  boolean isDue() {
    return state.get() == State.WAITING && !resting;
  }

  void rested() {
    resting = false;
  }

  void again() {
    brokenOff = 0;
    resting = false;
    problem.set(null);
    state.set(State.WAITING);
  }

  void stop() {
    TaskRun<EnqueueAnswer> current = run;
    if (current != null) {
      current.cancel();
    }
  }
}
