package io.pipedeck.job;

import io.pipedeck.api.JobView.Waiting;
import io.pipedeck.db.Tx;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Why a job does not run yet: exactly one reason each, with its place and an estimate. */
public final class WaitingReasons {
  /** Places beyond are not counted out. */
  private static final int FURTHEST = 10_000;

  private final Places places;
  private final Turns.Shares shares;
  private final Nodes nodes = new Nodes();

  /** Where a job stands. */
  @FunctionalInterface
  public interface Places {
    /**
     * The place of a job on its queue, from 0; empty where it isn't there.
     *
     * @throws QueueUnavailableException if that can't be told
     */
    OptionalLong placeOf(String queue, String id);

    /**
     * Whether all workers are told to start nothing.
     *
     * @throws QueueUnavailableException if that can't be told
     */
    default boolean suspended() {
      return false;
    }

    /** Whether jobs of this queue are taken from Redis alone, since others work on it too. */
    default boolean isShared(String queue) {
      return false;
    }
  }

  public WaitingReasons(Places places, Turns.Shares shares) {
    this.places = places;
    this.shares = shares;
  }

  /**
   * What PostgreSQL knows about a job that waits.
   *
   * @param before how many of its realm's jobs are before it on its queue
   * @param slots how many jobs of the queue run at a time
   * @param seconds that a job of the queue took lately, null where none has ended
   * @param realmRunning how many jobs of its realm run, counted only where that is limited
   */
  record Facts(int before, int slots, @Nullable Double seconds, int realmRunning) {
    static final Facts NONE = new Facts(0, 0, null, 0);
  }

  /** What is to be known of the job. */
  Facts facts(Tx tx, Job job) {
    if (!job.nativeRow() || job.status() != io.pipedeck.api.JobStatus.QUEUED) {
      return Facts.NONE;
    }
    String realm = job.realm() == null ? "" : job.realm();
    return new Facts(
        Backlog.before(tx, job, FURTHEST),
        nodes.slots(tx, job.queue()),
        seconds(tx, job.queue()),
        shares.isLimited(realm)
            ? new Backlog().running(tx, java.util.List.of(realm)).getOrDefault(realm, 0)
            : 0);
  }

  private static @Nullable Double seconds(Tx tx, String queue) {
    return tx.first(
            """
            SELECT (avg(extract(epoch FROM finished_at - started_at)) * 1000)::bigint AS millis FROM (
              SELECT started_at, finished_at FROM pipeline_jobs WHERE queue = ? AND status = 'finished'
              ORDER BY created_at DESC, id DESC LIMIT 50) AS latest
            HAVING count(*) > 0
            """,
            row -> row.requiredLong("millis") / 1_000.0,
            queue)
        .orElse(null);
  }

  /** The reason of any job that waits, for who knows of it although PostgreSQL is away. */
  public static Waiting withoutDatabase() {
    return new Waiting(
        "database_unavailable", null, null, "No job starts until PostgreSQL can be reached.");
  }

  /** The reason, null for a job that doesn't wait or that others run. May ask Redis. */
  @Nullable Waiting of(Job job, Facts facts) {
    if (!job.nativeRow()) {
      return null;
    }
    return switch (job.status()) {
      case QUEUED -> queued(job, facts);
      case SCHEDULED ->
          job.attempt() > 0
              ? new Waiting(
                  "retry_backoff",
                  null,
                  null,
                  "attempt " + (job.attempt() + 1) + " of " + job.maxAttempts())
              : new Waiting("start_time", null, null, null);
      case RUNNING, FINISHED, FAILED, CANCELED -> null;
    };
  }

  private Waiting queued(Job job, Facts facts) {
    if (facts.slots() == 0) {
      return new Waiting(
          "no_worker_for_queue", null, null, "No worker serves the queue " + job.queue() + ".");
    }
    try {
      if (places.suspended()) {
        return new Waiting(
            "queue_paused", null, null, "All workers are suspended; `rq resume` lets them go on.");
      }
    } catch (QueueUnavailableException _) {
      if (places.isShared(job.queue())) {
        return new Waiting(
            "redis_unavailable",
            null,
            null,
            "Other programs work on the queue "
                + job.queue()
                + " too, and Redis can't be reached.");
      }
    }
    Integer limit = shares.limits().get(job.realm() == null ? "" : job.realm());
    if (limit != null && facts.realmRunning() >= limit) {
      return new Waiting(
          "realm_limit", null, null, "At most " + limit + " jobs of this realm run at a time.");
    }
    int place = place(job, facts);
    Double seconds = facts.seconds();
    Long eta =
        seconds == null ? null : Math.round(Math.ceil((place + 1.0) / facts.slots()) * seconds);
    return place == 0
        ? new Waiting("next_in_line", 0, eta, null)
        : new Waiting("behind_others", place < FURTHEST ? place : null, eta, null);
  }

  /** On its queue in Redis, else among its realm's jobs. */
  private int place(Job job, Facts facts) {
    try {
      OptionalLong place = places.placeOf(job.queue(), job.idInRedis());
      return place.isPresent() ? Math.toIntExact(place.getAsLong()) : facts.before();
    } catch (QueueUnavailableException _) {
      return facts.before();
    }
  }
}
