package io.pipedeck.bench;

import io.pipedeck.api.PipedeckClient;
import io.pipedeck.api.SearchAnswer;
import io.pipedeck.api.SearchRequest;
import io.pipedeck.app.Release;
import io.pipedeck.config.EmbedConfig;
import io.pipedeck.db.Database;
import io.pipedeck.db.Migrations;
import io.pipedeck.embed.Embedder;
import io.pipedeck.embed.Vectors;
import io.pipedeck.embedded.BundledPostgres;
import io.pipedeck.embedded.BundledRedis;
import io.pipedeck.embedded.StartupProgress;
import io.pipedeck.stand.Pause;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * 100,000 chunks of 384 numbers and some 800 characters: how long a search takes over HTTP, and how
 * many of the ten nearest it finds. Rows and index are kept for the next run.
 */
final class Search implements Benchmark {
  private static final int CHUNKS = 100_000;
  private static final int K = 10;
  private static final int QUERIES = 200;
  private static final int CALLS = 1_000;
  private static final int WARM_UP = 200;

  @Override
  public String name() {
    return "search";
  }

  @Override
  public boolean onRequestOnly() {
    return true;
  }

  @Override
  public void run(Session session) throws Exception {
    System.out.println("Search over HTTP in %,d chunks".formatted(CHUNKS));
    Path folder =
        Path.of(System.getProperty("basedir", "."), "target", "bench-search").toAbsolutePath();
    var config =
        new EmbedConfig(null, null, URI.create("https://api.openai.com/v1"), "unused", null);
    try (var postgres = BundledPostgres.start(folder, StartupProgress.silent());
        var redis = BundledRedis.start(folder, StartupProgress.silent());
        var embedder = Embedder.of(config)) {
      var data = new SearchData(embedder);
      float[][] vectors = data.vectors(CHUNKS);
      var login =
          new Database.Login(postgres.jdbcUrl("pipedeck"), postgres.user(), postgres.password());
      fill(login, data, vectors);
      try (var node = ListApi.start(folder, login, redis.url(0));
          var client = new PipedeckClient(node.url(), null)) {
        awaitIndex(client, session.report());
        recall(client, data, vectors, session.report());
        for (int connections : new int[] {1, 4, 16}) {
          times(client, connections, session.report());
        }
      }
    }
  }

  private static void fill(Database.Login login, SearchData data, float[][] vectors) {
    try (var database = new Database(login, 1, 2, Duration.ofSeconds(30))) {
      Migrations.apply(database, Release.VERSION);
      long there =
          database.inTransaction(
              tx ->
                  tx.query(
                          "SELECT count(*) AS n FROM document_chunks", row -> row.requiredLong("n"))
                      .getFirst());
      if (there != vectors.length) {
        System.out.println("Loading the chunks (kept for the next run)");
        database.run(tx -> tx.update("TRUNCATE pipeline_jobs, document_chunks"));
        data.load(database, vectors);
      }
    }
  }

  private static void awaitIndex(PipedeckClient client, Report report) throws Exception {
    long began = System.nanoTime();
    var first = new SearchRequest("where is it", SearchData.REALM, K);
    Pause.until(Duration.ofMinutes(20), () -> isComplete(client, first));
    report.figure(
        "index complete after the start", Report.text((System.nanoTime() - began) / 1e9) + " s");
  }

  private static boolean isComplete(PipedeckClient client, SearchRequest first)
      throws InterruptedException {
    try {
      return client.search(first).complete();
    } catch (io.pipedeck.api.ApiException e) {
      return false;
    }
  }

  /** Sentences have no word of the chunks, so that what is found is found by meaning alone. */
  private static void recall(
      PipedeckClient client, SearchData data, float[][] vectors, Report report) throws Exception {
    var random = new Random(4);
    int found = 0;
    for (int i = 0; i < QUERIES; i++) {
      String query = SearchData.sentence(random);
      Set<Integer> nearest = nearest(data.vector(query), vectors);
      for (SearchAnswer.Hit hit :
          client.search(new SearchRequest(query, SearchData.REALM, K)).hits()) {
        int number = SearchData.number(String.valueOf(hit.filename()), hit.ordinal());
        found += nearest.contains(number) ? 1 : 0;
      }
    }
    report.atLeast("recall@10 against exact", found / (double) (QUERIES * K), 0.95, "");
  }

  private record Near(int chunk, double cosine) {}

  private static Set<Integer> nearest(float[] query, float[][] vectors) {
    var best = new PriorityQueue<Near>((a, b) -> Double.compare(a.cosine(), b.cosine()));
    for (int i = 0; i < vectors.length; i++) {
      double cosine = Vectors.cosine(query, vectors[i]);
      if (best.size() < K || cosine > best.element().cosine()) {
        best.add(new Near(i, cosine));
        if (best.size() > K) {
          best.remove();
        }
      }
    }
    Set<Integer> nearest = new HashSet<>();
    best.forEach(near -> nearest.add(near.chunk()));
    return nearest;
  }

  private static void times(PipedeckClient client, int connections, Report report)
      throws Exception {
    round(client, connections, WARM_UP, new Latencies(WARM_UP));
    var latencies = new Latencies(CALLS);
    long began = System.nanoTime();
    round(client, connections, CALLS, latencies);
    double seconds = (System.nanoTime() - began) / 1e9;
    String what = "search, " + connections + (connections == 1 ? " caller" : " callers");
    report.figure(what + ": p50", Report.text(latencies.millis(0.50)) + " ms");
    if (connections == 1) {
      report.atMost(what + ": p95", latencies.millis(0.95), 100, " ms");
    } else {
      report.figure(what + ": p95", Report.text(latencies.millis(0.95)) + " ms");
    }
    report.figure(what + ": p99", Report.text(latencies.millis(0.99)) + " ms");
    report.figure(what + ": rate", Report.text(latencies.count() / seconds) + "/s");
  }

  private static void round(PipedeckClient client, int connections, int calls, Latencies latencies)
      throws Exception {
    List<Future<Boolean>> callers = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(connections)) {
      for (int i = 0; i < connections; i++) {
        callers.add(threads.submit(caller(client, calls / connections, new Random(i), latencies)));
      }
    }
    for (Future<Boolean> caller : callers) {
      caller.get();
    }
  }

  private static Callable<Boolean> caller(
      PipedeckClient client, int calls, Random random, Latencies latencies) {
    return () -> {
      for (int i = 0; i < calls; i++) {
        String query = SearchData.sentence(random) + " " + SearchData.words(random, 3);
        long began = System.nanoTime();
        SearchAnswer answer = client.search(new SearchRequest(query, SearchData.REALM, K));
        latencies.add(System.nanoTime() - began);
        if (answer.count() != K || !answer.warnings().isEmpty()) {
          throw new IllegalStateException("not a whole answer: " + answer);
        }
      }
      return true;
    };
  }
}
