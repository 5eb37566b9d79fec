package io.pipedeck.fault;

import io.pipedeck.api.Json;
import io.pipedeck.stand.Pause;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Semaphore;

/**
 * Clients that send documents over HTTP and remember every answer: at a steady rate, or as many as
 * they are given at once. What was accepted is owed.
 */
final class Load implements AutoCloseable {
  private static final int CLIENTS = 24;
  private static final Duration GIVE_UP = Duration.ofSeconds(20);
  private static final String BOUNDARY = "fault-suite";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI url;
  private final Answers answers;
  private final Semaphore permits = new Semaphore(0);
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean steady;
  private volatile boolean hasty;
  private volatile boolean stopping;

  /**
   * Begins.
   *
   * @param perSecond documents in steady times
   */
  Load(int port, long seed, int perSecond, Answers answers) {
    this.url = URI.create("http://127.0.0.1:" + port + "/pipeline/enqueue");
    this.answers = answers;
    for (int i = 0; i < CLIENTS; i++) {
      var random = new Random(seed + i);
      threads.add(Thread.ofVirtual().name("client-" + i).start(() -> client(random)));
    }
    Duration gap = Duration.ofNanos(1_000_000_000L / perSecond);
    threads.add(Thread.ofVirtual().name("pace").start(() -> pace(gap)));
  }

  private void pace(Duration gap) {
    try {
      while (!stopping) {
        Pause.of(gap);
        if (steady && permits.availablePermits() < CLIENTS) {
          permits.release();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** From now on documents come at the steady rate. */
  void steady() {
    hasty = false;
    steady = true;
  }

  /**
   * Sends this many as fast as can be, those that were refused again, and then goes on steadily.
   */
  void burst(int documents) {
    hasty = true;
    permits.release(documents);
    steady = true;
  }

  /** Sends no more until told to. */
  void rest() {
    steady = false;
    hasty = false;
    permits.drainPermits();
  }

  private void client(Random random) {
    try {
      while (!stopping) {
        permits.acquire();
        if (!stopping) {
          boolean accepted = send(random);
          if (!accepted && hasty) {
            permits.release();
          }
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean send(Random random) throws InterruptedException {
    Answers.Question question = answers.ask();
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(GIVE_UP)
            .header("X-Realm", "realm-" + random.nextInt(5))
            .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
            .POST(BodyPublishers.ofString(body(random)))
            .build();
    try {
      HttpResponse<String> response =
          http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
      if (response.statusCode() == 200) {
        String id = Json.mapper().readTree(response.body()).path("job_id").asText();
        answers.accepted(question, UUID.fromString(id));
        return true;
      }
      answers.refused(
          question,
          response.statusCode(),
          response.headers().firstValue("Retry-After").isPresent(),
          response.body());
    } catch (IOException e) {
      answers.none(question, e);
    }
    Pause.of(Duration.ofMillis(50 + random.nextInt(200)));
    return false;
  }

  private String body(Random random) {
    String queue = List.of("urgent", "default", "default", "slow").get(random.nextInt(4));
    String name =
        "doc-" + millis(random) + "ms-" + (random.nextInt(100) == 0 ? 1 : 0) + "fails.txt";
    return field("queue", queue)
        + "--"
        + BOUNDARY
        + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
        + name
        + "\"\r\nContent-Type: text/plain\r\n\r\n"
        + "Document "
        + UUID.randomUUID()
        + ". ".repeat(1 + random.nextInt(200))
        + "\r\n--"
        + BOUNDARY
        + "--\r\n";
  }

  private static String field(String name, String value) {
    return "--"
        + BOUNDARY
        + "\r\nContent-Disposition: form-data; name=\""
        + name
        + "\"\r\n\r\n"
        + value
        + "\r\n";
  }

  /** Most jobs are short; some are long enough to be running whenever something happens. */
  private int millis(Random random) {
    if (hasty) {
      return random.nextInt(200) == 0 ? 1_000 : random.nextInt(20);
    }
    int kind = random.nextInt(20);
    return kind == 0 ? 3_000 : kind < 4 ? 300 : random.nextInt(50);
  }

  @Override
  public void close() {
    stopping = true;
    permits.release(10 * CLIENTS);
    // Those on their way get their answer: to cut them off would look like a fault of the program.
    boolean answered = true;
    try {
      for (Thread thread : threads) {
        answered &= thread.join(GIVE_UP);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    if (!answered) {
      threads.forEach(Thread::interrupt);
    }
    http.shutdownNow();
  }
}
