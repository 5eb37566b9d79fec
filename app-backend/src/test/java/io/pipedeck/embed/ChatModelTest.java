package io.pipedeck.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pipedeck.api.Json;
import io.pipedeck.config.EmbedConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a local server that misbehaves in each of the ways that real endpoints do. */
class ChatModelTest {
  private static final String SUMMARY = "Whales sing. They live in the sea. Nobody knows why.";

  /** What the server does with a request instead of answering it. */
  private interface Quirk {
    void handle(HttpExchange exchange) throws IOException;
  }

  private final Deque<Quirk> quirks = new ConcurrentLinkedDeque<>();
  private final List<JsonNode> asked = Collections.synchronizedList(new ArrayList<>());
  private final List<Duration> pauses = new ArrayList<>();
  private final CountDownLatch never = new CountDownLatch(1);
  private final ExecutorService handlers = Executors.newVirtualThreadPerTaskExecutor();

  @SuppressWarnings("NullAway.Init")
  private HttpServer server;

  @SuppressWarnings("NullAway.Init")
  private ChatModel model;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/chat/completions", this::handle);
    server.setExecutor(handlers);
    server.start();
    model = model(Duration.ofSeconds(20));
  }

  @AfterEach
  void stop() {
    never.countDown();
    model.close();
    server.stop(0);
    handlers.shutdownNow();
  }

  private ChatModel model(Duration timeout) {
    return new ChatModel(config("gpt-test"), "sk-test", "gpt-test", pauses::add, timeout);
  }

  private EmbedConfig config(@Nullable String chat) {
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
    return new EmbedConfig(null, "sk-test", uri, "unused", chat);
  }

  @Test
  void aSummaryIsOneParagraph() throws Exception {
    quirks.add(exchange -> send(exchange, 200, answer("  Whales sing.\n\nThey live. ")));

    assertThat(model.summarise("Whales are mammals.")).isEqualTo("Whales sing. They live.");

    JsonNode request = asked.getFirst();
    assertThat(request.get("model").asText()).isEqualTo("gpt-test");
    assertThat(request.get("temperature").asDouble()).isZero();
    assertThat(request.get("messages").get(0).get("role").asText()).isEqualTo("system");
    assertThat(request.get("messages").get(1).get("content").asText())
        .isEqualTo("Whales are mammals.");
  }

  @Test
  void aBusyServerIsAskedAgainWhenItSays() throws Exception {
    quirks.add(
        exchange -> {
          exchange.getResponseHeaders().set("Retry-After", "9");
          exchange.sendResponseHeaders(429, -1);
        });
    quirks.add(HttpExchange::close);

    assertThat(model.summarise("text")).isEqualTo(SUMMARY);
    assertThat(pauses).containsExactly(Duration.ofSeconds(9), Duration.ofSeconds(1));
  }

  @Test
  void whatIsNoSummaryIsRefused() {
    String[] wrong = {
      "no json",
      "{}",
      "{\"choices\":[]}",
      "{\"choices\":[{}]}",
      "{\"choices\":[{\"message\":{\"role\":\"assistant\"}}]}",
      answer("  "),
      answer("on and on ".repeat(1_000))
    };
    for (String body : wrong) {
      quirks.add(exchange -> send(exchange, 200, body));

      assertThatThrownBy(() -> model.summarise("text"))
          .as(body)
          .isInstanceOf(EmbedException.class)
          .hasMessageStartingWith("The chat endpoint");
    }
  }

  @Test
  void refusalsAreSaidAtOnceAndWithoutTheKey() {
    for (int status : new int[] {400, 401, 404, 413}) {
      quirks.add(exchange -> exchange.sendResponseHeaders(status, -1));

      assertThatThrownBy(() -> model.summarise("text"))
          .isInstanceOf(EmbedException.class)
          .hasMessageContaining("" + status)
          .hasMessageNotContaining("sk-test");
    }
    assertThat(pauses).isEmpty();
  }

  @Test
  void anAnswerThatNeverComesIsGivenUp() {
    try (ChatModel hasty = model(Duration.ofMillis(200))) {
      for (int i = 0; i < 3; i++) {
        quirks.add(_ -> awaitEndOfTest());
      }

      assertThatThrownBy(() -> hasty.summarise("text"))
          .isInstanceOf(EmbedException.class)
          .hasMessageContaining("3 times");
    }
  }

  @Test
  void thereIsNoneWithoutAKeyOrAName() {
    URI uri = URI.create("http://127.0.0.1/v1");

    assertThat(ChatModel.of(new EmbedConfig(null, null, uri, "e", "gpt-test"))).isEmpty();
    assertThat(ChatModel.of(config(null))).isEmpty();
    try (ChatModel of = ChatModel.of(config("gpt-test")).orElseThrow()) {
      assertThat(of.name()).isEqualTo("gpt-test");
    }
  }

  private void awaitEndOfTest() {
    try {
      never.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      asked.add(Json.mapper().readTree(exchange.getRequestBody()));
      @Nullable Quirk quirk = quirks.poll();
      if (quirk == null) {
        send(exchange, 200, answer(SUMMARY));
      } else {
        quirk.handle(exchange);
      }
    }
  }

  private static String answer(String content) {
    var answer = Json.mapper().createObjectNode();
    answer.putArray("choices").addObject().putObject("message").put("content", content);
    return answer.toString();
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
