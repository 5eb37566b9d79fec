package io.pipedeck.ui.control;

import io.pipedeck.api.Problem;
import io.pipedeck.ui.task.Tasks;
import io.pipedeck.ui.text.JobWords;
import java.time.Duration;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/** The notices that are up, newest last. */
public final class NoticesViewModel implements Notices {
  private static final Duration SHOWN = Duration.ofSeconds(8);

  private final Tasks tasks;
  private final JobWords words;
  private final ObservableList<Notice> notices = FXCollections.observableArrayList();
  private long last;

  public NoticesViewModel(Tasks tasks, JobWords words) {
    this.tasks = tasks;
    this.words = words;
  }

  @Override
  public void done(String text) {
    addPassing(text, null);
  }

  @Override
  public void done(String text, Runnable undo) {
    addPassing(text, undo);
  }

  @Override
  public void failed(String text, Problem problem) {
    notices.add(
        new Notice(
            ++last, Notice.Kind.FAILED, text, words.problem(problem), technical(problem), null));
  }

  /** Takes a notice down. */
  public void dismiss(Notice notice) {
    notices.remove(notice);
  }

  /** Takes back the latest action that can be, as its notice offers; nothing if there is none. */
  public void undoLast() {
    for (Notice notice : notices.reversed()) {
      Runnable undo = notice.undo();
      if (undo != null) {
        dismiss(notice);
        undo.run();
        return;
      }
    }
  }

  /** What is up; changes as notices come and go. */
  public ObservableList<Notice> notices() {
    return notices;
  }

  /** Code, request id and the server's own words, for whoever looks into it. */
  static String technical(Problem problem) {
    var text = new StringBuilder(problem.code());
    if (problem.requestId() != null) {
      text.append(" · ").append(problem.requestId());
    }
    return text.append('\n').append(problem.detail()).toString();
  }

  private void addPassing(String text, @Nullable Runnable undo) {
    var notice = new Notice(++last, Notice.Kind.DONE, text, null, null, undo);
    notices.add(notice);
    tasks.after(SHOWN, () -> dismiss(notice));
  }
}
