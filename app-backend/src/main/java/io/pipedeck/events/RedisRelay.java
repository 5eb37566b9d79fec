package io.pipedeck.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pipedeck.api.Json;
import io.pipedeck.job.JobEvents;
import io.pipedeck.job.QueueUnavailableException;
import io.pipedeck.queue.RedisConnection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.JedisPubSub;

/**
 * Carries events between processes over the Redis channel {@code pipedeck:events}. What this
 * process says its own watchers hear directly, with or without Redis; while Redis is away other
 * processes' events are missed, and the watchers are told so when it is back.
 */
public final class RedisRelay implements JobEvents, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RedisRelay.class);
  private static final String CHANNEL = "pipedeck:events";

  private final RedisConnection redis;
  private final EventHub hub;
  private final String self = UUID.randomUUID().toString();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Listener listener = new Listener();
  private final Thread thread =
      Thread.ofVirtual().name("pipedeck-events-relay").unstarted(this::listen);

  /**
   * A batch on the channel.
   *
   * @param from the process that sent it, so that it can ignore its own
   */
  private record Batch(String from, List<Change> changes) {}

  public RedisRelay(RedisConnection redis, EventHub hub) {
    this.redis = redis;
    this.hub = hub;
  }

  /** Begins to hear other processes. */
  public void start() {
    thread.start();
  }

  @Override
  public void changed(List<Change> changes) {
    hub.changed(changes);
    try {
      String batch = Json.mapper().writeValueAsString(new Batch(self, changes));
      redis.call(client -> client.publish(CHANNEL, batch));
    } catch (QueueUnavailableException e) {
      LOG.debug("Events not published", e);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("events are always JSON", e);
    }
  }

  private void listen() {
    while (closed.getCount() > 0) {
      try {
        redis.call(
            client -> {
              client.subscribe(listener, CHANNEL);
              return true;
            });
      } catch (QueueUnavailableException e) {
        LOG.debug("Events of other processes can't be heard", e);
      }
      try {
        boolean _ = closed.await(1, TimeUnit.SECONDS);
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  private final class Listener extends JedisPubSub {
    private boolean before;

    @Override
    public void onSubscribe(String channel, int subscribedChannels) {
      if (before) {
        hub.resetAll();
      }
      before = true;
    }

    @Override
    public void onMessage(String channel, String message) {
      try {
        Batch batch = Json.mapper().readValue(message, Batch.class);
        if (!batch.from().equals(self)) {
          hub.changed(batch.changes());
        }
      } catch (JsonProcessingException e) {
        LOG.warn("A message on {} is not ours and was ignored", CHANNEL, e);
      }
    }
  }

  @Override
  public void close() {
    closed.countDown();
    if (listener.isSubscribed()) {
      listener.unsubscribe();
    }
    thread.interrupt();
  }
}
