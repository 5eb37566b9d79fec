package io.pipedeck.bench;

import java.util.List;

/** The program: runs the benchmarks that were asked for and prints what they measured. */
public final class Bench {
  private static final List<Benchmark> ALL =
      List.of(
          new Tracked(),
          new IdleInTransaction(),
          new HttpEnqueue(),
          new Latency(),
          new Scaling(),
          new Embedding(),
          new Throughput(),
          new ParserDeaths(),
          new Lists(),
          new Search());

  private Bench() {}

  /** The program. Exits with 1 if a benchmark broke; missed goals are only told. */
  public static void main(String[] args) throws Exception {
    Options options = Options.ofProperties();
    List<Benchmark> chosen =
        ALL.stream()
            .filter(
                each ->
                    options.names().contains(each.name())
                        || (options.names().isEmpty() && !each.onRequestOnly()))
            .toList();
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException(
          "no such benchmark; there are " + ALL.stream().map(Benchmark::name).toList());
    }
    int exit = 0;
    try (var session = Session.open(options)) {
      for (Benchmark each : chosen) {
        try {
          each.run(session);
        } catch (Exception e) {
          e.printStackTrace();
          exit = 1;
        }
      }
      session.report().print();
    }
    System.exit(exit);
  }
}
