package io.pipedeck.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Talks to one backend. All calls block and throw {@link ApiException} where the backend says no or
 * can't be reached; an interrupt ends a call with {@link InterruptedException}. Safe for all
 * threads.
 */
public final class PipedeckClient implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(20);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();
  private final URI base;
  private final @Nullable String token;

  /**
   * A client of the backend at {@code base}, such as {@code http://127.0.0.1:10000}.
   *
   * @param token bearer token, null where the backend asks for none
   */
  public PipedeckClient(URI base, @Nullable String token) {
    this.base = base;
    this.token = token;
  }

  /** The backend's address. */
  public URI base() {
    return base;
  }

  /**
   * Sends a document; returns when it is durable. Has no time limit of its own, since uploads may
   * be large: interrupt the thread to give up.
   */
  public EnqueueAnswer enqueue(Upload upload, UploadProgress progress) throws InterruptedException {
    var body = MultipartBody.of(upload, progress);
    var request =
        request("/pipeline/enqueue", Map.of())
            .header("Content-Type", body.contentType())
            // A refusal is heard before the document is sent in vain.
            .expectContinue(true)
            .POST(body.publisher());
    if (upload.realm() != null) {
      request.header("X-Realm", HeaderText.encode(upload.realm()));
    }
    if (upload.idempotencyKey() != null) {
      request.header("Idempotency-Key", HeaderText.encode(upload.idempotencyKey()));
    }
    if (!Files.isReadable(upload.file())) {
      throw unreachable(
          "The file " + upload.file() + " can't be read.",
          new NoSuchFileException(upload.filename()));
    }
    return call(request.build(), new TypeReference<>() {});
  }

  /** The whole job, empty if there is none of that id. */
  public Optional<JobView> status(UUID id) throws InterruptedException {
    try {
      return Optional.of(
          call(get("/pipeline/status/" + id, Map.of()), new TypeReference<JobView>() {}));
    } catch (ApiException e) {
      if (e.problem().status() == 404) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * The newest jobs.
   *
   * @param limit 1 to 500
   * @param before cursor from {@link JobPage#next}, null for the first page
   */
  public JobPage recent(JobPage.Filters filters, int limit, @Nullable String before)
      throws InterruptedException {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("limit", Integer.toString(limit));
    put(query, "realm", filters.realm());
    put(query, "queue", filters.queue());
    put(query, "status", filters.status() == null ? null : filters.status().wireName());
    put(query, "before", before);
    return call(get("/pipeline/jobs/recent", query), new TypeReference<>() {});
  }

  /**
   * Cancels a job that has not ended.
   *
   * @param seen the status the caller saw: another one now is a {@code conflict}; null for whatever
   *     it is
   */
  public JobView cancel(UUID id, @Nullable JobStatus seen) throws InterruptedException {
    return act("/pipeline/cancel/" + id, seen);
  }

  /** Puts a failed or canceled job back on its queue; {@code seen} as in {@link #cancel}. */
  public JobView retry(UUID id, @Nullable JobStatus seen) throws InterruptedException {
    return act("/pipeline/jobs/" + id + "/retry", seen);
  }

  /**
   * The same with the password of the job's document, which the backend keeps encrypted until the
   * job has ended.
   */
  public JobView retry(UUID id, @Nullable JobStatus seen, String password)
      throws InterruptedException {
    String form = "password=" + URLEncoder.encode(password, StandardCharsets.UTF_8);
    return call(
        action("/pipeline/jobs/" + id + "/retry", seen)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build(),
        new TypeReference<>() {});
  }

  /** The queues with their counts. */
  public List<QueueView> queues() throws InterruptedException {
    return call(get("/pipeline/queues", Map.of()), new TypeReference<Queues>() {}).queues();
  }

  /** The realms that have jobs, with their counts. */
  public List<RealmView> realms() throws InterruptedException {
    return call(get("/pipeline/realms", Map.of()), new TypeReference<Realms>() {}).realms();
  }

  /** The chunks of a realm that fit best, by meaning and by words. */
  public SearchAnswer search(SearchRequest search) throws InterruptedException {
    try {
      byte[] body = Json.mapper().writeValueAsBytes(search);
      return call(
          request("/pipeline/search", Map.of())
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofByteArray(body))
              .timeout(CALL_TIMEOUT)
              .build(),
          new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not to be written as JSON", e);
    }
  }

  /** Which of its dependencies the backend reaches; answered also while it is not ready. */
  public ReadyView ready() throws InterruptedException {
    return call(get("/health/ready", Map.of()), new TypeReference<>() {});
  }

  /** How far the stores agree, and what was mended. */
  public ConsistencyView consistency() throws InterruptedException {
    return call(get("/admin/consistency", Map.of()), new TypeReference<>() {});
  }

  /** Follows the live events until the returned stream is closed; reconnects by itself. */
  public EventStream events(EventListener listener) {
    return new EventStream(http, () -> request("/pipeline/events", Map.of()), listener);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private JobView act(String path, @Nullable JobStatus seen) throws InterruptedException {
    return call(
        action(path, seen).POST(HttpRequest.BodyPublishers.noBody()).build(),
        new TypeReference<>() {});
  }

  private HttpRequest.Builder action(String path, @Nullable JobStatus seen) {
    Map<String, String> query = seen == null ? Map.of() : Map.of("status", seen.wireName());
    return request(path, query).timeout(CALL_TIMEOUT);
  }

  private HttpRequest get(String path, Map<String, String> query) {
    return request(path, query).timeout(CALL_TIMEOUT).GET().build();
  }

  private HttpRequest.Builder request(String path, Map<String, String> query) {
    var target = new StringBuilder(path);
    query.forEach(
        (key, value) ->
            target
                .append(target.indexOf("?") < 0 ? '?' : '&')
                .append(key)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
    var builder = HttpRequest.newBuilder(base.resolve(target.toString()));
    if (token != null) {
      builder.header("Authorization", "Bearer " + token);
    }
    return builder;
  }

  private <T> T call(HttpRequest request, TypeReference<T> type) throws InterruptedException {
    HttpResponse<String> response;
    try {
      response = http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw unreachable("The backend at " + base + " can't be reached: " + reason(e), e);
    }
    try {
      boolean answered = response.statusCode() < 300 || isReadyAnswer(request, response);
      if (answered) {
        return Json.mapper().readValue(response.body(), type);
      }
      throw new ApiException(problemOf(response.statusCode(), response.body()));
    } catch (JsonProcessingException e) {
      throw unreachable("The backend at " + base + " gave an answer that is not Pipedeck's.", e);
    }
  }

  private static boolean isReadyAnswer(HttpRequest request, HttpResponse<String> response) {
    return response.statusCode() == 503 && request.uri().getPath().equals("/health/ready");
  }

  static Problem problemOf(int status, String body) {
    try {
      Problem problem = Json.mapper().readValue(body, Problem.class);
      if (problem != null && problem.code() != null && problem.detail() != null) {
        return problem;
      }
    } catch (JsonProcessingException _) {
      // Not ours: a proxy's page, say. The status is all there is to tell.
    }
    return new Problem(
        "about:blank",
        "HTTP " + status,
        status,
        "http_" + status,
        "The server answered " + status + ".",
        null,
        null,
        null);
  }

  static ApiException unreachable(String detail, Exception cause) {
    return new ApiException(
        new Problem("about:blank", "Unreachable", 0, "unreachable", detail, null, null, null),
        cause);
  }

  /** Why, for people: Java's own client often says nothing but the exception's name. */
  static String reason(IOException e) {
    String message = e.getMessage();
    return switch (e) {
      case ConnectException _ when e.getCause() instanceof ConnectException again -> reason(again);
      case ConnectException _ when e.getCause() instanceof UnresolvedAddressException ->
          "the name of its host is not known";
      case ConnectException _ when message == null || message.isBlank() ->
          "nothing answers at this address";
      case HttpTimeoutException _ -> "no answer in time";
      default -> message == null || message.isBlank() ? "the connection broke" : message;
    };
  }

  private static void put(Map<String, String> query, String key, @Nullable String value) {
    if (value != null) {
      query.put(key, value);
    }
  }

  private record Queues(List<QueueView> queues) {}

  private record Realms(List<RealmView> realms) {}
}
