package io.pipedeck.parse;

import java.nio.file.Path;
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
  /** What is wanted; to the last two the document is one of its own, made for the purpose. */
  enum Action {
    PARSE,
    COUNT_PAGES,
    COUNT_SAMPLE,
    READ_SAMPLES
  }

  /**
   * What one document may cost.
   *
   * @param maxRatio how many times its size an archive may unpack to, once that is much
   * @param maxNesting how deep archives may lie in archives
   */
  record Limits(int maxTextChars, int maxUnpackedMb, int maxRatio, int maxNesting) {}

  /** Whether it is about somebody's document, not a sample. */
  boolean isDocument() {
    return action == Action.PARSE || action == Action.COUNT_PAGES;
  }

  /** The same for another document. */
  Request of(Path document) {
    String name = String.valueOf(document.getFileName());
    return new Request(action, document.toString(), name, password, limits, ocr);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "Request[" + action + " " + path + "]";
  }
}
