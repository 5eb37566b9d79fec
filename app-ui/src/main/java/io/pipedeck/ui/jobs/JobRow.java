package io.pipedeck.ui.jobs;

import io.pipedeck.api.JobEvent;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView;
import java.time.Instant;
import java.util.Comparator;
import java.util.UUID;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import org.jspecify.annotations.Nullable;

/** A row of the list: the same object as long as the job is shown, whatever changes in it. */
public final class JobRow {
  /** Newest first. Ids are time-ordered, so they settle a tie. */
  static final Comparator<JobView> NEWEST_FIRST =
      Comparator.comparing(JobRow::created).thenComparing(job -> job.id().toString()).reversed();

  private final UUID id;
  private final ReadOnlyObjectWrapper<JobView> job;
  private final BooleanProperty gone = new SimpleBooleanProperty();
  private long rev = -1;

  JobRow(JobView job) {
    this.id = job.id();
    this.job = new ReadOnlyObjectWrapper<>(job);
  }

  public UUID id() {
    return id;
  }

  public JobView job() {
    return job.get();
  }

  /** The job as last heard. */
  public ReadOnlyObjectProperty<JobView> jobProperty() {
    return job.getReadOnlyProperty();
  }

  /** Whether the job left the list and is only kept because it is selected. */
  public BooleanProperty goneProperty() {
    return gone;
  }

  void update(JobView answer) {
    gone.set(false);
    job.set(answer);
  }

  /**
   * Takes over what an event says; an older one than known is ignored.
   *
   * @return whether the status changed, so that the rest of the job is worth reading again
   */
  boolean apply(JobEvent event, Instant now) {
    if (event.rev() <= rev) {
      return false;
    }
    rev = event.rev();
    JobStatus before = job().status();
    job.set(with(job(), event, now));
    return before != event.status();
  }

  private static JobView with(JobView job, JobEvent event, Instant now) {
    boolean running = event.status() == JobStatus.RUNNING;
    return new JobView(
        job.id(),
        job.rqJobId(),
        job.realm(),
        job.queue(),
        event.status(),
        job.payload(),
        job.result(),
        job.filename(),
        job.resultSummary(),
        job.error(),
        job.errorCode(),
        job.createdAt(),
        job.startedAt(),
        job.finishedAt(),
        job.batchId(),
        job.attempt(),
        job.maxAttempts(),
        job.runAt(),
        running ? job.worker() : null,
        running ? progress(job.progress(), event, now) : null,
        running ? null : job.waiting(),
        job.attempts());
  }

  private static JobView.@Nullable Progress progress(
      JobView.@Nullable Progress before, JobEvent event, Instant now) {
    String stage = event.stage();
    Integer percent = event.percent();
    if (stage == null || percent == null) {
      return before;
    }
    String detail = before != null && before.stage().equals(stage) ? before.detail() : null;
    return new JobView.Progress(stage, percent, detail, now);
  }

  private static Instant created(JobView job) {
    Instant created = job.createdAt();
    return created == null ? Instant.EPOCH : created;
  }
}
