package io.pipedeck.worker;

import org.jspecify.annotations.Nullable;

/** What a job runs. */
@FunctionalInterface
public interface JobFunction {
  /**
   * Does the work, on a thread that it has to itself. Interrupted when the job is canceled, runs
   * out of time or must stop; then it should end soon, by any exception. May run again after a
   * crash, so its effects should be repeatable.
   *
   * @return the result, written as JSON; null for none
   * @throws Exception if it did not work; {@link JobFailure} names a code, all else is {@code
   *     internal_error}
   */
  @Nullable Object run(JobContext context) throws Exception;
}
