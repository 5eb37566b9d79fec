package io.pipedeck.bench;

import io.pipedeck.parse.Recovery;
import java.nio.file.Files;
import java.util.List;

/** How long a parser process that dies, hangs or runs out of memory keeps documents waiting. */
final class ParserDeaths implements Benchmark {
  private static final int ROUNDS = 10;
  private static final int BOUND_MILLIS = 1_000;

  @Override
  public String name() {
    return "parser-deaths";
  }

  @Override
  public void run(Session session) throws Exception {
    System.out.println("parser-deaths: " + ROUNDS + " each");
    try (var recovery = new Recovery(Files.createTempDirectory("pipedeck-recovery"))) {
      tell(session, "kill -9, to the second try's first page", recovery.afterKill(ROUNDS));
      tell(session, "deadline, to the end of the next document", recovery.afterHang(ROUNDS));
      tell(session, "memory, to the end of the next document", recovery.afterMemory(ROUNDS));
    }
  }

  private static void tell(Session session, String what, List<Double> millis) {
    Report report = session.report();
    report.figure(
        "parser: " + what + ", median", Report.text(millis.get(millis.size() / 2)) + " ms");
    report.atMost("parser: " + what + ", longest", millis.getLast(), BOUND_MILLIS, " ms");
  }
}
