package io.pipedeck.bench;

/** One of the promised speeds. */
interface Benchmark {
  /** As {@code -Dbench=} takes it. */
  String name();

  /** Measures, and tells the report. */
  void run(Session session) throws Exception;
}
