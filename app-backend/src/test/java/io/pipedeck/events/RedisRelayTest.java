package io.pipedeck.events;

import static io.pipedeck.events.EventHubTest.change;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.api.JobEvent;
import io.pipedeck.embedded.TestServers;
import io.pipedeck.events.Subscription.Frame;
import io.pipedeck.queue.RedisConnection;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.BuilderFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RedisRelayTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final URI url = TestServers.freshRedis();
  private final Node here = new Node();
  private final Node there = new Node();

  /** A process. */
  private final class Node implements AutoCloseable {
    private final RedisConnection redis = new RedisConnection(url);
    private final EventHub hub = new EventHub();
    private final RedisRelay relay = new RedisRelay(redis, hub, true);
    private final Subscription watcher = hub.subscribe(null);

    Node start() throws InterruptedException {
      relay.start();
      assertThat(relay.awaitHearing(PATIENCE)).isTrue();
      return this;
    }

    List<JobEvent> hears() throws InterruptedException {
      Frame frame = watcher.next(PATIENCE);
      assertThat(frame).isInstanceOf(Frame.Jobs.class);
      return ((Frame.Jobs) frame).events();
    }

    @Override
    public void close() {
      relay.close();
      hub.close();
      redis.close();
    }
  }

  @AfterEach
  void close() {
    here.close();
    there.close();
  }

  @Test
  void anEventOfOneProcessIsHeardInAllAndOnce() throws Exception {
    here.start();
    there.start();
    UUID one = UUID.randomUUID();
    UUID two = UUID.randomUUID();

    here.relay.changed(List.of(change(one, 1, "realm")));
    assertThat(there.hears()).extracting(JobEvent::id).containsExactly(one);
    assertThat(here.hears()).extracting(JobEvent::id).containsExactly(one);

    there.relay.changed(List.of(change(two, 1)));

    // Had the first come back as an echo, it would be here before the second.
    assertThat(here.hears()).extracting(JobEvent::id).containsExactly(two);
    assertThat(there.hears()).extracting(JobEvent::id).containsExactly(two);
    assertThat(here.watcher.next(Duration.ZERO)).isInstanceOf(Frame.Nothing.class);
  }

  @Test
  void manyEventsArriveInTheirOrder() throws Exception {
    here.start();
    there.start();
    UUID id = UUID.randomUUID();
    UUID last = UUID.randomUUID();
    for (int rev = 1; rev <= 1_200; rev++) {
      here.relay.changed(List.of(change(id, rev)));
    }
    here.relay.changed(List.of(change(last, 1)));

    List<JobEvent> heard = new ArrayList<>();
    while (heard.stream().noneMatch(event -> event.id().equals(last))) {
      heard.addAll(there.hears());
    }

    assertThat(heard.stream().filter(event -> event.id().equals(id)).map(JobEvent::rev))
        .isSorted()
        .endsWith(1_200L);
  }

  @Test
  void whatIsNoMessageOfOursIsIgnored() throws Exception {
    there.start();
    try (var redis = RedisClient.create(url)) {
      for (String message :
          List.of("", "no json", "{}", "[1]", "{\"from\":null,\"changes\":null}")) {
        redis.publish("pipedeck:events", message);
      }
    }
    here.start();
    UUID id = UUID.randomUUID();

    here.relay.changed(List.of(change(id, 1)));

    assertThat(there.hears()).extracting(JobEvent::id).containsExactly(id);
  }

  @Test
  void watchersAreToldThatTheyMissedEventsWhenTheConnectionIsBack() throws Exception {
    there.start();
    try (var redis = RedisClient.create(url)) {
      redis.executeCommand(
          new CommandObject<>(
              new CommandArguments(Protocol.Command.CLIENT).add("KILL").add("TYPE").add("pubsub"),
              BuilderFactory.LONG));
    }

    assertThat(there.watcher.next(PATIENCE)).isInstanceOf(Frame.Reset.class);
  }

  @Test
  void whoeverBeginsToListenIsToldThatItMissedEvents() throws Exception {
    here.start();
    here.relay.changed(List.of(change(UUID.randomUUID(), 1)));
    try (var redis = RedisClient.create(url)) {
      while (!redis.info("commandstats").contains("cmdstat_publish")) {
        Thread.onSpinWait();
      }
    }
    // Nobody else listens, as the answer told: what follows within the second is left out.
    for (int i = 0; i < 10; i++) {
      here.relay.changed(List.of(change(UUID.randomUUID(), 1)));
    }
    there.start();
    Frame heard = there.watcher.next(Duration.ZERO);

    while (!(heard instanceof Frame.Reset)) {
      here.relay.changed(List.of(change(UUID.randomUUID(), 1)));
      heard = there.watcher.next(Duration.ofMillis(50));
    }
  }

  @Test
  void ownWatchersHearWithoutRedisAndNobodyWaits() throws Exception {
    UUID id = UUID.randomUUID();

    here.relay.changed(List.of(change(id, 1)));

    assertThat(here.hears()).extracting(JobEvent::id).containsExactly(id);
  }
}
