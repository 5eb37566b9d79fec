package io.pipedeck.ui.frame;

/** What the middle of the window can show. */
public enum Screen {
  JOBS,
  TRANSFERS
}
