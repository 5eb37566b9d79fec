package io.pipedeck.fault;

import java.time.Duration;
import java.util.Optional;

/**
 * One fault that was injected and healed, and how soon work went on.
 *
 * @param number counts rounds from 1
 * @param firstFinish from the heal to the first job that finished; empty if none did in time
 * @param onAgain from the fault until every job of a lost worker ran again; empty if not in time
 * @param firstAccepted from the heal to the first accepted document; empty if none was in time
 */
record Round(
    int number,
    String fault,
    Optional<Duration> firstFinish,
    Optional<Duration> onAgain,
    Optional<Duration> firstAccepted) {

  /** Work goes on, and jobs of dead workers run again, within this time; bundled defaults. */
  static final Duration BOUND = Duration.ofSeconds(45);

  /** The longest of them in seconds; infinite where something did not go on. */
  double recoverySeconds() {
    return Math.max(seconds(firstFinish), Math.max(seconds(onAgain), seconds(firstAccepted)));
  }

  private static double seconds(Optional<Duration> time) {
    return time.map(t -> t.toMillis() / 1000.0).orElse(Double.POSITIVE_INFINITY);
  }
}
