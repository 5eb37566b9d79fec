package io.pipedeck.worker;

import io.pipedeck.job.Claim;
import io.pipedeck.job.Job;
import org.jspecify.annotations.Nullable;

/** What a job function is given. */
public interface JobContext {
  /** The job, as it was claimed. */
  Job job();

  /** The claim of this attempt: writes to tables of the job's own must check it. */
  Claim claim();

  /**
   * Tells how far the job is. Written at most every half second and dropped in between; may be
   * called as often as is natural.
   *
   * @param percent of the whole, 0 to 100
   * @param detail such as "page 12 of 240", null for none
   */
  void progress(String stage, int percent, @Nullable String detail);
}
