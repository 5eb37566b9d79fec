package io.pipedeck.worker;

import io.pipedeck.job.QueueUnavailableException;
import io.pipedeck.queue.Popped;
import io.pipedeck.queue.QueueWindow;
import io.pipedeck.queue.RedisQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The next job ids from Redis, the most urgent queue first. While all queues are empty, one thread
 * a queue blocks in Redis, so that a new id is there at once and nothing is polled; ids that come
 * in while no slot is free go back to the head.
 */
final class Arrivals {
  /** Also how long a stop takes to be noticed; two seconds keep an idle system idle. */
  private static final Duration BLOCK = Duration.ofSeconds(2);

  private final QueueWindow window;
  private final RedisQueue redis;
  private final List<String> queues;
  private final Rights rights;
  private final List<Popped> held = new ArrayList<>();
  private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
  private final List<Semaphore> idle = new ArrayList<>();
  private final List<Thread> poppers = new ArrayList<>();

  /** Which queues have a pop under way; only the dispatching thread uses it. */
  private final boolean[] waiting;

  /** What a blocking pop gave: an id, nothing within its time, or a failure. */
  private record Arrival(
      int queue, @Nullable Popped popped, @Nullable QueueUnavailableException failure) {}

  /** Stands for no queue: only wakes the dispatching thread. */
  private static final int NONE = -1;

  Arrivals(QueueWindow window, RedisQueue redis, List<String> queues) {
    this.window = window;
    this.redis = redis;
    this.queues = queues;
    this.rights = new Rights(queues);
    this.waiting = new boolean[queues.size()];
    for (int i = 0; i < queues.size(); i++) {
      int queue = i;
      idle.add(new Semaphore(0));
      // A platform thread wakes up once for an answer, a virtual one several others on its way.
      poppers.add(
          Thread.ofPlatform()
              .daemon()
              .name("pipedeck-pop-" + queues.get(i))
              .unstarted(() -> pop(queue)));
    }
  }

  void start() {
    poppers.forEach(Thread::start);
  }

  /** What came in. */
  record Next(List<Popped> popped, boolean suspended) {
    static final Next NOTHING = new Next(List.of(), false);
    static final Next SUSPENDED = new Next(List.of(), true);
  }

  /**
   * The next ids, nothing if none came for some seconds.
   *
   * @param most how many at most
   * @throws QueueUnavailableException if Redis can't be reached
   */
  Next next(int most) throws InterruptedException {
    boolean _ = collect(Duration.ZERO, false);
    Next next = take(most);
    if (next.suspended() || !next.popped().isEmpty()) {
      return next;
    }
    for (int i = 0; i < queues.size(); i++) {
      if (!waiting[i]) {
        waiting[i] = true;
        idle.get(i).release();
      }
    }
    long untilNanos = System.nanoTime() + BLOCK.plusSeconds(1).toNanos();
    while (held.isEmpty() && anyPops() && collect(until(untilNanos), true)) {
      // One queue's pop has come back empty; those of the others wait on.
    }
    // Once more: others may have come with the first, and workers may have been suspended
    // meanwhile.
    return held.isEmpty() ? Next.NOTHING : take(most);
  }

  private boolean anyPops() {
    for (boolean pop : waiting) {
      if (pop) {
        return true;
      }
    }
    return false;
  }

  private static Duration until(long nanos) {
    return Duration.ofNanos(Math.max(0, nanos - System.nanoTime()));
  }

  private Next take(int most) throws InterruptedException {
    // However many are held: what waits may be more urgent.
    QueueWindow.Taken taken = window.take(most, rights.of(most));
    if (taken.suspended()) {
      putBackSurplus();
      return Next.SUSPENDED;
    }
    held.addAll(taken.popped());
    held.sort(Comparator.comparingInt(popped -> queues.indexOf(popped.queue())));
    List<Popped> next = List.copyOf(held.subList(0, Math.min(most, held.size())));
    held.subList(0, next.size()).clear();
    rights.took(next);
    try {
      putBackHeld();
    } catch (QueueUnavailableException _) {
      // They are held on; what was taken must be run.
    }
    return new Next(next, false);
  }

  /** Puts back what came in and can't be run now. */
  void putBackSurplus() throws InterruptedException {
    boolean _ = collect(Duration.ZERO, false);
    putBackHeld();
  }

  private void putBackHeld() {
    while (!held.isEmpty()) {
      redis.putBack(held.getLast());
      held.removeLast();
    }
  }

  /** Takes in what has come, waiting for the first; false if nothing has, or it was woken. */
  private boolean collect(Duration atMost, boolean failing) throws InterruptedException {
    Arrival arrival = arrivals.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
    boolean came = arrival != null && arrival.queue() != NONE;
    while (arrival != null && arrival.queue() != NONE) {
      waiting[arrival.queue()] = false;
      if (arrival.failure() != null && failing) {
        throw arrival.failure();
      }
      if (arrival.popped() != null) {
        held.add(arrival.popped());
      }
      arrival = arrivals.poll();
    }
    return came && arrival == null;
  }

  private void pop(int queue) {
    try {
      while (true) {
        idle.get(queue).acquire();
        arrivals.add(popOnce(queue));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Arrival popOnce(int queue) {
    try {
      return new Arrival(queue, window.pop(queues.get(queue), BLOCK).orElse(null), null);
    } catch (QueueUnavailableException e) {
      return new Arrival(queue, null, e);
    }
  }

  /** Ends a wait in {@link #next} early. Any thread. */
  void wake() {
    arrivals.add(new Arrival(NONE, null, null));
  }

  /** Ends the blocking pops and puts back what they took; waits for them, a few seconds at most. */
  void close() throws InterruptedException {
    int pops = 0;
    for (boolean pop : waiting) {
      pops += pop ? 1 : 0;
    }
    while (pops > 0) {
      Arrival last = arrivals.poll(BLOCK.toMillis() + 1_000, TimeUnit.MILLISECONDS);
      if (last == null) {
        break;
      }
      if (last.popped() != null) {
        held.add(last.popped());
      }
      pops -= last.queue() == NONE ? 0 : 1;
    }
    poppers.forEach(Thread::interrupt);
    putBackSurplus();
  }
}
