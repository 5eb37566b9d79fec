package io.pipedeck.ui.connection;

import io.pipedeck.api.Problem;
import java.time.Instant;

/** How the line to the backend is. */
public sealed interface ConnectionState {
  /** The first try has not ended yet. */
  record Connecting() implements ConnectionState {}

  /** Calls work and events come. */
  record Live() implements ConnectionState {}

  /** Calls work, events don't come: the console asks by itself. */
  record Polling(Problem cause) implements ConnectionState {}

  /**
   * Nothing works.
   *
   * @param since the last time that something did
   * @param nextTry when it is tried again
   */
  record Lost(Problem cause, Instant since, Instant nextTry) implements ConnectionState {}

  /** Whether calls can be expected to work. */
  default boolean usable() {
    return switch (this) {
      case Live() -> true;
      case Polling(_) -> true;
      case Connecting() -> false;
      case Lost(_, _, _) -> false;
    };
  }
}
