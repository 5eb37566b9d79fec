package io.pipedeck.embed;

/** No vectors could be had; the message says why and what to do. Trying again may help. */
public final class EmbedException extends RuntimeException {
  private final String message;

  /** With why, and what to do. */
  public EmbedException(String message) {
    super(message);
    this.message = message;
  }

  EmbedException(String message, Throwable cause) {
    super(message, cause);
    this.message = message;
  }

  @Override
  public String getMessage() {
    return message;
  }
}
