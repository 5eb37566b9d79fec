package io.pipedeck.parse;

import org.jspecify.annotations.Nullable;

/**
 * What a parser process is asked.
 *
 * @param filename for messages, and a hint where the content leaves the type open
 * @param ocr how pictures and scanned pages are read; null for not at all
 */
record Request(
    Action action,
    String path,
    String filename,
    @Nullable String password,
    Limits limits,
    @Nullable Ocr ocr) {
  enum Action {
    PARSE,
    COUNT_PAGES
  }

  /**
   * What one document may cost.
   *
   * @param maxRatio how many times its size an archive may unpack to, once that is much
   * @param maxNesting how deep archives may lie in archives
   */
  record Limits(int maxTextChars, int maxUnpackedMb, int maxRatio, int maxNesting) {}

  /** Without the password. */
  @Override
  public String toString() {
    return "Request[" + action + " " + path + "]";
  }
}
