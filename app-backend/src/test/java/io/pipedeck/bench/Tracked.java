package io.pipedeck.bench;

import io.pipedeck.stand.Kill;
import io.pipedeck.stand.Node;
import io.pipedeck.stand.Pause;
import io.pipedeck.stand.Stand;
import io.pipedeck.stand.TestFunctions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Tracked jobs that do nothing, end to end: while they are enqueued, and from a full backlog. One
 * worker process, one enqueuing process (this one).
 */
final class Tracked implements Benchmark {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** Until code is compiled, and Redis' budget knows how fast jobs finish. */
  private static final Duration WARM_UP = Duration.ofSeconds(15);

  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  @Override
  public String name() {
    return "tracked";
  }

  @Override
  public void run(Session session) throws Exception {
    Optional<Floor> floor = session.floor();
    System.out.println("tracked no-op jobs");
    Report report = session.report();
    Stand.Db db = session.freshStores();
    Path recording = session.stand().folder().resolve("worker.jfr");
    Node.Start start = session.worker(db, "worker", session.options().concurrency());
    if (session.options().jfr()) {
      start.jvm(Profile.option(recording));
    }
    try (var library = new Library(session, db);
        var progress = new Progress(db);
        Node worker = start.start().awaitUp()) {
      Steady steady = steady(session, library, progress, worker);
      report.figure("enqueued and run: rate", Report.text(steady.rate()) + " jobs/s");
      shares(report, "enqueued and run", steady, floor, 25);
      report.atMost("enqueued and run: Redis CPU a job", steady.micros().redis(), 40, " µs");
      drain(session, library, progress, worker, floor);
      if (session.options().jfr()) {
        worker.terminate();
        Profile.of(recording).print(report);
      }
    }
  }

  /** By time, and by processor time, which others on the machine change less. */
  private static void shares(
      Report report, String what, Steady measured, Optional<Floor> floor, double atLeastPercent) {
    floor.ifPresent(
        f -> {
          double share = 100 * measured.rate() / f.jobsPerSecond();
          report.atLeast(what + ": share of the floor", share, atLeastPercent, " %");
          double byCpu = 100 * f.micros() / measured.micros().all();
          report.figure(
              what + ": the same by processor time",
              "%s %%, %s µs a job"
                  .formatted(Report.text(byCpu), Report.text(measured.micros().all())));
        });
  }

  /** A rate that held for the whole time, and what it cost. */
  record Steady(double rate, Usage.Micros micros) {}

  /** Enqueues and runs for some time; all jobs have finished at its end. */
  static Steady steady(Session session, Library library, Progress progress, Node worker)
      throws Exception {
    Options options = session.options();
    long before = progress.finished();
    Steady result;
    var feeder = new Feeder(library, TestFunctions.NOOP, options.backlog());
    try {
      watch(progress, feeder, before, WARM_UP);
      var usage = new Usage(session.stand(), Map.of("worker", worker.pid()));
      long firstNanos = System.nanoTime();
      long first = progress.finished();
      watch(progress, feeder, before, options.time());
      long last = progress.finished();
      double seconds = (System.nanoTime() - firstNanos) / 1e9;
      Usage.Micros micros = usage.tell(session.report(), Math.max(1.0, (double) last - first));
      result = new Steady((last - first) / seconds, micros);
    } finally {
      feeder.stop();
    }
    long all = before + feeder.enqueued();
    library.forgetCommits();
    progress.await(all, PATIENCE);
    progress.check(all);
    return result;
  }

  private static void watch(Progress progress, Feeder feeder, long before, Duration time)
      throws Exception {
    long until = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < until) {
      feeder.finished(progress.finished() - before);
      Pause.of(LOOK_EVERY);
    }
  }

  /** The worker sleeps while the backlog grows, and then runs it. */
  private static void drain(
      Session session, Library library, Progress progress, Node worker, Optional<Floor> floor)
      throws Exception {
    Report report = session.report();
    long before = progress.finished();
    int backlog = Math.max(10_000, (int) (session.options().seconds() * 1_000));
    Kill.send("STOP", worker.pid());
    long beganNanos = System.nanoTime();
    for (int done = 0; done < backlog; done += 1_000) {
      library.enqueue(Jobs.of(TestFunctions.NOOP, 1_000));
    }
    double enqueueSeconds = (System.nanoTime() - beganNanos) / 1e9;
    library.forgetCommits();
    report.figure("library enqueue alone: rate", Report.text(backlog / enqueueSeconds) + " jobs/s");
    var usage = new Usage(session.stand(), Map.of("worker", worker.pid()));
    long startNanos = System.nanoTime();
    Kill.send("CONT", worker.pid());
    progress.await(before + backlog, PATIENCE);
    double rate = backlog / ((System.nanoTime() - startNanos) / 1e9);
    Usage.Micros micros = usage.tell(report, backlog);
    progress.check(before + backlog);
    report.figure("full backlog: rate", Report.text(rate) + " jobs/s");
    shares(report, "full backlog", new Steady(rate, micros), floor, 35);
    report.atMost("full backlog: Redis CPU a job", micros.redis(), 40, " µs");
  }
}
