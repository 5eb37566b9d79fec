package io.pipedeck.ui.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.sun.net.httpserver.HttpExchange;
import io.pipedeck.api.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/** The stub's event stream. */
final class StubEvents {
  /** Ends a follower's stream. */
  private static final String END = "";

  private final List<LinkedBlockingQueue<String>> followers = new CopyOnWriteArrayList<>();
  private volatile boolean serving = true;

  void serve(boolean serve) {
    serving = serve;
    if (!serve) {
      followers.forEach(follower -> follower.add(END));
    }
  }

  void send(String event, Object data) {
    String frame;
    try {
      frame = "event: " + event + "\ndata: " + Json.mapper().writeValueAsString(data) + "\n\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
    followers.forEach(follower -> follower.add(frame));
  }

  /** What goes out between events to show that the line lives. */
  void heartbeat() {
    followers.forEach(follower -> follower.add(": heartbeat\n\n"));
  }

  void follow(HttpExchange exchange) throws IOException {
    if (!serving) {
      Answers.problem(exchange, 503, "unavailable", "No events now.");
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    var frames = new LinkedBlockingQueue<String>();
    followers.add(frames);
    try (OutputStream out = exchange.getResponseBody()) {
      out.flush();
      for (String frame = frames.take(); !frame.equals(END); frame = frames.take()) {
        out.write(frame.getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      followers.remove(frames);
    }
  }
}
