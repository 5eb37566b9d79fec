package io.pipedeck.parse;

import io.pipedeck.api.ErrorCode;

/** A document gave no text; the code says why, the message says it to its owner and what to do. */
public final class ParseException extends RuntimeException {
  private final ErrorCode code;
  private final String message;

  ParseException(ErrorCode code, String message) {
    super(message);
    this.code = code;
    this.message = message;
  }

  ParseException(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
    this.message = message;
  }

  @Override
  public String getMessage() {
    return message;
  }

  /** Why. */
  public ErrorCode code() {
    return code;
  }
}
