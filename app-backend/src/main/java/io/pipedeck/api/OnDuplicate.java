package io.pipedeck.api;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What is to happen to a document that its realm has processed before. */
public enum OnDuplicate {
  /** A new job. */
  AGAIN,
  /** No new job: the one that had it, with its result. */
  REUSE,
  /** A {@code conflict} that names the job that had it. */
  REFUSE;

  /** The word for it on the wire. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The one of this word. */
  public static Optional<OnDuplicate> find(String wireName) {
    return Arrays.stream(values()).filter(value -> value.wireName().equals(wireName)).findFirst();
  }
}
