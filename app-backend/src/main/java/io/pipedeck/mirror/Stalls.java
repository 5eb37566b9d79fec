package io.pipedeck.mirror;

import io.pipedeck.mirror.FollowerLease.Report;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says when the mirror stops, falls behind and is back, once each. For one thread. */
final class Stalls {
  private static final Logger LOG = LoggerFactory.getLogger(Stalls.class);
  private static final double BEHIND_SECONDS = 60;
  private static final double CAUGHT_UP_SECONDS = 5;

  private String said = "";
  private long sinceNanos;
  private boolean behind;

  /** It does not move, for the reason in the report. */
  void stopped(Report report) {
    String why = String.valueOf(report.detail());
    if (said.isEmpty()) {
      sinceNanos = System.nanoTime();
    }
    if (!said.equals(why)) {
      said = why;
      LOG.warn("The mirror stalls: {}", why);
    }
  }

  /** It moves. */
  void moved(Report report) {
    if (!said.isEmpty()) {
      said = "";
      long seconds = Duration.ofNanos(System.nanoTime() - sinceNanos).toSeconds();
      LOG.info("The mirror moves again after {} s", seconds);
    }
    if (behind && report.lag().rows() == 0) {
      behind = false;
      LOG.info("The mirror has caught up");
    }
  }

  /** How far behind it is while it moves. */
  void measured(Report report) {
    double seconds = report.lag().seconds();
    if (!behind && seconds > BEHIND_SECONDS && said.isEmpty()) {
      behind = true;
      LOG.warn(
          "The mirror is {} changes and {} s behind", report.lag().rows(), Math.round(seconds));
    } else if (behind && seconds < CAUGHT_UP_SECONDS) {
      behind = false;
      LOG.info("The mirror has caught up");
    }
  }
}
