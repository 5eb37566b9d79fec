package io.pipedeck.config;

import java.util.Map;

/**
 * How waiting jobs reach workers.
 *
 * @param realmShares how many turns a realm has while one that isn't named has one
 * @param realmLimits how many jobs of a realm run at a time; no limit for one that isn't named
 */
public record QueueConfig(
    Backend backend,
    Mode mode,
    Map<String, Integer> realmShares,
    Map<String, Integer> realmLimits) {
  /** What hands jobs out. */
  public enum Backend {
    /** Redis, in RQ's layout. */
    REDIS,
    /** PostgreSQL alone; no Redis is used. */
    POSTGRES
  }

  /** Where jobs run. */
  public enum Mode {
    /** In workers, which take them from their queues. */
    QUEUED,
    /** In the program that enqueues them, which waits for their end. */
    INLINE
  }

  public QueueConfig {
    realmShares = Map.copyOf(realmShares);
    realmLimits = Map.copyOf(realmLimits);
  }
}
