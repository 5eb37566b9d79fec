package io.pipedeck.ui.jobs;

import io.pipedeck.api.JobPage;
import io.pipedeck.api.JobStatus;
import org.jspecify.annotations.Nullable;

/**
 * Which jobs the list shows.
 *
 * @param status null for all
 * @param queue null for all
 * @param realm null for all
 */
public record JobFilter(
    @Nullable JobStatus status, @Nullable String queue, @Nullable String realm) {
  /** Everything. */
  public static final JobFilter ALL = new JobFilter(null, null, null);

  public JobFilter withStatus(@Nullable JobStatus wanted) {
    return new JobFilter(wanted, queue, realm);
  }

  public JobFilter withQueue(@Nullable String wanted) {
    return new JobFilter(status, wanted, realm);
  }

  public JobFilter withRealm(@Nullable String wanted) {
    return new JobFilter(status, queue, wanted);
  }

  /** Whether a job of that status can be in the list. */
  public boolean admits(JobStatus other) {
    return status == null || status == other;
  }

  JobPage.Filters wire() {
    return new JobPage.Filters(realm, queue, status);
  }
}
