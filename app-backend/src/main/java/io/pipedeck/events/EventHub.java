package io.pipedeck.events;

import io.pipedeck.api.JobEvent;
import io.pipedeck.job.JobEvents;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Gives changed jobs to everybody who watches. Remembers the last few thousand, so that a watcher
 * whose connection broke can go on where it was. Thread-safe.
 */
public final class EventHub implements JobEvents, AutoCloseable {
  private static final int REMEMBERED = 4_096;

  private final String id = UUID.randomUUID().toString().substring(0, 8);
  private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();
  private final Deque<JobEvent> remembered = new ArrayDeque<>();
  private long lastSeq;
  private boolean closed;

  @Override
  public void changed(List<Change> changes) {
    List<JobEvent> events = changes.stream().map(Change::event).toList();
    synchronized (remembered) {
      for (JobEvent event : events) {
        remembered.addLast(event);
        lastSeq++;
        if (remembered.size() > REMEMBERED) {
          remembered.removeFirst();
        }
      }
      subscriptions.forEach(subscription -> subscription.offer(events, lastSeq));
    }
  }

  /**
   * Begins to watch.
   *
   * @param lastEventId what the watcher heard last, null for a new one
   */
  public Subscription subscribe(@Nullable String lastEventId) {
    synchronized (remembered) {
      var subscription = new Subscription(this, id);
      if (lastEventId != null) {
        List<JobEvent> missed = since(lastEventId);
        if (missed == null) {
          subscription.reset();
        } else {
          subscription.offer(missed, lastSeq);
        }
      }
      if (closed) {
        subscription.end();
      } else {
        subscriptions.add(subscription);
      }
      return subscription;
    }
  }

  /** What came since, null if that isn't known any more. */
  private @Nullable List<JobEvent> since(String lastEventId) {
    if (!lastEventId.matches(id + "-\\d{1,18}")) {
      return null;
    }
    long seq = Long.parseLong(lastEventId.substring(id.length() + 1));
    long missed = lastSeq - seq;
    if (missed < 0 || missed > remembered.size()) {
      return null;
    }
    List<JobEvent> all = new ArrayList<>(remembered);
    return all.subList(all.size() - (int) missed, all.size());
  }

  /** Tells all watchers that events were missed. */
  public void resetAll() {
    synchronized (remembered) {
      remembered.clear();
      // Whoever comes back with the last id missed something too.
      lastSeq++;
      subscriptions.forEach(Subscription::reset);
    }
  }

  /** Whether anybody watches now. */
  boolean isWatched() {
    return !subscriptions.isEmpty();
  }

  void remove(Subscription subscription) {
    subscriptions.remove(subscription);
  }

  /** Ends all subscriptions. */
  @Override
  public void close() {
    synchronized (remembered) {
      closed = true;
      subscriptions.forEach(Subscription::end);
      subscriptions.clear();
    }
  }
}
