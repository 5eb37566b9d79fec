package io.pipedeck.fault;

import io.pipedeck.stand.Pause;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Injects and heals faults one after the other, and measures how work goes on. */
final class Rounds {
  private static final Duration LOOK_FOR = Duration.ofSeconds(75);
  private static final Duration SETTLE = Duration.ofSeconds(2);
  private static final Duration BURST_PATIENCE = Duration.ofMinutes(6);

  private final World world;
  private final Load load;
  private final Answers answers;
  private final InstantSource clock = InstantSource.system();
  private final List<Round> done = new ArrayList<>();

  Rounds(World world, Load load, Answers answers) {
    this.world = world;
    this.load = load;
    this.answers = answers;
  }

  List<Round> done() {
    return done;
  }

  /** One fault while documents come at a steady rate. */
  void steady(Fault fault) throws Exception {
    int number = begin(fault);
    load.steady();
    Pause.of(Duration.ofMillis(500 + world.random().nextInt(2_000)));
    breakAndHeal(number, fault);
  }

  /** One fault while this many documents are sent and run as fast as can be. */
  void burst(Fault fault, int documents) throws Exception {
    int number = begin(fault);
    load.burst(documents);
    boolean _ = Pause.until(BURST_PATIENCE, () -> answers.accepted(number) > documents / 4);
    breakAndHeal(number, fault);
    boolean all = Pause.until(BURST_PATIENCE, () -> answers.accepted(number) >= documents);
    load.rest();
    boolean ended = Pause.until(BURST_PATIENCE, () -> unfinished() == 0);
    System.out.printf(
        "    %d accepted, %d wanted%s, %d still to end%n",
        answers.accepted(number), documents, all ? "" : " (given up)", ended ? 0 : unfinished());
  }

  private long unfinished() throws Exception {
    try (var sql = world.sql()) {
      return sql.number(
          "SELECT count(*) FROM pipeline_jobs WHERE status IN ('queued', 'scheduled', 'running')");
    }
  }

  private int begin(Fault fault) {
    int number = done.size() + 1;
    answers.round(number, fault.silencesApi());
    System.out.printf("%3d %s%n", number, fault.name());
    return number;
  }

  private void breakAndHeal(int number, Fault fault) throws Exception {
    try {
      fault.inject(world);
      Duration lasts = fault.lasts();
      Pause.of(lasts.plusMillis(world.random().nextInt(1 + (int) lasts.toMillis() / 3)));
    } finally {
      fault.heal(world);
    }
    Instant healed = clock.instant();
    int accepted = answers.accepted(number);
    World.Lost lost = world.lostSince();
    var watch = new Watch(healed, accepted, lost);
    var round = watch.round(number, fault);
    done.add(round);
    Pause.of(SETTLE);
    answers.apiIsBack();
    Answers.Told told = answers.told(number);
    System.out.printf(
        "    finishes again after %s, accepts after %s, %d lost jobs on again after %s; %d accepted, %d unavailable, %d unanswered, slowest %.0f ms%n",
        text(round.firstFinish()),
        text(round.firstAccepted()),
        lost.jobs().size(),
        text(round.onAgain()),
        told.accepted,
        told.unavailable,
        told.none,
        told.slowestMillis);
    told.wrong.forEach(wrong -> System.out.println("    WRONG: " + wrong));
  }

  static String text(Optional<Duration> time) {
    return time.map(t -> "%.1f s".formatted(t.toMillis() / 1000.0)).orElse("never");
  }

  /** Looks until all goes on. */
  private final class Watch {
    private final Instant healed;
    private final int acceptedBefore;
    private final World.Lost lost;
    private Optional<Duration> firstFinish = Optional.empty();
    private Optional<Duration> onAgain = Optional.empty();
    private Optional<Duration> firstAccepted = Optional.empty();

    Watch(Instant healed, int acceptedBefore, World.Lost lost) {
      this.healed = healed;
      this.acceptedBefore = acceptedBefore;
      this.lost = lost;
    }

    Round round(int number, Fault fault) throws InterruptedException {
      boolean _ = Pause.until(LOOK_FOR, () -> look(number));
      return new Round(number, fault.name(), firstFinish, onAgain, firstAccepted);
    }

    private boolean look(int number) throws Exception {
      if (firstAccepted.isEmpty() && answers.accepted(number) > acceptedBefore) {
        firstAccepted = Optional.of(Duration.between(healed, clock.instant()));
      }
      if (firstFinish.isEmpty()) {
        firstFinish = world.witness().finishedAfter(healed).map(at -> Duration.between(healed, at));
      }
      if (onAgain.isEmpty()) {
        onAgain = world.witness().allOnAgain(lost);
      }
      return firstAccepted.isPresent() && firstFinish.isPresent() && onAgain.isPresent();
    }
  }
}
