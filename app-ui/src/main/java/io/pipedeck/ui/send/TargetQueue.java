package io.pipedeck.ui.send;

import java.util.Locale;

/** Where documents can be sent. */
public enum TargetQueue {
  /** The backend chooses by the number of pages. */
  AUTO,
  URGENT,
  DEFAULT,
  SLOW;

  /** The name in the contract. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
