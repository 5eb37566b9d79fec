package io.pipedeck.ui;

import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView;
import io.pipedeck.ui.connection.Connection;
import io.pipedeck.ui.connection.ConnectionState;
import io.pipedeck.ui.detail.JobDetailViewModel;
import io.pipedeck.ui.jobs.JobsViewModel;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;

/**
 * Whether something in the window changes by the second: a countdown while the line is down, the
 * time a job runs or waits for its next attempt, the age of one that has just come. UI thread.
 */
record SecondsShown(Connection connection, JobsViewModel jobs, JobDetailViewModel detail)
    implements Predicate<Instant> {
  /** Beyond it ages are written in minutes. */
  private static final Duration YOUNG = Duration.ofMinutes(1);

  @Override
  public boolean test(Instant now) {
    JobView looked = detail.jobProperty().get();
    return !(connection.stateProperty().get() instanceof ConnectionState.Live)
        || (looked != null && !looked.status().isFinal())
        || jobs.rows().stream().anyMatch(row -> ticks(row.job(), now));
  }

  private static boolean ticks(JobView job, Instant now) {
    Instant created = job.createdAt();
    return job.status() == JobStatus.RUNNING
        || (created != null && Duration.between(created, now).compareTo(YOUNG) < 0);
  }
}
