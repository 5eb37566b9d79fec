package io.pipedeck.config;

import java.time.Duration;

/**
 * Limits of the isolated parser processes.
 *
 * @param processes how many at most; each takes one document at a time
 * @param heapMb heap of each, in MiB
 * @param deadline how long one document may take, not counting text recognition
 * @param maxTextChars how much text one document may give, in characters; more is {@code too_large}
 * @param maxUnpackedMb how much an archive-like document may unpack to, in MiB; more is {@code
 *     unsafe_document}
 * @param recycleAfter after how many documents a process is replaced
 * @param maxRatio how many times its size an archive-like document may unpack to, once that is more
 *     than 32 MiB; more is {@code unsafe_document}
 * @param maxNesting how deep archives may lie in archives; deeper is {@code unsafe_document}
 * @param ocr how pictures and scanned pages are read
 */
public record ParseConfig(
    int processes,
    int heapMb,
    Duration deadline,
    int maxTextChars,
    int maxUnpackedMb,
    int recycleAfter,
    int maxRatio,
    int maxNesting,
    OcrConfig ocr) {
  public ParseConfig {
    if (processes < 1
        || heapMb < 1
        || maxTextChars < 1
        || maxUnpackedMb < 1
        || recycleAfter < 1
        || maxRatio < 1
        || maxNesting < 1) {
      throw new IllegalArgumentException("a limit of parsing is below 1");
    }
    if (!deadline.isPositive()) {
      throw new IllegalArgumentException("deadline of parsing is not positive: " + deadline);
    }
  }

  /** The usual ratio and nesting, and no text recognition. */
  public ParseConfig(
      int processes,
      int heapMb,
      Duration deadline,
      int maxTextChars,
      int maxUnpackedMb,
      int recycleAfter) {
    this(
        processes,
        heapMb,
        deadline,
        maxTextChars,
        maxUnpackedMb,
        recycleAfter,
        200,
        4,
        OcrConfig.OFF);
  }
}
