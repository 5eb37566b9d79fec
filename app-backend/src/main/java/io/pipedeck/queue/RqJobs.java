package io.pipedeck.queue;

import io.pipedeck.job.QueueUnavailableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Jobs that Python programs enqueued, in RQ's own way: their time to live, retries and dependents
 * are what their hash says. Those that stand for no row yet are claimed here; those that were
 * adopted (a row of ours runs them, {@link Row}) only show what PostgreSQL says. Safe for all
 * threads.
 */
public final class RqJobs {
  private static final Logger LOG = LoggerFactory.getLogger(RqJobs.class);
  private static final long FORGOTTEN_TTL_SECONDS = Duration.ofDays(7).toSeconds();

  private final RedisConnection redis;
  private final InstantSource clock;

  public RqJobs(RedisConnection redis, InstantSource clock) {
    this.redis = redis;
    this.clock = clock;
  }

  /** A job's place in Redis. */
  public record Place(String queue, String id) {}

  /**
   * The row behind an adopted job; a change that is older than what Redis shows is ignored there.
   *
   * @param id of the row
   */
  public record Row(String id, long rev) {}

  /**
   * What stands behind an id.
   *
   * @param status as the hash says, empty for none
   * @param row null if no row of ours is known to stand behind it
   * @param adopted whether that row runs a job of a Python program
   */
  public record Seen(String status, @Nullable Row row, boolean adopted) {}

  /** What an id stands for; empty if there is no such job. */
  public Optional<Seen> look(String id) {
    if (!(redis.script("rq_look", List.of(), Change.bytes(id)) instanceof List<?> seen)) {
      return Optional.empty();
    }
    String status = text(seen.get(0));
    String job = text(seen.get(2));
    try {
      String rev = text(seen.get(1));
      Row row = rev.isEmpty() ? null : new Row(job.isEmpty() ? id : job, Long.parseLong(rev));
      return Optional.of(new Seen(status, row, !job.isEmpty()));
    } catch (NumberFormatException _) {
      return Optional.of(new Seen(status, null, false));
    }
  }

  /** Forgets a popped id that stands for nothing to be run; a hash of ours behind it expires. */
  public void forget(Place place) {
    show(Change.of(Change.Kind.DROP, place.id(), place.queue(), FORGOTTEN_TTL_SECONDS));
  }

  /**
   * Which of these jobs of ours are canceled in Redis, each with the rev that Redis knows: with the
   * row's own a client did it, with an older one only the news of a later change is missing.
   */
  public Map<String, Long> canceledAmong(Collection<String> ids) {
    if (ids.isEmpty()) {
      return Map.of();
    }
    List<?> pairs =
        (List<?>) redis.script("rq_canceled", List.of(), Change.bytes(List.copyOf(ids).toArray()));
    Map<String, Long> canceled = new HashMap<>();
    for (int i = 0; i + 1 < pairs.size(); i += 2) {
      canceled.put(text(pairs.get(i)), whole(text(pairs.get(i + 1))));
    }
    return canceled;
  }

  private static long whole(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException _) {
      return 0;
    }
  }

  /** Takes a popped job; empty if it doesn't wait: then the id is gone from between the lists. */
  public Optional<RqHash> claim(Place place, String worker) {
    Object hash =
        redis.script(
            "rq_claim",
            List.of(),
            Change.bytes(place.id(), place.queue(), now(), wipScore(), worker, RqCall.MOST_BYTES));
    return hash instanceof List<?> pairs ? Optional.of(RqHash.of(pairs)) : Optional.empty();
  }

  /** Puts a job back at the head of its queue that {@link #claim} took and nobody can run now. */
  public void unclaim(Place place, String worker) {
    redis.script("rq_unclaim", List.of(), Change.bytes(place.id(), place.queue(), worker));
  }

  /** What becomes of a job after a failed attempt. */
  public enum Next {
    /** Failed for good. */
    FAILED,
    /** Ended by a command: as failed, but shown as stopped and without dependents. */
    STOPPED,
    /** Whatever the hash's own count of retries says. */
    RETRY,
    /** Another attempt, because the row of ours has one. */
    AGAIN
  }

  /** Fails a job that {@link #claim} took and that is none of ours. */
  public void failed(Place place, String worker, Next next, String error) {
    show(RqChanges.failed(at(), place, null, new RqChanges.Failure(worker, next, error, null)));
  }

  /** Shows who runs an adopted job. */
  public void started(Place place, Row row, String worker) {
    show(RqChanges.started(at(), place, row, worker));
  }

  /**
   * Ends a job whose worker died, if its entry in {@code rq:wip} is still over: retried if it has
   * retries left, else failed.
   *
   * @param member of {@code rq:wip}: the id, or the id and an execution
   * @return whether something was done
   */
  boolean abandoned(String queue, String member, String error) {
    int colon = member.indexOf(':');
    var place = new Place(queue, colon < 0 ? member : member.substring(0, colon));
    return show(RqChanges.abandoned(at(), place, member, error)) == 1;
  }

  /** Shows a change at once; the script's answer, 0 where it met something odd. */
  long show(Change change) {
    List<byte[]> args = new ArrayList<>(change.heading(1));
    args.addAll(change.values());
    List<?> answers = (List<?>) redis.apply(EnumSet.of(change.kind()), args);
    if (answers.getFirst() instanceof Long answer) {
      return answer;
    }
    String error = text(answers.getFirst());
    if (RedisWriter.takesNoWrites(error)) {
      throw new QueueUnavailableException("Redis: " + error, new IllegalStateException(error));
    }
    LOG.warn("{} of job {} not shown in Redis: {}", change.kind(), change.jobId(), error);
    return 0;
  }

  private RqChanges.At at() {
    return new RqChanges.At(clock.instant());
  }

  private String now() {
    return RedisQueue.timestamp(clock.instant());
  }

  private long wipScore() {
    return clock.instant().plus(RqWorkers.BUSY_TTL).getEpochSecond();
  }

  static String text(@Nullable Object reply) {
    return reply instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : String.valueOf(reply);
  }
}
