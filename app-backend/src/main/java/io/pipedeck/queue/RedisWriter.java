package io.pipedeck.queue;

import io.pipedeck.job.QueueUnavailableException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends changes to Redis in their order, as many at once as have piled up: one script call for up
 * to 200. A start whose end is in the same call is left out, so that jobs of a millisecond cost
 * half. While Redis is away changes are refused at once: it only shows what PostgreSQL says, and
 * the reconciler mends what it missed. Safe for all threads.
 */
final class RedisWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RedisWriter.class);
  private static final int MOST = 200;

  /** Beyond this Redis is too slow to follow; what it misses is mended later. */
  private static final int MOST_WAITING = 20_000;

  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final RedisConnection redis;
  private final Deque<Pending> waiting = new ArrayDeque<>();
  private final Thread thread =
      Thread.ofPlatform().daemon().name("pipedeck-redis").unstarted(this::run);
  private boolean closed;
  private boolean paused;
  private long pausedUntilNanos;

  private record Pending(Change change, CompletableFuture<Long> done) {}

  RedisWriter(RedisConnection redis) {
    this.redis = redis;
    thread.start();
  }

  /**
   * Hands a change in; the future gives the script's answer, or fails with {@link
   * QueueUnavailableException}.
   */
  CompletableFuture<Long> submit(Change change) {
    var pending = new Pending(change, new CompletableFuture<>());
    synchronized (waiting) {
      if (closed || isPaused() || waiting.size() >= MOST_WAITING) {
        pending.done().completeExceptionally(unavailable(null));
      } else {
        waiting.addLast(pending);
        waiting.notifyAll();
      }
    }
    return pending.done();
  }

  private boolean isPaused() {
    paused = paused && System.nanoTime() - pausedUntilNanos < 0;
    return paused;
  }

  private static QueueUnavailableException unavailable(
      @org.jspecify.annotations.Nullable Throwable cause) {
    return new QueueUnavailableException(
        "Redis can't follow now", cause == null ? new IllegalStateException("paused") : cause);
  }

  private void run() {
    try {
      for (List<Pending> batch = next(); !batch.isEmpty(); batch = next()) {
        send(batch);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Pending> next() throws InterruptedException {
    List<Pending> batch = new ArrayList<>();
    synchronized (waiting) {
      while (waiting.isEmpty() && !closed) {
        waiting.wait();
      }
      while (!waiting.isEmpty() && batch.size() < MOST) {
        batch.add(waiting.removeFirst());
      }
    }
    return batch;
  }

  private void send(List<Pending> batch) {
    List<Pending> sent = withoutShortStarts(batch);
    List<byte[]> args = new ArrayList<>();
    for (Pending pending : sent) {
      Change change = pending.change();
      args.addAll(Change.bytes(change.kind().scriptName(), change.values().size()));
      args.addAll(change.values());
    }
    try {
      List<?> answers = (List<?>) redis.apply(args);
      for (int i = 0; i < sent.size(); i++) {
        sent.get(i).done().complete(answers.get(i) instanceof Long answer ? answer : 0L);
      }
    } catch (QueueUnavailableException e) {
      refuse(sent, e);
    } catch (RuntimeException | Error e) {
      LOG.error("Changes not shown in Redis", e);
      refuse(sent, unavailable(e));
    }
  }

  private void refuse(List<Pending> batch, QueueUnavailableException why) {
    List<Pending> refused = new ArrayList<>(batch);
    synchronized (waiting) {
      paused = true;
      pausedUntilNanos = System.nanoTime() + PAUSE_NANOS;
      refused.addAll(waiting);
      waiting.clear();
    }
    refused.forEach(pending -> pending.done().completeExceptionally(why));
  }

  /** Leaves out the starts of attempts whose end is in the batch, and tells the ends. */
  private static List<Pending> withoutShortStarts(List<Pending> batch) {
    Map<String, Integer> starts = new HashMap<>();
    List<Pending> left = new ArrayList<>(batch);
    for (int i = 0; i < batch.size(); i++) {
      Change change = batch.get(i).change();
      if (change.kind() == Change.Kind.START) {
        starts.put(change.jobId(), i);
      } else if (change.kind().startNotShownAt() >= 0) {
        Integer start = starts.get(change.jobId());
        if (start != null && change.makesNeedless(batch.get(start).change())) {
          starts.remove(change.jobId());
          batch.get(start).done().complete(0L);
          left.set(start, null);
          left.set(i, new Pending(change.withoutStart(), batch.get(i).done()));
        }
      }
    }
    left.removeIf(java.util.Objects::isNull);
    return left;
  }

  /** Sends what was handed in, then ends. */
  @Override
  public void close() {
    synchronized (waiting) {
      closed = true;
      waiting.notifyAll();
    }
    try {
      thread.join(TimeUnit.SECONDS.toMillis(5));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
