package io.pipedeck.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** How jobs are run. */
final class WorkerSettings {
  static final Setting<List<String>> WORKER_QUEUES =
      Setting.of(
              "worker-queues",
              "worker.queues",
              ListKinds.queues(),
              "Queues this process works on, the most urgent first.")
          .preset("urgent,default,slow");

  static final Setting<Integer> WORKER_CONCURRENCY =
      Setting.of(
              "worker-concurrency",
              "worker.concurrency",
              Kinds.perCore(1_024),
              "Jobs that run at a time in this process.")
          .preset("cores");

  static final Setting<Map<String, Duration>> WORKER_TIMEOUTS =
      Setting.of(
              "worker-timeouts",
              "worker.timeouts",
              ListKinds.durationByQueue(Duration.ofSeconds(1), Duration.ofDays(2)),
              "How long one attempt may take, by queue. A queue that isn't named keeps its default.")
          .preset("urgent=10m,default=30m,slow=60m");

  static final Setting<Duration> WORKER_DEFAULT_TIMEOUT =
      Setting.of(
              "worker-default-timeout",
              "worker.defaultTimeout",
              ListKinds.duration(Duration.ofSeconds(1), Duration.ofDays(2)),
              "The same for queues that worker-timeouts knows nothing of.")
          .preset("30m");

  static final Setting<List<Duration>> WORKER_RETRY_DELAYS =
      Setting.of(
              "worker-retry-delays",
              "worker.retryDelays",
              ListKinds.durations(Duration.ZERO, Duration.ofDays(2)),
              "Pauses before the second, third … attempt; as many retries as pauses.")
          .preset("10s,30s,60s");

  static final Setting<Duration> WORKER_LEASE =
      Setting.of(
              "worker-lease",
              "worker.lease",
              ListKinds.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
              "How long a worker holds a job without a sign of life.")
          .preset("30s");

  static final Setting<Duration> WORKER_LEASE_RENEWAL =
      Setting.of(
              "worker-lease-renewal",
              "worker.leaseRenewal",
              ListKinds.duration(Duration.ofMillis(100), Duration.ofMinutes(30)),
              "How often it gives that sign; less than half of worker-lease.")
          .preset("10s");

  static final Setting<Duration> WORKER_DRAIN =
      Setting.of(
              "worker-drain",
              "worker.drain",
              ListKinds.duration(Duration.ZERO, Duration.ofDays(1)),
              "How long running jobs may go on after a stop was asked for.")
          .preset("30s");

  static final List<Setting<?>> ALL =
      List.of(
          WORKER_QUEUES,
          WORKER_CONCURRENCY,
          WORKER_TIMEOUTS,
          WORKER_DEFAULT_TIMEOUT,
          WORKER_RETRY_DELAYS,
          WORKER_LEASE,
          WORKER_LEASE_RENEWAL,
          WORKER_DRAIN);

  private WorkerSettings() {}
}
