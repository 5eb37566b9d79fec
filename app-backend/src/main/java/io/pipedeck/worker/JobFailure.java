package io.pipedeck.worker;

import io.pipedeck.api.ErrorCode;

/**
 * A job function could not do its work, for a reason that it can name; the code decides about
 * retries.
 */
public final class JobFailure extends Exception {
  private final ErrorCode code;

  public JobFailure(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** Why. */
  public ErrorCode code() {
    return code;
  }
}
