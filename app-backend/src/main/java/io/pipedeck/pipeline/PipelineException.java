package io.pipedeck.pipeline;

import io.pipedeck.api.AppException;
import io.pipedeck.api.ErrorCode;

/**
 * A document could not be run; the code says why, the message says it to its owner and what to do.
 */
public final class PipelineException extends AppException {
  private final ErrorCode code;

  public PipelineException(ErrorCode code, String message) {
    super(message, null);
    this.code = code;
  }

  public PipelineException(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** Why. */
  public ErrorCode code() {
    return code;
  }
}
