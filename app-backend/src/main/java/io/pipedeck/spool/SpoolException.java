package io.pipedeck.spool;

import io.pipedeck.api.AppException;

/** The spool's file can't be read or written. */
public final class SpoolException extends AppException {
  SpoolException(String message, Throwable cause) {
    super(message, cause);
  }
}
