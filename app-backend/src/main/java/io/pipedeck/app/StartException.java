package io.pipedeck.app;

import io.pipedeck.api.AppException;
import org.jspecify.annotations.Nullable;

/** The program can't start, for a reason that its user can mend; the message says which and how. */
public final class StartException extends AppException {
  public StartException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
