package io.pipedeck.job;

import io.pipedeck.api.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * When a failed attempt is followed by another one.
 *
 * @param delays the pauses before the second, third … attempt; the last one repeats
 */
public record RetryPolicy(List<Duration> delays) {
  public RetryPolicy {
    delays = List.copyOf(delays);
  }

  /**
   * The pause before the next attempt, empty if the job has failed for good.
   *
   * @param job with the failed attempt counted
   */
  public Optional<Duration> pauseAfter(Job job, ErrorCode code) {
    boolean again =
        switch (code.retry()) {
          case NEVER -> false;
          case ONCE -> job.attempt() < 2 && job.hasAttemptsLeft();
          case POLICY -> job.hasAttemptsLeft();
        };
    if (!again) {
      return Optional.empty();
    }
    Optional<Adopted> adopted = Adopted.of(job);
    if (adopted.isPresent()) {
      return adopted.map(rq -> rq.pauseAfter(job));
    }
    if (delays.isEmpty()) {
      return Optional.of(Duration.ZERO);
    }
    return Optional.of(delays.get(Math.min(job.attempt(), delays.size()) - 1));
  }
}
