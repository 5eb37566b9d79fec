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
class EndpointEmbedderTest {
  private static final EmbedProgress SILENT = (_, _) -> {};

  /** What the server does with a request instead of answering it; null answers properly. */
  private interface Quirk {
    void handle(HttpExchange exchange, int texts) throws IOException;
  }

  private final Deque<Quirk> quirks = new ConcurrentLinkedDeque<>();
  private final List<Integer> batches = Collections.synchronizedList(new ArrayList<>());
  private final List<String> keys = Collections.synchronizedList(new ArrayList<>());
  private final List<Duration> pauses = new ArrayList<>();
  private final CountDownLatch never = new CountDownLatch(1);
  private final ExecutorService handlers = Executors.newVirtualThreadPerTaskExecutor();
  private int mostTexts = Integer.MAX_VALUE;

  @SuppressWarnings("NullAway.Init")
  private HttpServer server;

  @SuppressWarnings("NullAway.Init")
  private EndpointEmbedder embedder;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/embeddings", this::handle);
    server.setExecutor(handlers);
    server.start();
    embedder = new EndpointEmbedder(config(), "sk-test", pauses::add);
  }

  @AfterEach
  void stop() {
    never.countDown();
    embedder.close();
    server.stop(0);
    handlers.shutdownNow();
  }

  @Test
  void vectorsComeInTheOrderOfTheTextsAndHaveLengthOne() throws Exception {
    List<float[]> vectors = embedder.embed(List.of("a", "bbbb", "cc"), SILENT);

    assertThat(vectors).hasSize(3);
    assertThat(vectors.get(1)[0]).isGreaterThan(vectors.get(2)[0]);
    assertThat(vectors.get(2)[0]).isGreaterThan(vectors.get(0)[0]);
    assertThat(vectors).allSatisfy(v -> assertThat(Vectors.cosine(v, v)).isBetween(0.999, 1.001));
    assertThat(embedder.dimensions()).isEqualTo(2);
    assertThat(keys).containsExactly("Bearer sk-test");
  }

  @Test
  void aBatchHasAnUpperNumberOfTokens() throws Exception {
    List<String> texts = Collections.nCopies(30, "many words in a long text ".repeat(500));
    List<String> heard = new ArrayList<>();

    embedder.embed(texts, (done, of) -> heard.add(done + "/" + of));

    int perBatch = 40_000 / embedder.countTokens(texts.getFirst());
    assertThat(batches.getFirst()).isEqualTo(perBatch);
    assertThat(batches.stream().mapToInt(Integer::intValue).sum()).isEqualTo(30);
    assertThat(heard).hasSize(batches.size()).last().isEqualTo("30/30");
  }

  @Test
  void aBatchThatIsTooLargeIsHalvedUntilItFits() throws Exception {
    mostTexts = 3;

    List<float[]> vectors =
        embedder.embed(List.of("a", "bb", "ccc", "d", "ee", "fff", "g"), SILENT);

    assertThat(vectors).hasSize(7);
    assertThat(vectors.get(2)[0]).isEqualTo(vectors.get(5)[0]);
    assertThat(batches).containsExactly(7, 3, 4, 2, 2);
  }

  @Test
  void aSingleTextThatIsTooLargeFails() {
    mostTexts = 0;

    assertThatThrownBy(() -> embedder.embed(List.of("a"), SILENT))
        .isInstanceOf(EmbedException.class)
        .hasMessageContaining("single text too large");
  }

  @Test
  void retryAfterInSecondsIsHonoured() throws Exception {
    quirks.add(answer(429, "Retry-After", "7"));
    quirks.add(answer(503, "Retry-After", "20"));

    assertThat(embedder.embed(List.of("a"), SILENT)).hasSize(1);
    assertThat(pauses).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(20));
  }

  @Test
  void retryAfterAsDateIsMeasuredByTheServersClock() throws Exception {
    quirks.add(
        (exchange, _) -> {
          // The JDK's server writes a Date of its own over one that is set here.
          String date = "Fri, 31 Dec 2100 23:59:59 GMT";
          exchange.getResponseHeaders().set("Retry-After", date);
          exchange.sendResponseHeaders(503, -1);
        });

    embedder.embed(List.of("a"), SILENT);

    assertThat(pauses).containsExactly(Duration.ofMinutes(2));
  }

  @Test
  void withoutRetryAfterThePausesGrow() {
    for (int i = 0; i < 5; i++) {
      quirks.add(answer(500, "X-Nothing", "1"));
    }

    assertThatThrownBy(() -> embedder.embed(List.of("a"), SILENT))
        .isInstanceOf(EmbedException.class)
        .hasMessage("The embedding endpoint answered 500, 5 times. Try again later.");
    assertThat(pauses).extracting(Duration::toMillis).containsExactly(500L, 1000L, 2000L, 4000L);
  }

  @Test
  void aRefusedKeyIsSaidAtOnce() {
    quirks.add(answer(401, "X-Nothing", "1"));

    assertThatThrownBy(() -> embedder.embed(List.of("a"), SILENT))
        .isInstanceOf(EmbedException.class)
        .hasMessageContaining("OPENAI_API_KEY")
        .hasMessageNotContaining("sk-test");
    assertThat(pauses).isEmpty();
  }

  @Test
  void aCutConnectionIsTriedAgain() throws Exception {
    quirks.add((exchange, _) -> exchange.close());

    assertThat(embedder.embed(List.of("a"), SILENT)).hasSize(1);
    assertThat(pauses).hasSize(1);
  }

  @Test
  void aServerThatIsNotThereIsSaid() {
    server.stop(0);

    assertThatThrownBy(() -> embedder.embed(List.of("a"), SILENT))
        .isInstanceOf(EmbedException.class)
        .hasMessageContaining("127.0.0.1 can't be reached, 5 times");
  }

  @Test
  void answersThatAreNoVectorsAreErrors() {
    String[] wrong = {
      "no json",
      "{}",
      "{\"data\":[]}",
      "{\"data\":[{\"index\":5,\"embedding\":[1]}]}",
      "{\"data\":[{\"index\":0,\"embedding\":[]}]}",
      "{\"data\":[{\"index\":0,\"embedding\":[\"NaN\"]}]}"
    };
    for (String body : wrong) {
      quirks.add((exchange, _) -> send(exchange, 200, body));

      assertThatThrownBy(() -> embedder.embed(List.of("a"), SILENT))
          .as(body)
          .isInstanceOf(EmbedException.class);
    }
  }

  @Test
  void vectorsOfAnotherLengthAreRefused() throws Exception {
    embedder.embed(List.of("a"), SILENT);
    quirks.add(
        (exchange, _) -> send(exchange, 200, "{\"data\":[{\"index\":0,\"embedding\":[1,2,3]}]}"));

    assertThatThrownBy(() -> embedder.embed(List.of("a"), SILENT))
        .isInstanceOf(EmbedException.class)
        .hasMessageContaining("3 and of 2 dimensions");
  }

  @Test
  void anAnswerThatNeverEndsIsGivenUp() {
    var client = new EndpointClient(config(), "k", pauses::add, Duration.ofMillis(200));
    for (int i = 0; i < 5; i++) {
      quirks.add(
          (exchange, _) -> {
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            awaitEndOfTest();
          });
    }

    assertThatThrownBy(() -> client.embed(List.of("a")))
        .isInstanceOf(EmbedException.class)
        .hasMessageContaining("did not answer");
    client.close();
  }

  private void awaitEndOfTest() {
    try {
      never.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private EmbedConfig config() {
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1/");
    return new EmbedConfig(null, "sk-test", uri, "test-model", null);
  }

  private static Quirk answer(int status, String header, String value) {
    return (exchange, _) -> {
      exchange.getResponseHeaders().set(header, value);
      exchange.sendResponseHeaders(status, -1);
    };
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode request = Json.mapper().readTree(exchange.getRequestBody());
      int texts = request.get("input").size();
      @Nullable Quirk quirk = quirks.poll();
      if (quirk != null) {
        quirk.handle(exchange, texts);
        return;
      }
      batches.add(texts);
      keys.add(exchange.getRequestHeaders().getFirst("Authorization"));
      if (texts > mostTexts) {
        exchange.sendResponseHeaders(413, -1);
      } else {
        send(exchange, 200, answer(request.get("input")));
      }
    }
  }

  /** The longer a text, the longer the first number; the last text comes first. */
  private static String answer(JsonNode input) {
    List<String> items = new ArrayList<>();
    for (int i = input.size() - 1; i >= 0; i--) {
      int length = input.get(i).asText().length();
      items.add("{\"index\":" + i + ",\"embedding\":[" + length + ",1]}");
    }
    return "{\"data\":[" + String.join(",", items) + "]}";
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
