package io.pipedeck.ui.send;

import java.nio.file.Path;

/** Something dropped that is not sent, and why. */
public record LeftOut(Path path, Reason reason) {
  /** Why a file is left out; the words are {@code send.leftOut.} and the name in lower case. */
  public enum Reason {
    EMPTY,
    UNREADABLE,
    NOT_A_FILE,
    TOO_MANY
  }
}
