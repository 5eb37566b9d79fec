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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One call of an OpenAI-compatible endpoint, with its retries. Safe for all threads. */
final class EndpointCalls implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private final HttpClient http;
  private final URI uri;
  private final String apiKey;
  private final Manners manners;
  private final Pause pause;

  /**
   * How a call is made.
   *
   * @param name of the endpoint in messages, such as "embedding endpoint"
   * @param tries how often, the first time included
   * @param answerTimeout how long each may take to the last byte of its answer
   */
  record Manners(String name, int tries, Duration answerTimeout) {}

  /**
   * Calls of one address.
   *
   * @param path below the base URL
   */
  EndpointCalls(EmbedConfig config, String path, String apiKey, Manners manners, Pause pause) {
    this.http = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();
    this.uri = URI.create(config.baseUrl().toString().replaceAll("/+$", "") + path);
    this.apiKey = apiKey;
    this.manners = manners;
    this.pause = pause;
  }

  /**
   * The answer to this body.
   *
   * @throws TooLarge if the endpoint answers 413
   * @throws EmbedException if no try gave an answer
   */
  byte[] post(Object body) throws InterruptedException {
    HttpRequest request = request(body);
    for (int attempt = 1; ; attempt++) {
      Attempt outcome = attempt(request);
      switch (outcome) {
        case Attempt.Answered(byte[] answer) -> {
          return answer;
        }
        case Attempt.Large() -> throw new TooLarge(manners.name());
        case Attempt.Refused(String reason) -> throw new EmbedException(reason);
        case Attempt.Busy(String reason, Duration asked) -> {
          if (attempt == manners.tries()) {
            throw new EmbedException(reason + ", " + attempt + " times. Try again later.");
          }
          pause.waitFor(RetryAfter.longer(asked, attempt));
        }
      }
    }
  }

  private HttpRequest request(Object body) {
    try {
      return HttpRequest.newBuilder(uri)
          .timeout(manners.answerTimeout())
          .header("Authorization", "Bearer " + apiKey)
          .header("Content-Type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofByteArray(Json.mapper().writeValueAsBytes(body)))
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
      return judge(sent.get(manners.answerTimeout().toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return new Attempt.Busy(
          "The "
              + manners.name()
              + " did not answer within "
              + manners.answerTimeout().toSeconds()
              + " s",
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
          "The " + manners.name() + " at " + uri.getHost() + " can't be reached", Duration.ZERO);
    }
    throw new IllegalStateException(failure.getCause());
  }

  private Attempt judge(HttpResponse<byte[]> response) {
    int status = response.statusCode();
    return switch (status) {
      case 200 -> new Attempt.Answered(response.body());
      case 413 -> new Attempt.Large();
      case 401, 403 ->
          new Attempt.Refused(
              "The " + manners.name() + " refuses the key (" + status + "). Check OPENAI_API_KEY.");
      case 408, 409, 425, 429, 500, 502, 503, 504 ->
          new Attempt.Busy(
              "The " + manners.name() + " answered " + status, RetryAfter.of(response.headers()));
      default ->
          new Attempt.Refused(
              "The " + manners.name() + " answered " + status + beginning(response.body()));
    };
  }

  private static String beginning(byte[] body) {
    String text = new String(body, 0, Math.min(body.length, 300), StandardCharsets.UTF_8);
    String words = text.replaceAll("\\s+", " ").strip();
    return words.isEmpty() ? "" : ": " + words;
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  /** What came of one request. */
  private sealed interface Attempt {
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Answered(byte[] body) implements Attempt {}

    record Large() implements Attempt {}

    record Refused(String reason) implements Attempt {}

    record Busy(String reason, Duration asked) implements Attempt {}
  }

  /** The endpoint wants less at a time. */
  static final class TooLarge extends RuntimeException {
    TooLarge(String name) {
      super("413 from the " + name);
    }
  }
}
