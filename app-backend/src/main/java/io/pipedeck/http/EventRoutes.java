package io.pipedeck.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.sse.SseEvent;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.sse.SseSink;
import io.pipedeck.api.Counts;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.events.EventHub;
import io.pipedeck.events.Subscription;
import io.pipedeck.events.Subscription.Frame;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /pipeline/events}: Server-Sent Events, at most ten frames a second, a heartbeat every
 * 15 s.
 */
final class EventRoutes {
  private static final HeaderName LAST_ID = HeaderNames.create("Last-Event-ID");
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);

  /** Counts follow changes at most this often. */
  private static final long COUNTS_EVERY_NANOS = Duration.ofSeconds(1).toNanos();

  private static final long FRAME_PAUSE_MILLIS = 100;

  private final EventHub hub;
  private final Supplier<Counts> counts;

  EventRoutes(EventHub hub, Supplier<Counts> counts) {
    this.hub = hub;
    this.counts = counts;
  }

  List<Route> routes() {
    return List.of(Route.get("/pipeline/events", this::events));
  }

  private void events(ServerRequest request, ServerResponse response) throws InterruptedException {
    String lastId = request.headers().first(LAST_ID).orElse(null);
    response.header(HeaderNames.CACHE_CONTROL, "no-store");
    response.header("X-Accel-Buffering", "no");
    if (request.prologue().method().equals(Method.HEAD)) {
      response.header(HeaderNames.CONTENT_TYPE, "text/event-stream");
      response.send();
      return;
    }
    try (SseSink sink = response.sink(SseSink.TYPE);
        Subscription subscription = hub.subscribe(lastId)) {
      new Follower(sink, subscription).follow();
    } catch (UncheckedIOException _) {
      // The watcher went away.
    }
  }

  /** One watcher. */
  private final class Follower {
    private final SseSink sink;
    private final Subscription subscription;
    private final CountDownLatch never = new CountDownLatch(1);
    private @Nullable Counts told;
    private boolean countsOld = true;
    private long countedNanos = System.nanoTime() - COUNTS_EVERY_NANOS;

    Follower(SseSink sink, Subscription subscription) {
      this.sink = sink;
      this.subscription = subscription;
    }

    void follow() throws InterruptedException {
      emit("heartbeat", "{}");
      while (true) {
        tellCountsIfDue();
        Frame frame = subscription.next(countsOld ? Duration.ofNanos(untilCounts()) : HEARTBEAT);
        switch (frame) {
          case Frame.Jobs(var events, var id) -> {
            sink.emit(
                SseEvent.builder().id(id).name("job").data(json(Map.of("jobs", events))).build());
            countsOld = true;
          }
          case Frame.Reset() -> {
            emit("reset", "{}");
            countsOld = true;
          }
          case Frame.Nothing() -> {
            if (!countsOld) {
              emit("heartbeat", "{}");
            }
          }
          case Frame.End() -> {
            return;
          }
        }
        boolean _ = never.await(FRAME_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
      }
    }

    private long untilCounts() {
      return Math.max(1, countedNanos + COUNTS_EVERY_NANOS - System.nanoTime());
    }

    private void tellCountsIfDue() {
      if (!countsOld || untilCounts() > 1) {
        return;
      }
      countedNanos = System.nanoTime();
      try {
        Counts now = counts.get();
        countsOld = false;
        if (!now.equals(told)) {
          emit("stats", json(now));
          told = now;
        }
      } catch (DatabaseException _) {
        // Told when PostgreSQL is back.
      }
    }

    private void emit(String name, String data) {
      sink.emit(SseEvent.builder().name(name).data(data).build());
    }
  }

  private static String json(Object value) {
    return new String(Answers.bytes(value), StandardCharsets.UTF_8);
  }
}
