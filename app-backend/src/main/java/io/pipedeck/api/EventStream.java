package io.pipedeck.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The live events of a backend (Server-Sent Events, WHATWG HTML section 9.2), read on a thread of
 * its own until {@link #close}. A broken stream is opened again, after 1 s at first, at most every
 * 15 s, asking for what came since.
 */
public final class EventStream implements AutoCloseable {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);

  private final HttpClient http;
  private final Supplier<HttpRequest.Builder> request;
  private final EventListener listener;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread reader;
  private volatile @Nullable BufferedReader open;
  private @Nullable String lastId;

  EventStream(HttpClient http, Supplier<HttpRequest.Builder> request, EventListener listener) {
    this.http = http;
    this.request = request;
    this.listener = listener;
    this.reader = Thread.ofVirtual().name("pipedeck-events").start(this::run);
  }

  /**
   * Ends the stream; the listener hears nothing more after this returns and its current call ended.
   */
  @Override
  public void close() {
    closed.countDown();
    reader.interrupt();
    BufferedReader current = open;
    if (current != null) {
      try {
        current.close();
      } catch (IOException _) {
        // It is going away either way.
      }
    }
  }

  private void run() {
    Duration pause = FIRST_PAUSE;
    while (closed.getCount() > 0) {
      ApiException cause;
      try {
        boolean wasOpen = follow();
        pause = wasOpen ? FIRST_PAUSE : pause;
        cause =
            PipedeckClient.unreachable(
                "The backend closed the connection.", new IOException("end of stream"));
      } catch (ApiException e) {
        cause = e;
      } catch (ConnectException e) {
        cause = PipedeckClient.unreachable("No connection: " + PipedeckClient.reason(e) + ".", e);
      } catch (IOException e) {
        cause = PipedeckClient.unreachable("The connection broke: " + PipedeckClient.reason(e), e);
      } catch (InterruptedException _) {
        return;
      }
      if (closed.getCount() == 0) {
        return;
      }
      listener.disconnected(cause, pause);
      try {
        if (closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      } catch (InterruptedException _) {
        return;
      }
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0
              ? LONGEST_PAUSE
              : pause.multipliedBy(2);
    }
  }

  private boolean follow() throws IOException, InterruptedException {
    var builder = request.get().header("Accept", "text/event-stream").timeout(ANSWER_WITHIN);
    if (lastId != null) {
      builder.header("Last-Event-ID", lastId);
    }
    var response = http.send(builder.GET().build(), HttpResponse.BodyHandlers.ofInputStream());
    try (var in =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      if (response.statusCode() != 200) {
        var body = new StringBuilder();
        in.lines().forEach(body::append);
        throw new ApiException(PipedeckClient.problemOf(response.statusCode(), body.toString()));
      }
      open = in;
      listener.connected();
      String event = "message";
      var data = new StringBuilder();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.isEmpty()) {
          deliver(event, data.toString());
          event = "message";
          data.setLength(0);
          listener.alive();
        } else if (line.startsWith(":")) {
          listener.alive();
        } else if (line.startsWith("event:")) {
          event = line.substring(6).strip();
        } else if (line.startsWith("data:")) {
          data.append(line.substring(5).strip());
        } else if (line.startsWith("id:")) {
          lastId = line.substring(3).strip();
        }
      }
      return true;
    } finally {
      open = null;
    }
  }

  private void deliver(String event, String data) {
    try {
      switch (event) {
        case "job" -> listener.jobs(Json.mapper().readValue(data, Jobs.class).jobs());
        case "stats" -> listener.stats(Json.mapper().readValue(data, Counts.class));
        case "reset" -> listener.reset();
        default -> {
          // Heartbeats and kinds of event that this release doesn't know.
        }
      }
    } catch (JsonProcessingException _) {
      listener.reset();
    }
  }

  private record Jobs(List<JobEvent> jobs) {}
}
