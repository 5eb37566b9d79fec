package io.pipedeck.queue;

import io.pipedeck.job.QueueUnavailableException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends changes to Redis in their order, as many at once as have piled up: one script call for up
 * to 200. A start is held back for a moment and left out if its end follows, so that jobs of a
 * millisecond cost half. While Redis is away changes are refused at once: it only shows what
 * PostgreSQL says, and the reconciler mends what it missed. Safe for all threads.
 */
final class RedisWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RedisWriter.class);
  private static final int MOST = 200;

  /** Beyond this Redis is too slow to follow; what it misses is mended later. */
  private static final int MOST_WAITING = 20_000;

  /** A job that ends sooner is not shown as started. */
  private static final long HOLD_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** Whatever is asked for. */
  private static final Pattern TAKES_NO_WRITES =
      Pattern.compile("-?(OOM|READONLY|MISCONF|NOREPLICAS|MASTERDOWN|LOADING)\\b");

  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final RedisConnection redis;
  private final Deque<Pending> waiting = new ArrayDeque<>();
  private final SequencedMap<String, Young> young = new LinkedHashMap<>();
  private final Thread thread =
      Thread.ofPlatform().daemon().name("pipedeck-redis").unstarted(this::run);
  private List<CompletableFuture<Long>> inFlight = List.of();
  private boolean closed;

  /** Whether the thread will look again before a start that comes now has been held back. */
  private boolean looksSoon;

  private boolean paused;
  private long pausedUntilNanos;

  private record Pending(Change change, CompletableFuture<Long> done) {}

  /** A start that may turn out to be needless. */
  private record Young(Pending pending, long sinceNanos) {}

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
      if (closed || isPaused() || waiting.size() + young.size() >= MOST_WAITING) {
        pending.done().completeExceptionally(unavailable(null));
      } else if (change.kind() == Change.Kind.START) {
        young.put(change.jobId(), new Young(behindItsStart(pending), System.nanoTime()));
        if (!looksSoon || !waiting.isEmpty()) {
          waiting.notifyAll();
        }
      } else {
        waiting.addLast(behindItsStart(pending));
        waiting.notifyAll();
      }
    }
    return pending.done();
  }

  /** What is still to be sent; starts are not held back any longer. */
  List<CompletableFuture<Long>> all() {
    synchronized (waiting) {
      young.values().forEach(start -> waiting.addLast(start.pending()));
      young.clear();
      waiting.notifyAll();
      List<CompletableFuture<Long>> all = new ArrayList<>(inFlight);
      waiting.forEach(pending -> all.add(pending.done()));
      return all;
    }
  }

  /** A start that is still held back is left out if this tells all of it, else it goes first. */
  private Pending behindItsStart(Pending pending) {
    Change change = pending.change();
    Young start = young.isEmpty() ? null : young.remove(change.jobId());
    if (start == null) {
      return pending;
    }
    if (change.kind().startNotShownAt() >= 0 && change.makesNeedless(start.pending().change())) {
      start.pending().done().complete(0L);
      return new Pending(change.withoutStart(), pending.done());
    }
    waiting.addLast(start.pending());
    return pending;
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
      long due = releaseGrownUp();
      if (due == 0) {
        // After work it looks once more by itself: the next start needn't wake it for that.
        due = HOLD_NANOS;
      }
      while (waiting.isEmpty() && !closed) {
        looksSoon = due > 0;
        if (looksSoon) {
          TimeUnit.NANOSECONDS.timedWait(waiting, due);
        } else {
          waiting.wait();
        }
        due = releaseGrownUp();
      }
      looksSoon = false;
      while (!waiting.isEmpty() && batch.size() < MOST) {
        batch.add(waiting.removeFirst());
      }
      inFlight = batch.stream().map(Pending::done).toList();
    }
    return batch;
  }

  /**
   * Lets the starts go that have been held back long enough, all of them at the end.
   *
   * @return nanoseconds until the next one, 0 where none is held back
   */
  private long releaseGrownUp() {
    long now = System.nanoTime();
    var starts = young.values().iterator();
    while (starts.hasNext()) {
      Young start = starts.next();
      long left = start.sinceNanos() + HOLD_NANOS - now;
      if (left > 0 && !closed) {
        return left;
      }
      starts.remove();
      waiting.addLast(start.pending());
    }
    return 0;
  }

  private void send(List<Pending> batch) {
    List<byte[]> args = new ArrayList<>(14 * batch.size());
    Set<Change.Kind> kinds = EnumSet.noneOf(Change.Kind.class);
    for (int from = 0, to = 0; from < batch.size(); from = to) {
      Change first = batch.get(from).change();
      while (to < batch.size() && batch.get(to).change().isLike(first)) {
        to++;
      }
      kinds.add(first.kind());
      args.addAll(first.heading(to - from));
      batch.subList(from, to).forEach(pending -> args.addAll(pending.change().values()));
    }
    try {
      answered(batch, (List<?>) redis.apply(kinds, args));
    } catch (QueueUnavailableException e) {
      refuse(batch, e);
    } catch (RuntimeException | Error e) {
      LOG.error("Changes not shown in Redis", e);
      refuse(batch, unavailable(e));
    }
  }

  /**
   * A change that met something odd fails alone; a server that takes no writes refuses them all.
   */
  private void answered(List<Pending> batch, List<?> answers) {
    for (int i = 0; i < batch.size(); i++) {
      CompletableFuture<Long> done = batch.get(i).done();
      if (answers.get(i) instanceof Long answer) {
        done.complete(answer);
        continue;
      }
      String error = RqJobs.text(answers.get(i));
      var why = unavailable(new IllegalStateException(error));
      if (takesNoWrites(error)) {
        refuse(batch.subList(i, batch.size()), why);
        return;
      }
      LOG.warn(
          "{} of job {} not shown in Redis: {}",
          batch.get(i).change().kind(),
          batch.get(i).change().jobId(),
          error);
      done.completeExceptionally(why);
    }
  }

  /** Whether an error is about the server and not about what was asked for. */
  static boolean takesNoWrites(String error) {
    return TAKES_NO_WRITES.matcher(error).lookingAt();
  }

  private void refuse(List<Pending> batch, QueueUnavailableException why) {
    List<Pending> refused = new ArrayList<>(batch);
    synchronized (waiting) {
      paused = true;
      pausedUntilNanos = System.nanoTime() + PAUSE_NANOS;
      refused.addAll(waiting);
      waiting.clear();
      young.values().forEach(start -> refused.add(start.pending()));
      young.clear();
    }
    refused.forEach(pending -> pending.done().completeExceptionally(why));
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
