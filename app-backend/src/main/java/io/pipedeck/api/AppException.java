package io.pipedeck.api;

import org.jspecify.annotations.Nullable;

/** The root of our own failures: unchecked, with a message that a person can act on. */
public abstract class AppException extends RuntimeException {
  protected AppException(@Nullable String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
