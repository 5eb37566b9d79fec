package io.pipedeck.api;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;

/**
 * Why an attempt failed. Stable: programs branch on it and the console turns it into words and a
 * remedy.
 */
public enum ErrorCode {
  ENCRYPTED_DOCUMENT(Retry.NEVER),
  WRONG_PASSWORD(Retry.NEVER),
  CORRUPT_DOCUMENT(Retry.NEVER),
  UNSUPPORTED_TYPE(Retry.NEVER),
  UNSAFE_DOCUMENT(Retry.NEVER),
  EMPTY_DOCUMENT(Retry.NEVER),
  NO_TEXT(Retry.NEVER),
  TOO_LARGE(Retry.NEVER),
  TIMEOUT(Retry.ONCE),
  OUT_OF_MEMORY(Retry.ONCE),
  DOCUMENT_MISSING(Retry.NEVER),
  EMBEDDING_UNAVAILABLE(Retry.POLICY),
  WORKER_LOST(Retry.POLICY),
  UNKNOWN_FUNCTION(Retry.NEVER),
  INTERNAL_ERROR(Retry.POLICY);

  /** How often a failure of this code is tried again without an operator. */
  public enum Retry {
    /** It will not get better by itself. */
    NEVER,
    /** A second attempt, then it stays failed. */
    ONCE,
    /** As often as the job's attempts allow. */
    POLICY
  }

  private final Retry retry;

  ErrorCode(Retry retry) {
    this.retry = retry;
  }

  /** How often a failure of this code is tried again. */
  public Retry retry() {
    return retry;
  }

  /** The name in JSON and SQL: lower case. */
  @JsonValue
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The code of a wire name; {@link #INTERNAL_ERROR} for a code that this release doesn't know. */
  @JsonCreator
  public static ErrorCode ofWireName(String name) {
    return find(name).orElse(INTERNAL_ERROR);
  }

  /** The code of a wire name, empty if there is none. */
  public static Optional<ErrorCode> find(String name) {
    for (ErrorCode code : values()) {
      if (code.wireName().equals(name)) {
        return Optional.of(code);
      }
    }
    return Optional.empty();
  }
}
