package io.pipedeck.ui.jobs;

import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView;
import io.pipedeck.api.PipedeckClient;
import io.pipedeck.api.Problem;
import io.pipedeck.ui.connection.Connection;
import io.pipedeck.ui.control.Dialogs;
import io.pipedeck.ui.control.Notices;
import io.pipedeck.ui.task.Tasks;
import io.pipedeck.ui.text.JobWords;
import io.pipedeck.ui.text.Texts;
import java.util.UUID;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.value.ObservableValue;
import org.jspecify.annotations.Nullable;

/**
 * Retry and cancel. Both say which status the operator saw: when the job has moved on meanwhile the
 * backend refuses, and what is shown is read again. UI thread.
 */
public final class JobCommands {
  private final Connection connection;
  private final Tasks tasks;
  private final Notices notices;
  private final Dialogs dialogs;
  private final Texts texts;
  private final JobWords words;
  private final SimpleObjectProperty<@Nullable JobView> changed = new SimpleObjectProperty<>();

  /** Commands that talk through these. */
  public JobCommands(Connection connection, Tasks tasks, Talk talk) {
    this.connection = connection;
    this.tasks = tasks;
    this.notices = talk.notices();
    this.dialogs = talk.dialogs();
    this.texts = talk.texts();
    this.words = talk.words();
  }

  /** How the commands speak to the operator. */
  public record Talk(Notices notices, Dialogs dialogs, Texts texts, JobWords words) {}

  /** Why the job can't be retried now; empty when it can. */
  public String whyNotRetry(@Nullable JobView job) {
    if (job == null) {
      return texts.get("unavailable.noJob");
    }
    return job.status().canBecome(JobStatus.QUEUED) && job.status().isFinal()
        ? offline()
        : texts.format("unavailable.retry", words.status(job.status()));
  }

  /** Why the job can't be cancelled now; empty when it can. */
  public String whyNotCancel(@Nullable JobView job) {
    if (job == null) {
      return texts.get("unavailable.noJob");
    }
    return job.status().canBecome(JobStatus.CANCELED)
        ? offline()
        : texts.format("unavailable.cancel", words.status(job.status()));
  }

  /**
   * Puts a failed or canceled job back on its queue; can be undone while it waits there. Asks for
   * the document's password where that is what failed it.
   */
  public void retry(JobView job) {
    if (job.status() != JobStatus.FAILED) {
      retry(job, client -> client.retry(job.id(), job.status()));
      return;
    }
    switch (job.errorCode()) {
      case ENCRYPTED_DOCUMENT -> retryWithPassword(job, "password.needed");
      case WRONG_PASSWORD -> retryWithPassword(job, "password.wrong");
      case null, default -> retry(job, client -> client.retry(job.id(), job.status()));
    }
  }

  private void retryWithPassword(JobView job, String why) {
    dialogs.askPassword(
        new Dialogs.Question(
            texts.format("password.question", name(job)),
            texts.get(why),
            texts.get("password.verb"),
            texts.get("password.stay")),
        password -> retry(job, client -> client.retry(job.id(), job.status(), password)));
  }

  private interface Call {
    JobView on(PipedeckClient client) throws InterruptedException;
  }

  private void retry(JobView job, Call call) {
    tasks
        .run(() -> call.on(connection.client()))
        .onSuccess(
            now -> {
              changed.set(now);
              notices.done(
                  texts.format("notice.retried", name(job)), () -> undoRetry(job, now.id()));
            })
        .onFailure(why -> refused(texts.format("notice.notRetried", name(job)), why));
  }

  /** Cancels a job; asks first where work in progress would be lost. */
  public void cancel(JobView job) {
    if (job.status() == JobStatus.RUNNING) {
      dialogs.confirm(
          new Dialogs.Question(
              texts.format("cancel.question", name(job)),
              texts.get("cancel.consequence"),
              texts.get("cancel.verb"),
              texts.get("cancel.stay")),
          () -> doCancel(job));
    } else {
      doCancel(job);
    }
  }

  /** The job as an action left it, or as a conflict found it. */
  public ObservableValue<@Nullable JobView> changedProperty() {
    return changed;
  }

  private void doCancel(JobView job) {
    tasks
        .run(() -> connection.client().cancel(job.id(), job.status()))
        .onSuccess(
            now -> {
              changed.set(now);
              notices.done(texts.format("notice.canceled", name(job)));
            })
        .onFailure(why -> refused(texts.format("notice.notCanceled", name(job)), why));
  }

  private void undoRetry(JobView job, UUID id) {
    tasks
        .run(() -> connection.client().cancel(id, JobStatus.QUEUED))
        .onSuccess(
            now -> {
              changed.set(now);
              notices.done(texts.format("notice.retryUndone", name(job)));
            })
        .onFailure(why -> refused(texts.format("notice.retryNotUndone", name(job)), why));
  }

  private void refused(String what, Problem why) {
    JobView now = why.job();
    if (now != null) {
      changed.set(now);
      String moved = texts.format("problem.conflict.now", words.status(now.status()));
      notices.failed(what, conflict(why, moved));
    } else {
      notices.failed(what, why);
    }
  }

  private static Problem conflict(Problem why, String inWords) {
    return new Problem(
        why.type(),
        why.title(),
        why.status(),
        "job_moved_on",
        inWords,
        why.requestId(),
        null,
        null);
  }

  private String offline() {
    return connection.stateProperty().get().usable() ? "" : texts.get("unavailable.offline");
  }

  private String name(JobView job) {
    return JobNames.of(job);
  }
}
