package io.pipedeck.config;

import java.util.List;
import java.util.Map;

/** How jobs reach workers, and whose turn it is. */
final class QueueSettings {
  static final Setting<QueueConfig.Backend> QUEUE_BACKEND =
      Setting.of(
              "queue-backend",
              "queue.backend",
              Kinds.oneOf(QueueConfig.Backend.class),
              "What hands jobs to workers: Redis, or PostgreSQL alone.")
          .preset("redis");

  static final Setting<QueueConfig.Mode> QUEUE_MODE =
      Setting.of(
              "queue-mode",
              "queue.mode",
              Kinds.oneOf(QueueConfig.Mode.class),
              "Where a program that embeds Pipedeck runs its jobs: in workers, or in the call that"
                  + " enqueues them.")
          .preset("queued");

  static final Setting<Map<String, Integer>> REALM_SHARES =
      Setting.of(
          "realm-shares",
          "queue.realmShares",
          ListKinds.numberByRealm(1, 1_000),
          "How many turns a realm has on a queue while one that isn't named has one.");

  static final Setting<Map<String, Integer>> REALM_LIMITS =
      Setting.of(
          "realm-limits",
          "queue.realmLimits",
          ListKinds.numberByRealm(0, 100_000),
          "How many jobs of a realm run at a time; no limit for one that isn't named.");

  static final List<Setting<?>> ALL =
      List.of(QUEUE_BACKEND, QUEUE_MODE, REALM_SHARES, REALM_LIMITS);

  private QueueSettings() {}
}
