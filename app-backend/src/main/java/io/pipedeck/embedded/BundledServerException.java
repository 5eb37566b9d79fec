package io.pipedeck.embedded;

import io.pipedeck.api.AppException;

/**
 * A bundled server can't be started or kept; the message says why and what its user can do. No
 * server of that start is left running.
 */
public final class BundledServerException extends AppException {
  BundledServerException(String message) {
    super(message, null);
  }

  BundledServerException(String message, Throwable cause) {
    super(message, cause);
  }
}
