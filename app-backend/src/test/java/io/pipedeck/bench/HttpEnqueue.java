package io.pipedeck.bench;

import io.pipedeck.stand.Node;
import io.pipedeck.stand.Sql;
import io.pipedeck.stand.Stand;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Documents of 4 KB over HTTP on 64 connections, from a process of its own on the same cores, with
 * no worker: how many a second are durable, and how long each answer takes.
 */
final class HttpEnqueue implements Benchmark {
  static final int CONNECTIONS = 64;

  @Override
  public String name() {
    return "http";
  }

  @Override
  public void run(Session session) throws Exception {
    System.out.println("HTTP enqueue of 4 KB documents, " + CONNECTIONS + " connections");
    Stand.Db db = session.freshStores();
    int port = Node.freePort();
    Path recording = session.stand().folder().resolve("api.jfr");
    Node.Start start = session.api(db, "api", port);
    if (session.options().jfr()) {
      start.jvm(Profile.option(recording));
    }
    try (Node api = start.start().awaitUp();
        var sql = new Sql(db)) {
      var usage = new Usage(session.stand(), Map.of("api", api.pid()));
      Measured measured = load(port, session.options().seconds());
      Report report = session.report();
      usage.tell(report, (double) measured.all());
      check(sql, measured.all());
      report.note("%,d answers, slowest %.0f ms".formatted(measured.answers(), measured.max()));
      report.atLeast("HTTP enqueue: rate", measured.rate(), 3_000, "/s");
      report.figure("HTTP enqueue: answer p50", Report.text(measured.p50()) + " ms");
      report.atMost("HTTP enqueue: answer p99", measured.p99(), 100, " ms");
      if (session.options().jfr()) {
        api.terminate();
        Profile.of(recording).print(report);
      }
    }
  }

  /**
   * What the generator saw.
   *
   * @param all with those of its warm-up
   */
  record Measured(long all, long answers, double rate, double p50, double p99, double max) {
    static Measured of(String line) {
      String[] parts = line.split(" ", -1);
      return new Measured(
          Long.parseLong(parts[1]),
          Long.parseLong(parts[2]),
          Double.parseDouble(parts[3]),
          Double.parseDouble(parts[4]),
          Double.parseDouble(parts[5]),
          Double.parseDouble(parts[6]));
    }
  }

  private static Measured load(int port, double seconds) throws IOException, InterruptedException {
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            HttpLoad.class.getName(),
            Integer.toString(port),
            Double.toString(seconds));
    Process generator =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader out = generator.inputReader(StandardCharsets.UTF_8)) {
      String line = out.readLine();
      generator.waitFor();
      if (line == null || !line.startsWith("measured ")) {
        throw new IllegalStateException("the load generator said: " + line);
      }
      return Measured.of(line);
    } finally {
      generator.destroyForcibly();
    }
  }

  /** Every answer was for a job and a document that are there. */
  private static void check(Sql sql, long answers) throws Exception {
    long jobs =
        sql.number(
            """
            SELECT count(*) FROM pipeline_jobs j
            WHERE j.status = 'queued'
              AND (EXISTS (SELECT FROM small_documents d WHERE d.sha256 = j.sha256)
                   OR EXISTS (SELECT FROM documents d WHERE d.sha256 = j.sha256))
            """);
    if (jobs < answers) {
      throw new IllegalStateException(answers + " answers for " + jobs + " jobs with documents");
    }
  }
}
