package io.pipedeck.bench;

import java.time.Duration;
import java.util.List;

/**
 * How to measure.
 *
 * @param names which benchmarks, empty for all
 * @param time how long each measurement takes
 * @param concurrency jobs at a time in a worker that is to be fast
 * @param backlog how many jobs may wait while jobs are enqueued and run at the same time
 * @param redisBudget MiB of Redis, by which {@code RedisBudget} tells how long finished jobs are
 *     shown
 * @param rows of the large table of {@link Lists}
 * @param jfr whether the worker is recorded
 * @param floor whether the floor is measured
 */
record Options(
    List<String> names,
    Duration time,
    int concurrency,
    int backlog,
    int redisBudget,
    int rows,
    boolean jfr,
    boolean floor) {

  static Options ofProperties() {
    String names = System.getProperty("bench", "").strip();
    return new Options(
        names.isEmpty() ? List.of() : List.of(names.split(",", -1)),
        Duration.ofSeconds(number("bench.seconds", 20)),
        number("bench.concurrency", 64),
        number("bench.backlog", 5_000),
        number("bench.redis-budget", 512),
        number("bench.rows", 10_000_000),
        Boolean.parseBoolean(System.getProperty("bench.jfr", "false")),
        Boolean.parseBoolean(System.getProperty("bench.floor", "true")));
  }

  private static int number(String property, int otherwise) {
    String value = System.getProperty(property, "").strip();
    return value.isEmpty() ? otherwise : Integer.parseInt(value);
  }

  double seconds() {
    return time.toMillis() / 1000.0;
  }
}
