package io.pipedeck.fault;

import io.pipedeck.stand.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * The program: faults under load, then the books are checked. Exits with 1 if anything is wrong.
 */
public final class FaultSuite {
  private static final Duration TO_SETTLE = Duration.ofMinutes(4);
  private static final Duration FOR_CHECKS = Duration.ofSeconds(75);
  private static final Duration FOR_ONE = Duration.ofSeconds(8);

  private FaultSuite() {}

  /** The program. */
  public static void main(String[] args) throws Exception {
    Settings settings = Settings.ofProperties();
    System.out.printf(
        "faults: %s, seed %d (again with -Dfaults.seed=%d)%n",
        settings.time(), settings.seed(), settings.seed());
    long until = System.nanoTime() + settings.time().toNanos();
    var random = new Random(settings.seed());
    boolean good;
    try (var world = new World(random)) {
      var answers = new Answers();
      Rounds rounds;
      try (var load = new Load(world.apiPort(), random.nextLong(), settings.perSecond(), answers)) {
        rounds = new Rounds(world, load, answers);
        run(settings, world, rounds, until);
      }
      good = check(world, answers, rounds);
    }
    System.exit(good ? 0 : 1);
  }

  private static void run(Settings settings, World world, Rounds rounds, long until)
      throws Exception {
    List<Fault> faults = new ArrayList<>();
    for (Fault fault : Faults.all()) {
      if (!fault.possible(world)) {
        System.out.println("left out, impossible here: " + fault.name());
      } else if (settings.wants(fault)) {
        faults.add(fault);
      }
    }
    Collections.shuffle(faults, world.random());
    long stop = until - FOR_CHECKS.toNanos();
    if (settings.burst() > 0) {
      for (Fault fault : faults) {
        if (fault.isOutage() && System.nanoTime() < stop) {
          rounds.burst(fault, settings.burst());
        }
      }
    }
    while (steadyRounds(faults, rounds, stop)) {
      Collections.shuffle(faults, world.random());
    }
  }

  /** One round for each fault that there is time for; whether there was time for any. */
  private static boolean steadyRounds(List<Fault> faults, Rounds rounds, long stop)
      throws Exception {
    boolean any = false;
    for (Fault fault : faults) {
      Duration needed = FOR_ONE.plus(fault.lasts());
      if (System.nanoTime() + needed.toNanos() < stop) {
        rounds.steady(fault);
        any = true;
      }
    }
    return any;
  }

  private static boolean check(World world, Answers answers, Rounds rounds) throws Exception {
    System.out.println("waiting until all is quiet");
    try (var sql = world.sql();
        var redis = world.stand().redisClient()) {
      long began = System.nanoTime();
      boolean _ =
          Pause.until(
              TO_SETTLE,
              () ->
                  sql.number(
                          "SELECT count(*) FROM pipeline_jobs WHERE status IN ('queued', 'scheduled', 'running')")
                      == 0);
      System.out.printf("quiet after %.1f s%n", (System.nanoTime() - began) / 1e9);
      boolean clean =
          Pause.until(Duration.ofSeconds(45), () -> new RedisCheck(redis, sql).orphans().isEmpty());
      List<String> orphans = clean ? List.of() : new RedisCheck(redis, sql).orphans();
      return new Verdict(
              rounds.done(), answers, new Invariants(sql, answers, rounds.done().size()), orphans)
          .print();
    }
  }
}
