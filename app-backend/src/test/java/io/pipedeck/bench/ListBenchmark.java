package io.pipedeck.bench;

import io.pipedeck.api.JobPage;
import io.pipedeck.api.JobStatus;
import io.pipedeck.db.Database;
import io.pipedeck.embedded.BundledPostgres;
import io.pipedeck.embedded.BundledRedis;
import io.pipedeck.embedded.StartupProgress;
import io.pipedeck.job.Cursor;
import io.pipedeck.job.JobLists;
import io.pipedeck.job.JobStore;
import io.pipedeck.job.RecentPlans;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Lists and status calls over a large table on bundled servers, over HTTP and as SQL alone, at one
 * and at 16 connections; the plans; and what a job's changes cost beside a table of 10,000 rows.
 *
 * <pre>{@code
 * java -cp … io.pipedeck.bench.ListBenchmark [rows] [folder]
 * }</pre>
 */
public final class ListBenchmark {
  private static final int SMALL = 10_000;
  private static final int MANY = 16;
  private static final int CALLS = 600;
  private static final int ROUNDS = 300;
  private static final int QUIET_OF = 5;
  private static final int LIMIT = 50;
  private static final Duration SPAN = Duration.ofDays(59);

  private final Database database;
  private final Database single;
  private final ServerTime server;
  private final URI api;
  private final List<UUID> ids;
  private final Instant newest;

  private ListBenchmark(Database database, Database single, URI api) {
    this.database = database;
    this.single = single;
    this.server = ServerTime.of(single);
    this.api = api;
    this.ids =
        database.inTransaction(
            tx ->
                tx.query(
                    "SELECT id FROM pipeline_jobs TABLESAMPLE SYSTEM (0.1) LIMIT 20000",
                    row -> row.requiredUuid("id")));
    this.newest =
        database.inTransaction(
            tx ->
                tx.query(
                        "SELECT max(created_at) AS newest FROM pipeline_jobs",
                        row -> row.requiredInstant("newest"))
                    .getFirst());
  }

  /** The program. */
  public static void main(String[] arguments) throws Exception {
    Locale.setDefault(Locale.ROOT);
    int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000_000;
    Path folder =
        Path.of(arguments.length > 1 ? arguments[1] : "target/bench-lists").toAbsolutePath();
    try (var postgres = BundledPostgres.start(folder, StartupProgress.silent());
        var redis = BundledRedis.start(folder, StartupProgress.silent())) {
      Database.Login large = database(postgres, "lists_" + rows);
      Database.Login small = fresh(postgres, "lists_small");
      Database.Login earlier = fresh(postgres, "lists_earlier");
      say("Loading %,d rows into %s (kept for the next run)".formatted(rows, folder));
      new ListData(large).load(rows);
      new ListData(small).load(SMALL);
      var former = new ListData(earlier);
      former.load(SMALL);
      earlierIndexes(former);
      try (var largePool = pool(large, 1);
          var smallPool = pool(small, 1);
          var earlierPool = pool(earlier, 1)) {
        writes(List.of(largePool, smallPool, earlierPool), rows);
      }
      try (var pool = pool(large, MANY);
          var single = pool(large, 1);
          var node = ListApi.start(folder, large, redis.url(0))) {
        new ListBenchmark(pool, single, node.url()).run(rows);
      }
    }
  }

  private static Database pool(Database.Login login, int connections) {
    return new Database(login, connections, connections, Duration.ofSeconds(30));
  }

  private static Database.Login database(BundledPostgres postgres, String name) throws Exception {
    var first = new ListData(login(postgres, "pipedeck"));
    if (first.number("SELECT count(*) FROM pg_database WHERE datname = '" + name + "'") == 0) {
      first.execute("CREATE DATABASE " + name);
    }
    return login(postgres, name);
  }

  private static Database.Login fresh(BundledPostgres postgres, String name) throws Exception {
    new ListData(login(postgres, "pipedeck")).execute("DROP DATABASE IF EXISTS " + name);
    return database(postgres, name);
  }

  private static Database.Login login(BundledPostgres postgres, String database) {
    return new Database.Login(postgres.jdbcUrl(database), postgres.user(), postgres.password());
  }

  /** As they were before the lists were merged. */
  private static void earlierIndexes(ListData data) throws Exception {
    data.execute(
        """
        DROP INDEX IF EXISTS pipeline_jobs_content_idx, pipeline_jobs_ended_idx, pipeline_jobs_recent_unnamed_idx;
        DROP TRIGGER IF EXISTS pipeline_jobs_long_inserted ON pipeline_jobs;
        DROP TRIGGER IF EXISTS pipeline_jobs_long_updated ON pipeline_jobs;
        CREATE INDEX IF NOT EXISTS pipeline_jobs_sha256_idx ON pipeline_jobs (sha256, realm) WHERE sha256 IS NOT NULL;
        CREATE INDEX IF NOT EXISTS pipeline_jobs_recent_realm_idx
            ON pipeline_jobs (realm, created_at DESC, id DESC);
        CREATE INDEX IF NOT EXISTS pipeline_jobs_recent_realm_status_idx
            ON pipeline_jobs (realm, status, created_at DESC, id DESC)
        """);
  }

  private static void writes(List<Database> databases, int rows) {
    for (boolean documents : new boolean[] {false, true}) {
      var costs = WriteCost.compare(databases, ROUNDS, documents);
      say("");
      say(
          "| us a job, %s hash; server's CPU (clock) | %,d rows | %,d rows | ratio of CPU | %,d rows, earlier indexes |"
              .formatted(documents ? "with" : "without", rows, SMALL, SMALL));
      say("| --- | --- | --- | --- | --- |");
      for (Map.Entry<String, WriteCost.Cost> cost : costs.get(0).entrySet()) {
        WriteCost.Cost other = Objects.requireNonNull(costs.get(1).get(cost.getKey()));
        say(
            "| %s | %s | %s | %.2f | %s |"
                .formatted(
                    cost.getKey(),
                    text(cost.getValue()),
                    text(other),
                    cost.getValue().processor() / other.processor(),
                    text(Objects.requireNonNull(costs.get(2).get(cost.getKey())))));
      }
    }
  }

  private static String text(WriteCost.Cost cost) {
    return "%.1f (%.1f)".formatted(cost.processor(), cost.wall());
  }

  private void run(int rows) throws Exception {
    say("");
    say(
        "| %,d rows; p50 / p99 in ms | HTTP, 1 | HTTP, %d | SQL, 1 | SQL, %d | server's CPU |"
            .formatted(rows, MANY, MANY));
    say("| --- | --- | --- | --- | --- | --- |");
    for (int filters = 0; filters < 8; filters++) {
      // What runs for days is compiled.
      round(recent(filters, false), MANY, new Random(filters));
    }
    for (int filters = 0; filters < 8; filters++) {
      for (boolean deep : new boolean[] {false, true}) {
        int chosen = filters;
        row(
            name(filters) + (deep ? ", deep" : ", first page"),
            recent(filters, deep),
            (pool, random) -> sql(pool, page(random, chosen, deep)));
      }
    }
    row(
        "status by id",
        caller -> caller.get("/pipeline/status/" + id(caller.random())),
        (pool, random) -> find(pool, id(random)));
    say("");
    for (int filters = 0; filters < 8; filters++) {
      Page page = page(new Random(filters), filters, true);
      say("-- %s: %s, before %s".formatted(name(filters), page.filters(), page.before()));
      database
          .inTransaction(tx -> RecentPlans.explain(tx, page.filters(), page.before(), LIMIT))
          .forEach(line -> say(line));
    }
  }

  private Call recent(int filters, boolean deep) {
    return caller ->
        caller.get("/pipeline/jobs/recent?" + query(page(caller.random(), filters, deep)));
  }

  private interface Call {
    void make(Caller caller) throws Exception;
  }

  /** Who calls, one after the other, on a connection of its own. */
  private record Caller(Random random, PlainConnection http) implements AutoCloseable {
    void get(String path) throws IOException {
      http.call(
          ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() throws IOException {
      http.close();
    }
  }

  private record Page(JobPage.Filters filters, @Nullable Cursor before) {}

  private interface Read {
    void make(Database database, Random random);
  }

  private void row(String name, Call http, Read read) throws Exception {
    Call sql = caller -> read.make(database, caller.random());
    say(
        "| %s | %s | %s | %s | %s | %s |"
            .formatted(
                name,
                times(http, 1),
                times(http, MANY),
                times(sql, 1),
                times(sql, MANY),
                processor(read)));
  }

  /** Median and 99th percentile of the server's own work for one call, in milliseconds. */
  private String processor(Read read) {
    var random = new Random(1);
    var nanos = new long[CALLS];
    for (int i = -CALLS / 6; i < CALLS; i++) {
      long before = server.nanos();
      read.make(single, random);
      if (i >= 0) {
        nanos[i] = server.nanos() - before;
      }
    }
    Arrays.sort(nanos);
    return "%.2f / %.2f".formatted(percentile(nanos, 50) / 1e6, percentile(nanos, 99) / 1e6);
  }

  /**
   * Median and 99th percentile in milliseconds, of the quietest of some rounds: what else the
   * machine does meanwhile is not what is measured.
   */
  private String times(Call call, int connections) throws Exception {
    var random = new Random(connections);
    long[] quietest = round(call, connections, random);
    for (int i = 0; i < QUIET_OF; i++) {
      long[] other = round(call, connections, random);
      quietest = percentile(other, 99) < percentile(quietest, 99) ? other : quietest;
    }
    return String.format(
        "%.2f / %.2f", percentile(quietest, 50) / 1e6, percentile(quietest, 99) / 1e6);
  }

  private static long percentile(long[] sorted, int percent) {
    return sorted[sorted.length * percent / 100];
  }

  private long[] round(Call call, int connections, Random random) throws Exception {
    int each = connections == 1 ? CALLS : CALLS * 2 / connections;
    List<Future<long[]>> callers = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(connections)) {
      for (int i = 0; i < connections; i++) {
        callers.add(threads.submit(caller(call, each, random.nextLong())));
      }
    }
    long[] all = new long[0];
    for (Future<long[]> caller : callers) {
      long[] more = caller.get();
      all = Arrays.copyOf(all, all.length + more.length);
      System.arraycopy(more, 0, all, all.length - more.length, more.length);
    }
    Arrays.sort(all);
    return all;
  }

  private Callable<long[]> caller(Call call, int times, long seed) {
    return () -> {
      var nanos = new long[times];
      try (var caller = new Caller(new Random(seed), new PlainConnection(api.getPort()))) {
        for (int i = 0; i < times; i++) {
          long from = System.nanoTime();
          call.make(caller);
          nanos[i] = System.nanoTime() - from;
        }
      }
      return nanos;
    };
  }

  /** Of the eight combinations: 1 realm, 2 queue, 4 status. */
  private static String name(int filters) {
    List<String> parts = new ArrayList<>();
    if ((filters & 1) > 0) {
      parts.add("realm");
    }
    if ((filters & 2) > 0) {
      parts.add("queue");
    }
    if ((filters & 4) > 0) {
      parts.add("status");
    }
    return parts.isEmpty() ? "all" : String.join(" + ", parts);
  }

  private Page page(Random random, int filters, boolean deep) {
    int realm = random.nextInt(5) < 2 ? 1 : 1 + random.nextInt(200);
    var chosen =
        new JobPage.Filters(
            (filters & 1) > 0 ? String.format(Locale.ROOT, "realm-%03d", realm) : null,
            (filters & 2) > 0 ? List.of("urgent", "default", "slow").get(random.nextInt(3)) : null,
            (filters & 4) > 0 ? List.of(JobStatus.values()).get(random.nextInt(6)) : null);
    var when = newest.minusMillis((long) (random.nextDouble() * SPAN.toMillis()));
    return new Page(chosen, deep ? new Cursor(when, new UUID(-1, -1)) : null);
  }

  private UUID id(Random random) {
    return ids.get(random.nextInt(ids.size()));
  }

  private static String query(Page page) {
    JobPage.Filters filters = page.filters();
    var query = new StringBuilder("limit=" + LIMIT);
    add(query, "realm", filters.realm());
    add(query, "queue", filters.queue());
    add(query, "status", filters.status() == null ? null : filters.status().wireName());
    add(query, "before", page.before() == null ? null : RecentPlans.text(page.before()));
    return query.toString();
  }

  private static void add(StringBuilder query, String name, @Nullable String value) {
    if (value != null) {
      query.append("&" + name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
    }
  }

  private static void sql(Database pool, Page page) {
    pool.inTransaction(tx -> new JobLists().recent(tx, page.filters(), LIMIT, page.before()));
  }

  private static void find(Database pool, UUID id) {
    if (pool.inTransaction(tx -> new JobStore().find(tx, id)).isEmpty()) {
      throw new IllegalStateException("no job " + id);
    }
  }

  private static void say(String text) {
    System.out.println(text);
  }
}
