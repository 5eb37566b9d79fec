package io.pipedeck.embed;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pipedeck.api.Json;
import io.pipedeck.config.EmbedConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One call of {@code POST …/embeddings}, with its retries. */
final class EndpointClient implements AutoCloseable {
  private static final int TRIES = 5;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);

  private final HttpClient http;
  private final URI uri;
  private final String apiKey;
  private final String model;
  private final Pause pause;
  private final Duration answerTimeout;

  EndpointClient(EmbedConfig config, String apiKey, Pause pause) {
    this(config, apiKey, pause, ANSWER_TIMEOUT);
  }

  EndpointClient(EmbedConfig config, String apiKey, Pause pause, Duration answerTimeout) {
    this.http = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();
    this.uri = URI.create(config.baseUrl().toString().replaceAll("/+$", "") + "/embeddings");
    this.apiKey = apiKey;
    this.model = config.embeddingModel();
    this.pause = pause;
    this.answerTimeout = answerTimeout;
  }

  /** The vectors of the texts, as the endpoint gives them. */
  List<float[]> embed(List<String> texts) throws InterruptedException {
    HttpRequest request = request(texts);
    for (int attempt = 1; ; attempt++) {
      Attempt outcome = attempt(request);
      switch (outcome) {
        case Attempt.Answered(byte[] body) -> {
          return EndpointAnswer.vectors(body, texts.size());
        }
        case Attempt.TooLarge() -> throw new BatchTooLarge();
        case Attempt.Refused(String reason) -> throw new EmbedException(reason);
        case Attempt.Busy(String reason, Duration asked) -> {
          if (attempt == TRIES) {
            throw new EmbedException(reason + ", " + TRIES + " times. Try again later.");
          }
          pause.waitFor(RetryAfter.longer(asked, attempt));
        }
      }
    }
  }

  private HttpRequest request(List<String> texts) {
    try {
      byte[] body = Json.mapper().writeValueAsBytes(new Body(model, texts, "float"));
      return HttpRequest.newBuilder(uri)
          .timeout(answerTimeout)
          .header("Authorization", "Bearer " + apiKey)
          .header("Content-Type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofByteArray(body))
          .build();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts can't be written as JSON", e);
    }
  }

  private Attempt attempt(HttpRequest request) throws InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> sent =
        http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
    try {
      // The request's own timeout ends with the headers; a body may trickle for ever.
      return judge(sent.get(answerTimeout.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return new Attempt.Busy(
          "The embedding endpoint did not answer within " + answerTimeout.toSeconds() + " s",
          Duration.ZERO);
    } catch (ExecutionException e) {
      return unreachable(e);
    } finally {
      sent.cancel(true);
    }
  }

  private Attempt unreachable(ExecutionException failure) {
    if (failure.getCause() instanceof IOException) {
      return new Attempt.Busy(
          "The embedding endpoint at " + uri.getHost() + " can't be reached", Duration.ZERO);
    }
    throw new IllegalStateException(failure.getCause());
  }

  private static Attempt judge(HttpResponse<byte[]> response) {
    int status = response.statusCode();
    return switch (status) {
      case 200 -> new Attempt.Answered(response.body());
      case 413 -> new Attempt.TooLarge();
      case 401, 403 ->
          new Attempt.Refused(
              "The embedding endpoint refuses the key (" + status + "). Check OPENAI_API_KEY.");
      case 408, 409, 425, 429, 500, 502, 503, 504 ->
          new Attempt.Busy(
              "The embedding endpoint answered " + status, RetryAfter.of(response.headers()));
      default ->
          new Attempt.Refused(
              "The embedding endpoint answered " + status + ": " + beginning(response.body()));
    };
  }

  private static String beginning(byte[] body) {
    String text = new String(body, 0, Math.min(body.length, 300), StandardCharsets.UTF_8);
    return text.replaceAll("\\s+", " ").strip();
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private record Body(String model, List<String> input, String encodingFormat) {}

  /** What came of one request. */
  private sealed interface Attempt {
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Answered(byte[] body) implements Attempt {}

    record TooLarge() implements Attempt {}

    record Refused(String reason) implements Attempt {}

    record Busy(String reason, Duration asked) implements Attempt {}
  }

  /** The endpoint wants fewer texts at a time. */
  static final class BatchTooLarge extends RuntimeException {
    BatchTooLarge() {
      super("413 from the embedding endpoint");
    }
  }
}
