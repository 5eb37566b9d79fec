package io.pipedeck.bench;

/** One of the promised speeds. */
interface Benchmark {
  /** As {@code -Dbench=} takes it. */
  String name();

  /** Whether it is left out unless it is named. */
  default boolean onRequestOnly() {
    return false;
  }

  /** Measures, and tells the report. */
  void run(Session session) throws Exception;
}
