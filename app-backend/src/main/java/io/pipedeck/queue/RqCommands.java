package io.pipedeck.queue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.pipedeck.api.Json;
import io.pipedeck.job.QueueUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Hears what RQ's clients tell our workers: one subscription for all workers of this process.
 * Commands that nobody knows, and messages that are none, are logged and ignored.
 */
public final class RqCommands implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RqCommands.class);
  private static final String PREFIX = "rq:pubsub:";
  private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);

  /** A silent subscription counts as broken after 15 s. */
  private static final Duration PING_EVERY = Duration.ofSeconds(5);

  /** Longer messages are no commands. */
  private static final int MOST_CHARACTERS = 10_000;

  private final RedisConnection redis;
  private final List<String> workers;
  private final Handler handler;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CountDownLatch heard = new CountDownLatch(1);
  private final Thread listener =
      Thread.ofVirtual().name("pipedeck-rq-commands").unstarted(this::listen);
  private final Thread pinger =
      Thread.ofVirtual().name("pipedeck-rq-commands-ping").unstarted(this::ping);
  private volatile @Nullable Listener subscription;

  /** Does what is asked; called one at a time, on the thread that listens. */
  public interface Handler {
    /** End this job for good, if this worker runs it. */
    void stopJob(String worker, String jobId);

    /** End whatever this worker runs, as an ordinary failure. */
    void killHorse(String worker);

    /** Take no more jobs, and go when the running one has ended. */
    void shutdown(String worker);
  }

  public RqCommands(RedisConnection redis, List<String> workers, Handler handler) {
    this.redis = redis;
    this.workers = List.copyOf(workers);
    this.handler = handler;
  }

  /** Begins to listen. */
  public void start() {
    listener.start();
    pinger.start();
  }

  private void listen() {
    String[] channels = workers.stream().map(worker -> PREFIX + worker).toArray(String[]::new);
    try {
      do {
        var listening = new Listener();
        subscription = listening;
        try {
          redis.subscribe(listening, channels);
        } catch (QueueUnavailableException e) {
          LOG.debug("Commands of RQ's clients can't be heard", e);
        }
      } while (!closed.await(AGAIN_AFTER.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void ping() {
    try {
      while (!closed.await(PING_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        Listener now = subscription;
        if (now != null && now.isSubscribed()) {
          pingOnce(now);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pingOnce(Listener now) {
    try {
      now.ping();
    } catch (JedisException e) {
      LOG.debug("The subscription to commands is broken", e);
    }
  }

  /** Waits until commands are heard; false if that takes longer. */
  boolean awaitHearing(Duration atMost) throws InterruptedException {
    return heard.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void handle(String worker, String message) {
    JsonNode command = command(message);
    switch (command.path("command").asText()) {
      case "stop-job" -> handler.stopJob(worker, command.path("job_id").asText());
      case "kill-horse" -> handler.killHorse(worker);
      case "shutdown" -> handler.shutdown(worker);
      default -> LOG.warn("Worker {} was sent no command that it knows; ignored", worker);
    }
  }

  private static JsonNode command(String message) {
    if (message.length() > MOST_CHARACTERS) {
      return MissingNode.getInstance();
    }
    try {
      return Json.mapper().readTree(message);
    } catch (JsonProcessingException e) {
      LOG.debug("Not JSON", e);
      return MissingNode.getInstance();
    }
  }

  private final class Listener extends JedisPubSub {
    @Override
    public void onSubscribe(String channel, int subscribedChannels) {
      if (subscribedChannels == workers.size()) {
        heard.countDown();
      }
    }

    @Override
    public void onMessage(String channel, String message) {
      try {
        handle(channel.substring(PREFIX.length()), message);
      } catch (RuntimeException e) {
        LOG.error("A command of RQ's clients met a bug; it was ignored", e);
      }
    }
  }

  private static void unsubscribe(Listener now) {
    try {
      now.unsubscribe();
    } catch (JedisException e) {
      LOG.debug("The subscription to commands ends with its connection", e);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    Listener now = subscription;
    if (now != null && now.isSubscribed()) {
      unsubscribe(now);
    }
    listener.interrupt();
    pinger.interrupt();
  }
}
