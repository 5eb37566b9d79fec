package io.pipedeck.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pipedeck.api.Json;
import io.pipedeck.job.QueueUnavailableException;
import io.pipedeck.queue.RedisConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Carries events between processes over the Redis channel {@code pipedeck:events}. What this
 * process says its own watchers hear directly, with or without Redis; the channel is served by a
 * thread of its own, so that nobody waits for it. While Redis is away other processes' events are
 * missed, and the watchers on both sides are told so when it is back.
 */
public final class RedisRelay implements EventRelay {
  private static final Logger LOG = LoggerFactory.getLogger(RedisRelay.class);
  private static final String CHANNEL = "pipedeck:events";
  private static final int MOST_WAITING = 10_000;
  private static final int MOST_AT_ONCE = 500;

  /** While no other process listens events are left out, and it is asked again after this. */
  private static final long ASK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);

  /** A silent subscription counts as broken after 15 s. */
  private static final Duration PING_EVERY = Duration.ofSeconds(5);

  private final RedisConnection redis;
  private final EventHub hub;
  private final String self = UUID.randomUUID().toString();
  private final BlockingQueue<Change> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
  private final AtomicBoolean missed = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CountDownLatch heard = new CountDownLatch(1);
  private final Thread listener =
      Thread.ofVirtual().name("pipedeck-events-relay").unstarted(this::listen);
  private final Thread publisher =
      Thread.ofVirtual().name("pipedeck-events-publish").unstarted(this::publish);
  private final boolean listens;
  private volatile @Nullable Listener subscription;
  private volatile boolean nobodyListens;
  private volatile long askedNanos;

  /**
   * A batch on the channel.
   *
   * @param from the process that sent it, so that it can ignore its own
   * @param missed whether batches before this one were lost
   */
  private record Batch(String from, boolean missed, List<Change> changes) {}

  /**
   * A relay that begins with {@link #start}.
   *
   * @param listens whether somebody may watch in this process
   */
  public RedisRelay(RedisConnection redis, EventHub hub, boolean listens) {
    this.redis = redis;
    this.hub = hub;
    this.listens = listens;
  }

  @Override
  public void start() {
    if (listens) {
      listener.start();
    }
    publisher.start();
  }

  @Override
  public void changed(List<Change> changes) {
    hub.changed(changes);
    if (leavesOut()) {
      // The publishing thread is not even woken.
      missed.set(true);
      return;
    }
    for (Change change : changes) {
      if (!waiting.offer(change)) {
        missed.set(true);
      }
    }
  }

  private void publish() {
    try {
      while (closed.getCount() > 0) {
        Change first = waiting.poll(PING_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        if (first == null) {
          ping();
        } else {
          guarded(first);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whatever happens to a batch, the next ones are published. */
  private void guarded(Change first) throws InterruptedException {
    try {
      publishFrom(first);
    } catch (RuntimeException e) {
      LOG.error("Events not published", e);
      missed.set(true);
    }
  }

  private void publishFrom(Change first) throws InterruptedException {
    List<Change> changes = new ArrayList<>();
    changes.add(first);
    waiting.drainTo(changes, MOST_AT_ONCE - 1);
    if (leavesOut()) {
      missed.set(true);
      return;
    }
    boolean lost = missed.getAndSet(false);
    try {
      String batch = Json.mapper().writeValueAsString(new Batch(self, lost, newest(changes)));
      long heard = redis.call(client -> client.publish(CHANNEL, batch));
      Listener own = subscription;
      askedNanos = System.nanoTime();
      nobodyListens = heard <= (own != null && own.isSubscribed() ? 1 : 0);
    } catch (QueueUnavailableException e) {
      LOG.debug("Events not published", e);
      missed.set(true);
      boolean _ = closed.await(AGAIN_AFTER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("events are always JSON", e);
    }
  }

  /** Whether events are left out now. */
  private boolean leavesOut() {
    return nobodyListens && System.nanoTime() - askedNanos < ASK_NANOS;
  }

  /** Of a job that changed several times only the last change. */
  private static List<Change> newest(List<Change> changes) {
    Map<UUID, Change> newest = new LinkedHashMap<>();
    changes.forEach(change -> newest.put(change.event().id(), change));
    return List.copyOf(newest.values());
  }

  private void ping() {
    Listener now = subscription;
    try {
      if (now != null && now.isSubscribed()) {
        now.ping();
      }
    } catch (JedisException e) {
      LOG.debug("The subscription is broken", e);
    }
  }

  private void listen() {
    boolean before = false;
    while (closed.getCount() > 0) {
      var listening = new Listener(before);
      subscription = listening;
      try {
        redis.subscribe(listening, CHANNEL);
      } catch (QueueUnavailableException e) {
        LOG.debug("Events of other processes can't be heard", e);
      }
      before = before || listening.subscribed;
      try {
        boolean _ = closed.await(AGAIN_AFTER.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  /** Waits until others are heard; false if that takes longer. */
  boolean awaitHearing(Duration atMost) throws InterruptedException {
    return heard.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }

  private final class Listener extends JedisPubSub {
    private final boolean again;
    private volatile boolean subscribed;

    Listener(boolean again) {
      this.again = again;
    }

    @Override
    public void onSubscribe(String channel, int subscribedChannels) {
      subscribed = true;
      if (again) {
        hub.resetAll();
      }
      heard.countDown();
    }

    @Override
    public void onMessage(String channel, String message) {
      try {
        Batch batch = Json.mapper().readValue(message, Batch.class);
        if (!batch.from().equals(self)) {
          if (batch.missed()) {
            hub.resetAll();
          }
          hub.changed(batch.changes());
        }
      } catch (JsonProcessingException | RuntimeException e) {
        LOG.warn("A message on {} is not ours and was ignored", CHANNEL, e);
      }
    }
  }

  @Override
  public void close() {
    closed.countDown();
    listener.interrupt();
    publisher.interrupt();
  }
}
