package io.pipedeck.events;

import io.pipedeck.api.JobEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * One watcher's events, coalesced: of a job that changed often only the newest is kept. Made by
 * {@link EventHub}.
 */
public final class Subscription implements AutoCloseable {
  /** Beyond this many changed jobs reading the list again is cheaper than hearing of each. */
  private static final int MOST_PENDING = 2_000;

  private final EventHub hub;
  private final String hubId;
  private final Map<UUID, JobEvent> pending = new LinkedHashMap<>();
  private boolean reset;
  private boolean ended;
  private long seq;

  Subscription(EventHub hub, String hubId) {
    this.hub = hub;
    this.hubId = hubId;
  }

  /** What a watcher hears next. */
  public sealed interface Frame {
    /**
     * Jobs changed.
     *
     * @param eventId says on reconnecting what was heard last
     */
    record Jobs(List<JobEvent> events, String eventId) implements Frame {}

    /** Events were missed. */
    record Reset() implements Frame {}

    /** Nothing within the time. */
    record Nothing() implements Frame {}

    /** There will be no more. */
    record End() implements Frame {}
  }

  synchronized void offer(List<JobEvent> events, long lastSeq) {
    for (JobEvent event : events) {
      JobEvent known = pending.get(event.id());
      if (known == null || known.rev() < event.rev()) {
        pending.put(event.id(), event);
      }
    }
    seq = lastSeq;
    if (pending.size() > MOST_PENDING) {
      reset();
    } else {
      notifyAll();
    }
  }

  synchronized void reset() {
    pending.clear();
    reset = true;
    notifyAll();
  }

  synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** The next frame, waiting for it at most this long. For one thread. */
  public synchronized Frame next(Duration atMost) throws InterruptedException {
    long until = System.nanoTime() + atMost.toNanos();
    while (pending.isEmpty() && !reset && !ended) {
      long left = until - System.nanoTime();
      if (left <= 0) {
        return new Frame.Nothing();
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    if (ended) {
      return new Frame.End();
    }
    if (reset) {
      reset = false;
      return new Frame.Reset();
    }
    var frame = new Frame.Jobs(new ArrayList<>(pending.values()), hubId + "-" + seq);
    pending.clear();
    return frame;
  }

  /** Stops watching. */
  @Override
  public void close() {
    hub.remove(this);
  }
}
