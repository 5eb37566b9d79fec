package io.pipedeck.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer of {@code /admin/consistency}: how far the stores agree, and what was mended.
 *
 * @param at by PostgreSQL's clock, as all times here
 * @param leader who compares the stores, null if nobody ever did
 * @param lastSweep what its last look met; null before the first, and where there is no Redis
 * @param heals what was mended so far, by kind, the last one first
 * @param lastHealAt null if nothing was mended yet
 * @param rescues jobs that were taken away from lost workers so far
 * @param spoolDepth transitions that nodes hold because PostgreSQL could not be reached
 * @param mirror the second PostgreSQL, null where none is set
 * @param nodes the processes with workers
 */
public record ConsistencyView(
    Instant at,
    @Nullable Leader leader,
    @Nullable Sweep lastSweep,
    List<Heal> heals,
    @Nullable Instant lastHealAt,
    long rescues,
    long spoolDepth,
    @Nullable Mirror mirror,
    List<Node> nodes) {

  /**
   * The leader.
   *
   * @param epoch counts the leaders so far
   * @param leads false if its term ran out and nobody has followed
   */
  public record Leader(String identity, long epoch, Instant since, boolean leads) {}

  /**
   * A look at both stores.
   *
   * @param looked how many jobs were compared
   * @param drift how many of them differed, by kind: {@code <status>_shown_<what Redis shows>}
   * @param orphans how many of these were ids for which nothing waits
   */
  public record Sweep(Instant at, int looked, Map<String, Integer> drift, int orphans) {}

  /**
   * What was mended.
   *
   * @param example of the last time, such as a job's id
   */
  public record Heal(String kind, long times, Instant lastAt, String example) {}

  /**
   * How far the mirror is.
   *
   * @param state off, copying, following or stalled
   * @param detail what stands against it, null where nothing does
   */
  public record Mirror(String state, long lagRows, double lagSeconds, @Nullable String detail) {}

  /**
   * A process with workers.
   *
   * @param alive whether it gave a sign of life in the last 45 seconds
   */
  public record Node(
      String identity,
      String host,
      long pid,
      String release,
      List<String> queues,
      int slots,
      Instant startedAt,
      Instant seenAt,
      boolean alive,
      long spoolDepth) {}
}
