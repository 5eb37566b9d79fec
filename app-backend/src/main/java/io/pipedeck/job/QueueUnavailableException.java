package io.pipedeck.job;

import io.pipedeck.api.AppException;

/** The queue can't be reached now. Nothing is lost by it: PostgreSQL holds the job. */
public final class QueueUnavailableException extends AppException {
  public QueueUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
