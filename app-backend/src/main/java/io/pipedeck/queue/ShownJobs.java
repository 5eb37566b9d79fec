package io.pipedeck.queue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;
import redis.clients.jedis.resps.Tuple;

/**
 * Reads what Redis shows of jobs, in steps that are short for the server however much it holds.
 * Every method may fail with {@link io.pipedeck.job.QueueUnavailableException}. Safe for all
 * threads.
 */
public final class ShownJobs {
  /** A cursor's beginning, and what it comes back to at the end. */
  public static final String START = ScanParams.SCAN_POINTER_START;

  /** Each is sought in its queue's window: so many at once keep Redis for about a millisecond. */
  private static final int LOOKED_AT_ONCE = 50;

  private static final int MEMBERS = 500;

  private final RedisConnection redis;

  public ShownJobs(RedisConnection redis) {
    this.redis = redis;
  }

  /**
   * A step of a walk.
   *
   * @param cursor where the next one begins; {@link #START} after the last
   * @param queues of the ids that were met
   */
  public record Step(String cursor, Map<String, String> queues) {}

  /**
   * What is shown of these jobs; those of other programs are left out.
   *
   * @param queues by id
   */
  public List<ShownJob> look(Map<String, String> queues) {
    List<ShownJob> shown = new ArrayList<>(queues.size());
    List<Map.Entry<String, String>> all = List.copyOf(queues.entrySet());
    for (int from = 0; from < all.size(); from += LOOKED_AT_ONCE) {
      look(all.subList(from, Math.min(all.size(), from + LOOKED_AT_ONCE)), shown);
    }
    return shown;
  }

  private void look(List<Map.Entry<String, String>> some, List<ShownJob> shown) {
    List<byte[]> args = new ArrayList<>(2 * some.size());
    some.forEach(job -> args.addAll(Change.bytes(job.getKey(), job.getValue())));
    List<?> answer = (List<?>) redis.script("look", List.of(), args);
    for (int i = 0; i < some.size(); i++) {
      String id = some.get(i).getKey();
      String rev = text(answer.get(3 * i + 1));
      String queue = text(answer.get(3 * i + 2));
      Optional<RedisState> state = RedisState.of(text(answer.get(3 * i)));
      state.ifPresent(
          it -> shown.add(new ShownJob(id, queue, it, rev.isEmpty() ? null : Long.valueOf(rev))));
    }
  }

  /** A step through all hashes of ours that don't expire. */
  public Step hashes(String cursor, int keys) {
    List<?> answer = (List<?>) redis.script("walk", List.of(), Change.bytes(cursor, keys));
    Map<String, String> queues = new LinkedHashMap<>();
    for (int i = 1; i + 1 < answer.size(); i += 2) {
      queues.put(text(answer.get(i)), text(answer.get(i + 1)));
    }
    return new Step(text(answer.getFirst()), queues);
  }

  /** A step through the ids that stand as started on a queue. */
  public Step started(String queue, String cursor) {
    return members(QueueKeys.wip(queue), queue, cursor);
  }

  /** A step through the ids that stand as scheduled for a queue. */
  public Step scheduled(String queue, String cursor) {
    return members(QueueKeys.scheduled(queue), queue, cursor);
  }

  private Step members(String key, String queue, String cursor) {
    ScanResult<Tuple> page =
        redis.call(client -> client.zscan(key, cursor, new ScanParams().count(MEMBERS)));
    Map<String, String> queues = new LinkedHashMap<>();
    page.getResult().forEach(member -> queues.put(member.getElement(), queue));
    return new Step(page.getCursor(), queues);
  }

  /** The first ids that wait on a queue, and that were popped from it. */
  public Map<String, String> listed(String queue, int most) {
    Map<String, String> queues = new LinkedHashMap<>();
    for (String key : List.of(QueueKeys.queue(queue), QueueKeys.intermediate(queue))) {
      redis.call(client -> client.lrange(key, 0, most - 1L)).forEach(id -> queues.put(id, queue));
    }
    return queues;
  }

  private static String text(Object bytes) {
    return new String((byte[]) bytes, StandardCharsets.UTF_8);
  }
}
