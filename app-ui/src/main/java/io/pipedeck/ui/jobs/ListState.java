package io.pipedeck.ui.jobs;

/** What the list has to show; each is a different sight with a different next step. */
public enum ListState {
  /** The first answer is on its way. */
  LOADING,
  /** There are rows. */
  READY,
  /** No job exists yet. */
  EMPTY,
  /** Jobs may exist, the filter admits none. */
  NO_MATCH,
  /** The first answer did not come. */
  FAILED
}
