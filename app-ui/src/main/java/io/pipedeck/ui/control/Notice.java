package io.pipedeck.ui.control;

import org.jspecify.annotations.Nullable;

/**
 * Something told to the operator.
 *
 * @param text what happened
 * @param reason why, in words; null where the text says it all
 * @param technical code and request id; null for good news
 * @param undo takes the action back; null where nothing can
 */
public record Notice(
    long number,
    Kind kind,
    String text,
    @Nullable String reason,
    @Nullable String technical,
    @Nullable Runnable undo) {
  /** Good news goes by itself, bad news stays. */
  public enum Kind {
    DONE,
    FAILED
  }
}
