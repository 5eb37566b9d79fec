package io.pipedeck.app;

/** What a process does. */
public enum Role {
  /** API, workers and reconciler in one. */
  SERVE(true, true),
  /** The API alone. */
  API(true, false),
  /** Workers and reconciler. */
  WORKER(false, true);

  private final boolean listens;
  private final boolean works;

  Role(boolean listens, boolean works) {
    this.listens = listens;
    this.works = works;
  }

  /** Whether it has an HTTP listener. */
  boolean listens() {
    return listens;
  }

  /** Whether it runs jobs. */
  boolean works() {
    return works;
  }

  /** Whether other processes share its stores: it brings no servers of its own then. */
  boolean isSplit() {
    return this != SERVE;
  }
}
