package io.pipedeck.queue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import redis.clients.jedis.args.ListDirection;

/**
 * What stands on the queues in Redis: a window on the jobs that wait, from which workers take.
 * Every method may fail with {@link io.pipedeck.job.QueueUnavailableException}. Safe for all
 * threads.
 */
public final class QueueWindow {
  private final RedisConnection redis;

  public QueueWindow(RedisConnection redis) {
    this.redis = redis;
  }

  /**
   * Pops ids without waiting, the most urgent queue first.
   *
   * @param most how many at most
   * @param rights how many of these each queue has a right to before the others, the most urgent
   *     queue first
   * @return the ids; {@link Taken#SUSPENDED} while all workers are suspended
   */
  public Taken take(int most, SequencedMap<String, Integer> rights) {
    List<byte[]> args = new ArrayList<>(Change.bytes(most));
    rights.forEach((queue, right) -> args.addAll(Change.bytes(queue, right)));
    List<?> answer = (List<?>) redis.script("take", List.of(), args);
    List<Popped> popped = new ArrayList<>(answer.size() / 2);
    for (int i = 0; i + 1 < answer.size(); i += 2) {
      popped.add(new Popped(text((byte[]) answer.get(i)), text((byte[]) answer.get(i + 1))));
    }
    return answer.size() == 1 ? Taken.SUSPENDED : new Taken(popped, false);
  }

  /** What {@link #take} gave. */
  public record Taken(List<Popped> popped, boolean suspended) {
    static final Taken SUSPENDED = new Taken(List.of(), true);
  }

  /** Pops the next id of one queue, waiting for it at most this long. */
  public Optional<Popped> pop(String queue, Duration atMost) {
    String id =
        redis.call(
            client ->
                client.blmove(
                    QueueKeys.queue(queue),
                    QueueKeys.intermediate(queue),
                    ListDirection.LEFT,
                    ListDirection.RIGHT,
                    atMost.toMillis() / 1000.0));
    return Optional.ofNullable(id).map(popped -> new Popped(queue, popped));
  }

  /**
   * Which ids wait on the queue; not those between pop and start, which nobody may hold any more.
   */
  public Set<String> waiting(String queue) {
    return redis.call(client -> new HashSet<>(client.lrange(QueueKeys.queue(queue), 0, -1)));
  }

  /** Which ids are between pop and start; one that stays there was left by a process that died. */
  public List<String> popped(String queue) {
    return redis.call(client -> client.lrange(QueueKeys.intermediate(queue), 0, -1));
  }

  /** The queues that ever had a job here, in no order. */
  public Set<String> names() {
    return redis.call(client -> client.smembers(QueueKeys.QUEUES)).stream()
        .filter(key -> key.startsWith(QueueKeys.queue("")))
        .map(key -> key.substring(QueueKeys.queue("").length()))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The queues of which more jobs wait in PostgreSQL than their windows hold. */
  public Set<String> backlogs() {
    return redis.call(client -> client.smembers(QueueKeys.BACKLOG));
  }

  /** How many ids a window may take before it is full, and whether more wait behind it. */
  public Room room(String queue) {
    long slots = redis.call(client -> client.scard(QueueKeys.workersOf(queue)));
    long length = redis.call(client -> client.llen(QueueKeys.queue(queue)));
    return new Room(Math.max(1_000, 4 * slots), length);
  }

  /**
   * The room of a window.
   *
   * @param limit ids that it holds at most
   * @param length ids that it holds
   */
  public record Room(long limit, long length) {}

  /** Says that more jobs of the queue wait in PostgreSQL than its window holds. */
  public void fallsBehind(String queue) {
    redis.call(client -> client.sadd(QueueKeys.BACKLOG, queue));
  }

  /** Whether all was lost here since {@link #rebuilt}. */
  public boolean wasEmptied() {
    return !redis.call(client -> client.exists(QueueKeys.EPOCH));
  }

  /** Says that what PostgreSQL has stands here again. */
  public void rebuilt() {
    redis.call(client -> client.set(QueueKeys.EPOCH, "1"));
  }

  /** Says that all jobs of the queue that wait are in its window: new ones are pushed again. */
  public void caughtUp(String queue) {
    redis.call(client -> client.srem(QueueKeys.BACKLOG, queue));
  }

  /** The place of an id in its queue's window, from 0; empty if it isn't there. */
  public OptionalLong placeOf(String queue, String id) {
    Long place = redis.call(client -> client.lpos(QueueKeys.queue(queue), id));
    return place == null ? OptionalLong.empty() : OptionalLong.of(place);
  }

  /** Whether RQ's tools told all workers to start nothing. */
  public boolean isSuspended() {
    return redis.call(client -> client.exists(QueueKeys.SUSPENDED));
  }

  /** Whether living workers listen on the queue. */
  public boolean hasWorkers(String queue) {
    return !Long.valueOf(0).equals(redis.script("workers", List.of(), Change.bytes(queue)));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
