package io.pipedeck.config;

import java.time.Duration;

/**
 * Limits of the isolated parser processes.
 *
 * @param processes how many at most; each takes one document at a time
 * @param heapMb heap of each, in MiB
 * @param deadline how long one document may take
 * @param maxTextChars how much text one document may give, in characters; more is {@code too_large}
 * @param maxUnpackedMb how much an archive-like document may unpack to, in MiB; more is {@code
 *     unsafe_document}
 * @param recycleAfter after how many documents a process is replaced
 */
public record ParseConfig(
    int processes,
    int heapMb,
    Duration deadline,
    int maxTextChars,
    int maxUnpackedMb,
    int recycleAfter) {
  public ParseConfig {
    if (processes < 1 || heapMb < 1 || maxTextChars < 1 || maxUnpackedMb < 1 || recycleAfter < 1) {
      throw new IllegalArgumentException("a limit of parsing is below 1");
    }
    if (!deadline.isPositive()) {
      throw new IllegalArgumentException("deadline of parsing is not positive: " + deadline);
    }
  }
}
