package io.pipedeck.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How jobs are run.
 *
 * @param queues served queues, the most urgent first
 * @param concurrency jobs at a time in this process
 * @param timeouts how long one attempt may take, by queue
 * @param defaultTimeout the same for a queue that {@code timeouts} doesn't name
 * @param retryDelays the pauses before the second, third … attempt; as many retries as pauses
 * @param lease how long a worker may hold a job without a sign of life
 * @param leaseRenewal how often it gives that sign
 * @param drain how long running jobs may go on after a stop was asked for
 */
public record WorkerConfig(
    List<String> queues,
    int concurrency,
    Map<String, Duration> timeouts,
    Duration defaultTimeout,
    List<Duration> retryDelays,
    Duration lease,
    Duration leaseRenewal,
    Duration drain) {

  public WorkerConfig {
    queues = List.copyOf(queues);
    timeouts = Map.copyOf(timeouts);
    retryDelays = List.copyOf(retryDelays);
    if (concurrency < 1) {
      throw new IllegalArgumentException("concurrency " + concurrency);
    }
    if (!leaseRenewal.isPositive() || leaseRenewal.compareTo(lease) >= 0) {
      throw new IllegalArgumentException("lease of " + lease + " renewed every " + leaseRenewal);
    }
  }

  /** How long one attempt of a job on this queue may take. */
  public Duration timeoutOf(String queue) {
    return timeouts.getOrDefault(queue, defaultTimeout);
  }

  /** How many attempts a job gets unless it says otherwise. */
  public int maxAttempts() {
    return retryDelays.size() + 1;
  }
}
