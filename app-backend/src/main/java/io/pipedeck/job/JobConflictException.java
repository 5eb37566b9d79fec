package io.pipedeck.job;

import io.pipedeck.api.AppException;

/**
 * A job can't do what was asked of it, being in another state than the caller thought; nothing was
 * changed.
 */
public final class JobConflictException extends AppException {
  private final transient Job current;

  JobConflictException(String message, Job current) {
    super(message, null);
    this.current = current;
  }

  /** The job as it is now. */
  public Job current() {
    return current;
  }
}
