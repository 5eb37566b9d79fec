package io.pipedeck.document;

import io.pipedeck.api.AppException;
import org.jspecify.annotations.Nullable;

/** A document could not be kept or read; nothing is left behind. */
public final class DocumentStoreException extends AppException {
  private final Reason reason;

  /** What was the matter. */
  public enum Reason {
    /** Larger than is taken. */
    TOO_LARGE,
    /** No room, or the disk refuses. */
    UNAVAILABLE
  }

  DocumentStoreException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** What was the matter. */
  public Reason reason() {
    return reason;
  }
}
