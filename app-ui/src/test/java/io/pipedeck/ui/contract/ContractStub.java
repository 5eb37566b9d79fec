package io.pipedeck.ui.contract;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pipedeck.api.Counts;
import io.pipedeck.api.EnqueueAnswer;
import io.pipedeck.api.HeaderText;
import io.pipedeck.api.JobPage;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.Problem;
import io.pipedeck.api.QueueView;
import io.pipedeck.api.RealmView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A backend in memory, on a port of its own. Safe for all threads. */
public final class ContractStub implements AutoCloseable {
  private static final Comparator<StubJob> NEWEST_FIRST =
      Comparator.<StubJob, Instant>comparing(job -> job.createdAt)
          .thenComparing(job -> job.id.toString())
          .reversed();

  private final Map<UUID, StubJob> jobs = new LinkedHashMap<>();
  private final Map<String, EnqueueAnswer> answered = new HashMap<>();
  private final List<ReceivedUpload> uploads = new ArrayList<>();
  private final List<String> retryForms = new ArrayList<>();
  private final StubEvents events = new StubEvents();
  private final String token;
  private final int port;
  private final AtomicInteger listCalls = new AtomicInteger();
  private volatile @Nullable Problem refusal;
  private volatile Consumer<StubJob> onEnqueue = _ -> {};
  private HttpServer server;
  private long sequence;

  /** What an upload brought. */
  public record ReceivedUpload(
      String filename, long bytes, String queue, @Nullable String realm, @Nullable String key) {}

  private ContractStub(String token, int port) throws IOException {
    this.token = token;
    this.server = listen(port);
    this.port = server.getAddress().getPort();
  }

  /** A stub on a free port. */
  public static ContractStub start() {
    return start(0);
  }

  /** A stub on that port; 0 for a free one. */
  public static ContractStub start(int port) {
    try {
      return new ContractStub("secret-" + UUID.randomUUID(), port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  public String token() {
    return token;
  }

  /** Adds a job and tells about it. */
  public synchronized StubJob add(String filename, Instant createdAt, Consumer<StubJob> with) {
    var job =
        new StubJob(new UUID(0x0199_0000_0000_7000L + ++sequence, 0x8L << 60), filename, createdAt);
    with.accept(job);
    jobs.put(job.id, job);
    events.send("job", Map.of("jobs", List.of(job.event())));
    events.send("stats", counts());
    return job;
  }

  /** Changes a job and tells about it. */
  public synchronized void change(UUID id, Consumer<StubJob> how) {
    StubJob job = Objects.requireNonNull(jobs.get(id));
    how.accept(job);
    job.rev++;
    events.send("job", Map.of("jobs", List.of(job.event())));
    events.send("stats", counts());
  }

  /** Changes a job without telling, as if the event had been lost. */
  public synchronized void changeSilently(UUID id, Consumer<StubJob> how) {
    how.accept(Objects.requireNonNull(jobs.get(id)));
  }

  /** Takes a job away. */
  public synchronized void delete(UUID id) {
    jobs.remove(id);
  }

  /** Answers every call but events with this problem from now on; null for business as usual. */
  public void refuseWith(@Nullable Problem problem) {
    refusal = problem;
  }

  /** Whether the event stream is served; false breaks off those that are open. */
  public void serveEvents(boolean serve) {
    events.serve(serve);
  }

  /** Sends the sign of life that comes between events. */
  public void heartbeat() {
    events.heartbeat();
  }

  /** What happens to a job that an upload made. */
  public void onEnqueue(Consumer<StubJob> action) {
    onEnqueue = action;
  }

  /** What was uploaded so far. */
  public synchronized List<ReceivedUpload> uploads() {
    return List.copyOf(uploads);
  }

  /** The bodies of the retries so far, as they came. */
  public synchronized List<String> retryForms() {
    return List.copyOf(retryForms);
  }

  /** How often the list was asked for. */
  public int listCalls() {
    return listCalls.get();
  }

  /** Goes away, as a crash would; {@link #comeBack} on the same port. */
  public void goAway() {
    events.serve(false);
    server.stop(0);
  }

  /** Is there again after {@link #goAway}. */
  public void comeBack() {
    try {
      events.serve(true);
      server = listen(port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    goAway();
  }

  private HttpServer listen(int wanted) throws IOException {
    var fresh =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), 50);
    fresh.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    fresh.createContext("/", this::handle);
    fresh.start();
    return fresh;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (!("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        Answers.problem(exchange, 401, "unauthorized", "The token is not known.");
      } else if (path.equals("/pipeline/events")) {
        events.follow(exchange);
      } else if (refusal != null) {
        Answers.problem(exchange, Objects.requireNonNull(refusal));
      } else {
        route(exchange, path);
      }
    }
  }

  private void route(HttpExchange exchange, String path) throws IOException {
    String[] parts = path.split("/", -1);
    String last = parts[parts.length - 1];
    if (path.equals("/pipeline/enqueue")) {
      enqueue(exchange);
    } else if (path.equals("/pipeline/jobs/recent")) {
      listCalls.incrementAndGet();
      Answers.json(exchange, 200, recent(query(exchange)));
    } else if (path.equals("/pipeline/queues")) {
      Answers.json(exchange, 200, Map.of("queues", queues()));
    } else if (path.equals("/pipeline/realms")) {
      Answers.json(exchange, 200, Map.of("realms", realms()));
    } else if (path.startsWith("/pipeline/status/")) {
      status(exchange, UUID.fromString(last));
    } else if (path.startsWith("/pipeline/cancel/")) {
      act(exchange, UUID.fromString(last), JobStatus.CANCELED);
    } else if (last.equals("retry")) {
      keepForm(exchange);
      act(exchange, UUID.fromString(parts[parts.length - 2]), JobStatus.QUEUED);
    } else {
      Answers.problem(exchange, 404, "not_found", "There is no " + path);
    }
  }

  private void enqueue(HttpExchange exchange) throws IOException {
    var upload = Multipart.read(exchange);
    String header = exchange.getRequestHeaders().getFirst("X-Realm");
    String realm = header == null ? null : HeaderText.decode(header);
    String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
    EnqueueAnswer answer;
    synchronized (this) {
      EnqueueAnswer before = key == null ? null : answered.get(key);
      answer = before == null ? accept(upload, realm, key) : before;
    }
    Answers.json(exchange, 200, answer);
  }

  private EnqueueAnswer accept(Multipart upload, @Nullable String realm, @Nullable String key) {
    uploads.add(new ReceivedUpload(upload.filename(), upload.bytes(), upload.queue(), realm, key));
    String queue = upload.queue().equals("auto") ? "urgent" : upload.queue();
    Instant newest =
        jobs.values().stream()
            .map(job -> job.createdAt)
            .max(Comparator.naturalOrder())
            .orElse(Instant.EPOCH);
    StubJob job =
        add(
            upload.filename(),
            newest.plusSeconds(1),
            fresh -> {
              fresh.queue = queue;
              fresh.realm = realm;
              fresh.sizeBytes = upload.bytes();
            });
    var answer = new EnqueueAnswer(job.id, queue, realm, JobStatus.QUEUED, null);
    if (key != null) {
      answered.put(key, answer);
    }
    onEnqueue.accept(job);
    return answer;
  }

  private synchronized JobPage recent(Map<String, String> query) {
    int limit = Integer.parseInt(query.getOrDefault("limit", "50"));
    String status = query.get("status");
    List<StubJob> found =
        jobs.values().stream()
            .filter(job -> status == null || job.status.wireName().equals(status))
            .filter(job -> matches(query.get("queue"), job.queue))
            .filter(job -> matches(query.get("realm"), job.realm))
            .sorted(NEWEST_FIRST)
            .toList();
    int from = query.containsKey("before") ? Integer.parseInt(query.get("before")) : 0;
    var page = found.stream().skip(from).limit(limit).map(StubJob::inList).toList();
    String next = from + limit < found.size() ? Integer.toString(from + limit) : null;
    var filters =
        new JobPage.Filters(
            query.get("realm"),
            query.get("queue"),
            status == null ? null : JobStatus.ofWireName(status));
    return new JobPage(page, page.size(), filters, next);
  }

  private static boolean matches(@Nullable String wanted, @Nullable String value) {
    return wanted == null || wanted.equals(value);
  }

  private synchronized void status(HttpExchange exchange, UUID id) throws IOException {
    StubJob job = jobs.get(id);
    if (job == null) {
      Answers.problem(exchange, 404, "not_found", "There is no job " + id);
    } else {
      Answers.json(exchange, 200, job.whole());
    }
  }

  private synchronized void keepForm(HttpExchange exchange) throws IOException {
    retryForms.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
  }

  private synchronized void act(HttpExchange exchange, UUID id, JobStatus to) throws IOException {
    StubJob job = jobs.get(id);
    String seen = query(exchange).get("status");
    if (job == null) {
      Answers.problem(exchange, 404, "not_found", "There is no job " + id);
      return;
    }
    boolean moved = seen != null && !seen.equals(job.status.wireName());
    if (moved || !job.status.canBecome(to)) {
      Answers.problem(
          exchange,
          new Problem(
              "about:blank",
              "Conflict",
              409,
              "conflict",
              "The job is " + job.status.wireName(),
              "r-1",
              null,
              job.whole()));
      return;
    }
    change(
        id,
        changed -> {
          changed.status = to;
          changed.error = to == JobStatus.QUEUED ? null : changed.error;
          changed.errorCode = to == JobStatus.QUEUED ? null : changed.errorCode;
          changed.progress = null;
        });
    Answers.json(exchange, 200, job.whole());
  }

  private synchronized Counts counts() {
    return count(job -> true);
  }

  private Counts count(java.util.function.Predicate<StubJob> which) {
    Counts counts = Counts.NONE;
    for (StubJob job : jobs.values()) {
      counts = which.test(job) ? counts.plus(job.status, 1) : counts;
    }
    return counts;
  }

  private synchronized List<QueueView> queues() {
    return List.of("urgent", "default", "slow").stream()
        .map(name -> new QueueView(name, count(job -> job.queue.equals(name))))
        .toList();
  }

  private synchronized List<RealmView> realms() {
    return jobs.values().stream()
        .map(job -> job.realm)
        .distinct()
        .map(realm -> new RealmView(realm, count(job -> Objects.equals(job.realm, realm))))
        .toList();
  }

  private static Map<String, String> query(HttpExchange exchange) {
    Map<String, String> values = new HashMap<>();
    String raw = exchange.getRequestURI().getRawQuery();
    for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      values.put(
          pair.substring(0, equals),
          URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
    }
    return values;
  }
}
