package io.pipedeck.fault;

import java.sql.SQLException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The table at the end, and whether all in it is as promised. */
final class Verdict {
  /** Two seconds are promised; a client on a busy machine sees a little more. */
  private static final double SLOWEST_MILLIS = 2_300;

  private static final int SHOWN = 10;

  private final List<Round> rounds;
  private final Answers answers;
  private final Map<Integer, Integer> lost;
  private final Map<Integer, Integer> doubled;
  private final Map<String, Long> violations;
  private final List<String> examples;
  private final List<String> orphans;
  private boolean good = true;

  Verdict(List<Round> rounds, Answers answers, Invariants invariants, List<String> orphans)
      throws SQLException {
    this.rounds = rounds;
    this.answers = answers;
    this.lost = invariants.lost();
    this.doubled = invariants.doubled();
    this.violations = invariants.violations();
    this.examples = invariants.examples();
    this.orphans = orphans;
  }

  /** Prints it; whether all is good. */
  boolean print() {
    System.out.println();
    System.out.println(
        "| fault | times | accepted | lost | doubled | recovery p50 | recovery max | refused | slowest answer | wrong |");
    System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    Map<String, List<Round>> byFault = new LinkedHashMap<>();
    rounds.stream()
        .sorted(Comparator.comparing(Round::fault))
        .forEach(
            round ->
                byFault
                    .computeIfAbsent(round.fault(), _ -> new java.util.ArrayList<>())
                    .add(round));
    byFault.forEach(this::row);
    System.out.println();
    System.out.printf("%d jobs were accepted in all%n", answers.owed());
    violations.forEach((what, count) -> zero(what, count));
    zero("ids and hashes in Redis that nobody waits for", orphans.size());
    orphans.stream().limit(SHOWN).forEach(orphan -> System.out.println("    " + orphan));
    examples.forEach(example -> System.out.println("    not finished: " + example));
    for (Round round : rounds) {
      answers
          .told(round.number())
          .wrong
          .forEach(
              wrong ->
                  System.out.printf(
                      "    round %d, %s: %s%n", round.number(), round.fault(), wrong));
    }
    System.out.println(good ? "All as promised." : "NOT as promised.");
    return good;
  }

  private void zero(String what, long count) {
    good &= count == 0;
    System.out.printf("%s: %d%s%n", what, count, count == 0 ? "" : "  <-- must be 0");
  }

  private void row(String fault, List<Round> of) {
    List<Double> recovery = of.stream().map(Round::recoverySeconds).sorted().toList();
    double p50 = recovery.get((recovery.size() - 1) / 2);
    double max = recovery.getLast();
    double slowest = 0;
    int accepted = 0;
    int refused = 0;
    int wrong = 0;
    int missing = 0;
    int twice = 0;
    for (Round round : of) {
      Answers.Told told = answers.told(round.number());
      slowest = Math.max(slowest, told.slowestMillis);
      accepted += told.accepted;
      refused += told.unavailable;
      wrong += told.wrong.size();
      missing += lost.getOrDefault(round.number(), 0);
      twice += doubled.getOrDefault(round.number(), 0);
    }
    good &= missing == 0 && twice == 0 && wrong == 0;
    good &= max <= Round.BOUND.toSeconds() && slowest <= SLOWEST_MILLIS;
    System.out.printf(
        Locale.ROOT,
        "| %s | %d | %d | %d | %d | %.1f s | %.1f s | %d | %.2f s | %d |%n",
        fault,
        of.size(),
        accepted,
        missing,
        twice,
        p50,
        max,
        refused,
        slowest / 1000,
        wrong);
  }
}
