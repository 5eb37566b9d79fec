package io.pipedeck.embed;

/** No vectors could be had; the message says why and what to do. Trying again may help. */
public final class EmbedException extends RuntimeException {
  EmbedException(String message) {
    super(message);
  }

  EmbedException(String message, Throwable cause) {
    super(message, cause);
  }
}
