package io.pipedeck.ui.frame;

import java.time.Instant;

/** What the strip above the screen says about the connection. */
public sealed interface Banner {
  /** Nothing to say. */
  record None() implements Banner {}

  /** Nothing works; rows are of {@code asOf}. */
  record Lost(String cause, Instant asOf, Instant nextTry) implements Banner {}

  /** It works, but without live events. */
  record Polling() implements Banner {}

  /** It works again; shown for some seconds. */
  record Back() implements Banner {}
}
