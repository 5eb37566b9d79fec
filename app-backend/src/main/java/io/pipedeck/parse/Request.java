package io.pipedeck.parse;

import org.jspecify.annotations.Nullable;

/**
 * What a parser process is asked.
 *
 * @param filename for messages, and a hint where the content leaves the type open
 */
record Request(
    Action action,
    String path,
    String filename,
    @Nullable String password,
    int maxTextChars,
    int maxUnpackedMb) {
  enum Action {
    PARSE,
    COUNT_PAGES
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "Request[" + action + " " + path + "]";
  }
}
