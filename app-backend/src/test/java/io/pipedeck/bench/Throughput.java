package io.pipedeck.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.api.Json;
import io.pipedeck.bench.MixedDocuments.Document;
import io.pipedeck.db.Database;
import io.pipedeck.document.PostgresDocumentStore;
import io.pipedeck.document.ProcessDocument;
import io.pipedeck.job.JobTests;
import io.pipedeck.job.NewJob;
import io.pipedeck.stand.Node;
import io.pipedeck.stand.Sql;
import io.pipedeck.stand.Stand;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A mixed set of documents through the whole pipeline in a worker process: pages and chunks a
 * second of each stage, and where the time of a job goes. Then a long document in a small heap.
 */
final class Throughput implements Benchmark {
  private static final List<String> STAGES =
      List.of("parse", "clean", "chunk", "embed", "summarise");
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final long MAX_BYTES = 1L << 30;
  private static final int LONG_PAGES = 1_000;
  private static final String SMALL_HEAP = "-Xmx96m";

  @Override
  public String name() {
    return "pipeline";
  }

  @Override
  public void run(Session session) throws Exception {
    mixed(session);
    longDocument(session);
  }

  private static void mixed(Session session) throws Exception {
    System.out.println("pipeline: a mixed set of documents, a worker with a slot for each core");
    Stand.Db db = session.freshStores();
    int cores = Runtime.getRuntime().availableProcessors();
    try (var library = new Library(session, db);
        var progress = new Progress(db);
        var sql = new Sql(db);
        Node worker =
            session.worker(db, "worker-pipeline", cores).withPipeline().start().awaitUp()) {
      var documents = new MixedDocuments();
      List<Document> warmUp = documents.set();
      send(session, db, library, warmUp);
      progress.await(warmUp.size(), PATIENCE);
      sql.run("TRUNCATE document_chunks, stage_outputs");
      List<Document> measured = documents.set();
      var usage = new Usage(session.stand(), Map.of("worker", worker.pid()));
      long began = System.nanoTime();
      send(session, db, library, measured);
      progress.await(warmUp.size() + measured.size(), PATIENCE);
      double wall = (System.nanoTime() - began) / 1e9;
      progress.check(warmUp.size() + measured.size());
      tell(session.report(), sql, measured, wall);
      usage.tell(session.report(), measured.size());
    }
  }

  private static void send(Session session, Stand.Db db, Library library, List<Document> documents)
      throws IOException {
    var login = new Database.Login(db.jdbcUrl(), db.user(), db.password());
    var jobs = new ArrayList<NewJob>();
    try (var database = new Database(login, 0, 2, Duration.ofSeconds(10))) {
      var store = new PostgresDocumentStore(database, session.stand().folder().resolve("scratch"));
      for (Document document : documents) {
        String sha256 = store.put(new ByteArrayInputStream(document.bytes()), MAX_BYTES).sha256();
        jobs.add(
            JobTests.aJob()
                .ofRealm("bench")
                .running(ProcessDocument.FUNCTION)
                .ofContent(sha256)
                .with(Json.mapper().createObjectNode().put("filename", document.name()))
                .build());
      }
    }
    library.enqueue(jobs);
  }

  private static void tell(Report report, Sql sql, List<Document> documents, double wall)
      throws Exception {
    Map<String, Double> seconds = new TreeMap<>();
    double inJobs = 0;
    int chunks = 0;
    List<JsonNode> results =
        sql.rows(
            """
            SELECT result::text, extract(epoch FROM finished_at - started_at) AS seconds
            FROM (SELECT * FROM pipeline_jobs ORDER BY id DESC LIMIT %d) latest
            """
                .formatted(documents.size()),
            row -> {
              var result = Json.mapper().createObjectNode().put("seconds", row.getDouble(2));
              return result.set("result", json(row.getString(1)));
            });
    for (JsonNode job : results) {
      inJobs += job.path("seconds").asDouble();
      chunks += job.path("result").path("chunks").asInt();
      for (JsonNode stage : job.path("result").path("stages")) {
        seconds.merge(stage.path("stage").asText(), stage.path("seconds").asDouble(), Double::sum);
      }
    }
    int pages = documents.stream().mapToInt(Document::pages).sum();
    report.note(
        "%d documents, %d pages, %d chunks in %.1f s"
            .formatted(documents.size(), pages, chunks, wall));
    report.figure("pipeline: pages", Report.text(pages / wall) + " pages/s");
    report.figure("pipeline: chunks", Report.text(chunks / wall) + " chunks/s");
    double rest = inJobs;
    for (String stage : STAGES) {
      double took = seconds.getOrDefault(stage, 0.0);
      rest -= took;
      report.figure(
          "pipeline: " + stage + ", one document at a time", rates(pages, chunks, took, inJobs));
    }
    report.figure("pipeline: fetching, keeping and recording", rates(pages, chunks, rest, inJobs));
  }

  private static JsonNode json(String text) {
    try {
      return Json.mapper().readTree(text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String rates(int pages, int chunks, double took, double all) {
    return "%s pages/s, %s chunks/s, %s %% of the time"
        .formatted(
            Report.text(pages / took), Report.text(chunks / took), Report.text(100 * took / all));
  }

  /** The worker ends at once if its heap is too small for the document. */
  private static void longDocument(Session session) throws Exception {
    System.out.println("pipeline: " + LONG_PAGES + " pages in a heap of " + SMALL_HEAP);
    Stand.Db db = session.freshStores();
    try (var library = new Library(session, db);
        var progress = new Progress(db);
        var sql = new Sql(db);
        Node worker =
            session.worker(db, "worker-long", 1).withPipeline().jvm(SMALL_HEAP).start().awaitUp()) {
      long began = System.nanoTime();
      send(session, db, library, List.of(new MixedDocuments().pdf(LONG_PAGES)));
      progress.await(1, PATIENCE);
      double wall = (System.nanoTime() - began) / 1e9;
      long attempts = sql.number("SELECT attempt FROM pipeline_jobs");
      if (attempts != 1 || !worker.isAlive()) {
        throw new IllegalStateException("the long document took " + attempts + " attempts");
      }
      long chunks = sql.number("SELECT count(*) FROM document_chunks WHERE dimensions = 384");
      session
          .report()
          .figure(
              "pipeline: %d pages, %d chunks with a heap of 96 MiB".formatted(LONG_PAGES, chunks),
              Report.text(LONG_PAGES / wall) + " pages/s, one document alone");
    }
  }
}
