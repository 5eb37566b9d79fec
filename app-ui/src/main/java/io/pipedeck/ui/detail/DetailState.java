package io.pipedeck.ui.detail;

/** What the detail has to show. */
public enum DetailState {
  /** No job is selected. */
  NOTHING,
  /** The job is being read. */
  LOADING,
  /** The job is there. */
  READY,
  /** There is no such job (any more). */
  GONE,
  /** It could not be read. */
  FAILED
}
