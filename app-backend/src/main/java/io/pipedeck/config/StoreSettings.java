package io.pipedeck.config;

import java.net.URI;
import java.util.List;

/** Where PostgreSQL, its mirror and Redis are. */
final class StoreSettings {
  static final Setting<DatabaseUrl> DATABASE_URL =
      Setting.of(
              "database-url",
              "database.url",
              Kinds.databaseUrl(),
              "PostgreSQL server; without it the bundled one runs.")
          .asSecret();

  static final Setting<Integer> DATABASE_POOL_MIN =
      Setting.of(
              "database-pool-min",
              "database.poolMin",
              Kinds.whole(0, 1_000, ""),
              "Connections kept open once they were needed.")
          .preset("2");

  static final Setting<Integer> DATABASE_POOL_MAX =
      Setting.of(
              "database-pool-max",
              "database.poolMax",
              Kinds.whole(1, 1_000, ""),
              "Connections at most; at least database-pool-min.")
          .preset("10");

  static final Setting<DatabaseUrl> MIRROR_DATABASE_URL =
      Setting.of(
              "mirror-database-url",
              "mirror.url",
              Kinds.databaseUrl(),
              "A second PostgreSQL that follows every change of the first; see mirror.md.")
          .asSecret();

  static final Setting<URI> REDIS_URL =
      Setting.of(
              "redis-url",
              "redis.url",
              Kinds.redisUrl(),
              "Redis server; without it the bundled one runs.")
          .asSecret();

  static final Setting<Integer> REDIS_BUDGET_MB =
      Setting.of(
              "redis-budget-mb",
              "redis.budgetBytes",
              Kinds.whole(16, 1_048_576, "MiB"),
              "As Redis fills up to this, or would soon at the pace at which jobs finish, finished jobs are"
                  + " shown there for a shorter time, or not at all.")
          .preset("512");

  static final List<Setting<?>> ALL =
      List.of(
          DATABASE_URL,
          DATABASE_POOL_MIN,
          DATABASE_POOL_MAX,
          MIRROR_DATABASE_URL,
          REDIS_URL,
          REDIS_BUDGET_MB);

  private StoreSettings() {}
}
