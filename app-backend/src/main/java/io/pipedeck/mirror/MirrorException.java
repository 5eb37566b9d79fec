package io.pipedeck.mirror;

import io.pipedeck.api.AppException;
import io.pipedeck.db.DatabaseException;
import org.jspecify.annotations.Nullable;

/**
 * The mirror, or the database that is imported or compared, can't be used now; the message says why
 * and what to do. Nothing was changed there by the call that failed.
 */
public final class MirrorException extends AppException {
  MirrorException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Whether the same call may work later as it is. */
  boolean unavailable() {
    return getCause() instanceof DatabaseException e && e.unavailable();
  }

  /** Whether one of the rows that were to be written is what the mirror does not take. */
  boolean dataError() {
    return getCause() instanceof DatabaseException e
        && !e.unavailable()
        && (e.sqlState().startsWith("22") || e.sqlState().startsWith("23"));
  }
}
