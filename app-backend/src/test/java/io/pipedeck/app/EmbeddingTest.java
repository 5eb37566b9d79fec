package io.pipedeck.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView;
import io.pipedeck.api.Json;
import io.pipedeck.api.OnDuplicate;
import io.pipedeck.config.Config;
import io.pipedeck.config.ConfigLoader;
import io.pipedeck.config.ConfigSources;
import io.pipedeck.db.Database;
import io.pipedeck.embedded.TestServers;
import io.pipedeck.job.DuplicateException;
import io.pipedeck.job.Ids;
import io.pipedeck.job.NewJob;
import io.pipedeck.worker.JobFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pipedeck inside another program, and that {@code docs/embedding.md} quotes what is tested. */
class EmbeddingTest {
  @TempDir private Path home;

  private final TestServers.Database database = TestServers.freshDatabase();

  private Config config(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("database-url", database.url());
    settings.put("worker-concurrency", "2");
    settings.putIfAbsent("worker-retry-delays", "0s");
    if (!settings.containsKey("queue-backend")) {
      settings.put("redis-url", TestServers.freshRedis().toString());
    }
    return ConfigLoader.load(new ConfigSources(Map.of(), settings, home, home));
  }

  private static JobStatus ended(MailProgram program, UUID id) throws InterruptedException {
    var never = new CountDownLatch(1);
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!program.statusOf(id).isFinal() && System.nanoTime() < until) {
      boolean _ = never.await(20, TimeUnit.MILLISECONDS);
    }
    return program.statusOf(id);
  }

  @Test
  void functionsOfTheProgramRunTracked() throws Exception {
    try (var program = new MailProgram(config(Map.of()))) {
      List<UUID> ids =
          program.enqueueAll(IntStream.range(0, 20).mapToObj(i -> "m" + i + "@a.example").toList());
      ids = new ArrayList<>(ids);
      ids.add(program.enqueue("x' OR '1'='1").id());

      for (UUID id : ids) {
        assertThat(ended(program, id)).isEqualTo(JobStatus.FINISHED);
      }
      assertThat(program.recipients("m1%@a.example")).hasSize(11);
      assertThat(program.recipients("x' OR '1'='1")).containsExactly("x' OR '1'='1");
      assertThat(program.failedLately()).isEmpty();
      UUID counted = program.counted().id();
      assertThat(ended(program, counted)).isEqualTo(JobStatus.FINISHED);
      assertThat(program.deck().getJobStatus(counted).orElseThrow().result()).hasToString("21");
      assertThat(program.deck().getRecentJobs(500, "acme", "default", null)).hasSize(22);
      assertThat(program.deck().getRecentJobs(5, null, null, JobStatus.FINISHED)).hasSize(5);
    }
  }

  @Test
  void inlineAJobHasRunWhenEnqueueReturns() {
    try (var program =
        new MailProgram(config(Map.of("queue-mode", "inline", "queue-backend", "postgres")))) {
      JobView sent = program.enqueue("a@b.example");

      assertThat(sent.status()).isEqualTo(JobStatus.FINISHED);
      assertThat(sent.result()).hasToString("{\"sent\":1}");
      assertThat(sent.attempts())
          .singleElement()
          .satisfies(attempt -> assertThat(attempt.outcome()).isEqualTo("finished"));
      assertThat(program.recipients("%")).containsExactly("a@b.example");
    }
  }

  @Test
  void inlineItRunsOnTheCallersThreadAndIsTriedAgain() {
    List<Thread> threads = new ArrayList<>();
    try (var deck =
        Pipedeck.of(config(Map.of("queue-mode", "inline", "queue-backend", "postgres")))
            .withoutWorkers()
            .register(
                "fails",
                _ -> {
                  threads.add(Thread.currentThread());
                  throw new JobFailure(
                      ErrorCode.EMBEDDING_UNAVAILABLE, "away", new java.io.IOException("away"));
                })
            .start()) {
      JobView failed =
          deck.enqueue(
              new NewJob(
                  Ids.next(),
                  null,
                  "default",
                  "fails",
                  Json.mapper().createObjectNode(),
                  2,
                  null,
                  null,
                  null,
                  null,
                  null,
                  null,
                  null,
                  null));

      assertThat(failed.status()).isEqualTo(JobStatus.FAILED);
      assertThat(failed.error()).isEqualTo("away", new java.io.IOException("away"));
      assertThat(failed.attempts()).hasSize(2);
      assertThat(threads).containsExactly(Thread.currentThread(), Thread.currentThread());
    }
  }

  @Test
  void aContentThatWasProcessedIsReusedOrRefused() {
    try (var deck =
        Pipedeck.of(config(Map.of("queue-mode", "inline", "queue-backend", "postgres")))
            .withoutWorkers()
            .register("reads", context -> String.valueOf(context.job().sha256()))
            .start()) {
      JobView first = deck.enqueue(ofContent("a".repeat(64)), OnDuplicate.REUSE);

      JobView reused = deck.enqueue(ofContent("a".repeat(64)), OnDuplicate.REUSE);
      JobView other = deck.enqueue(ofContent("b".repeat(64)), OnDuplicate.REUSE);
      JobView again = deck.enqueue(ofContent("a".repeat(64)), OnDuplicate.AGAIN);

      assertThat(first.status()).isEqualTo(JobStatus.FINISHED);
      assertThat(reused).isEqualTo(first);
      assertThat(other.id()).isNotEqualTo(first.id());
      assertThat(again.id()).isNotEqualTo(first.id());
      assertThatThrownBy(() -> deck.enqueue(ofContent("a".repeat(64)), OnDuplicate.REFUSE))
          .isInstanceOf(DuplicateException.class)
          .hasMessageContaining(again.id().toString());
      assertThat(deck.getRecentJobs(10, null, null, null)).hasSize(3);
    }
  }

  private static NewJob ofContent(String sha256) {
    return new NewJob(
        Ids.next(),
        "acme",
        "default",
        "reads",
        Json.mapper().createObjectNode(),
        1,
        null,
        null,
        sha256,
        null,
        null,
        null,
        null,
        null);
  }

  @Test
  void withoutWorkersAJobWaitsAndSaysWhy() {
    try (var deck =
        Pipedeck.of(config(Map.of("queue-backend", "postgres")))
            .withoutWorkers()
            .register("nothing", _ -> null)
            .start()) {
      JobView waiting =
          deck.enqueue(
              new NewJob(
                  Ids.next(),
                  null,
                  "default",
                  "nothing",
                  Json.mapper().createObjectNode(),
                  1,
                  null,
                  null,
                  null,
                  null,
                  null,
                  null,
                  null,
                  null));

      assertThat(waiting.status()).isEqualTo(JobStatus.QUEUED);
      assertThat(waiting.waiting())
          .extracting(JobView.Waiting::reason)
          .isEqualTo("no_worker_for_queue");
    }
  }

  @Test
  void thePoolCanBeResizedWhileItWorks() {
    try (var deck =
        Pipedeck.of(config(Map.of("queue-backend", "postgres"))).withoutWorkers().start()) {
      deck.resizePool(20, 30);
      assertThat(deck.poolSize()).isEqualTo(new Database.PoolSize(20, 30));
      deck.resizePool(0, 1);
      assertThat(deck.poolSize()).isEqualTo(new Database.PoolSize(0, 1));

      assertThat(deck.fetchOne("SELECT 7 AS n", row -> row.requiredInteger("n"))).contains(7);
      assertThatThrownBy(() -> deck.resizePool(3, 2)).hasMessageContaining("pool of 3 to 2");
      assertThatThrownBy(() -> deck.getRecentJobs(501, null, null, null))
          .hasMessageContaining("501");
    }
  }

  @Test
  void theDocumentQuotesTheExample() throws Exception {
    List<String> source =
        Files.readAllLines(Path.of("src/test/java/io/pipedeck/app/MailProgram.java"));
    String example =
        String.join(
                "\n",
                source
                    .subList(source.indexOf("  // begin") + 1, source.indexOf("  // end"))
                    .stream()
                    .map(line -> line.startsWith("  ") ? line.substring(2) : line)
                    .toList())
            .strip();

    assertThat(Files.readString(Path.of("../docs/embedding.md"))).contains("\n" + example + "\n");
  }
}
