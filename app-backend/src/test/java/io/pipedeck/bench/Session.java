package io.pipedeck.bench;

import io.pipedeck.app.Release;
import io.pipedeck.db.Database;
import io.pipedeck.db.Migrations;
import io.pipedeck.stand.Node;
import io.pipedeck.stand.Stand;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The servers, the report, and the floor, for all benchmarks of a run. */
final class Session implements AutoCloseable {
  private final Options options;
  private final Stand stand;
  private final Report report = new Report();
  private @Nullable Floor floor;

  private Session(Options options, Stand stand) {
    this.options = options;
    this.stand = stand;
  }

  static Session open(Options options) throws IOException {
    Path folder = Stand.newFolder("bench");
    var session = new Session(options, Stand.in(folder));
    session.report.figure(
        "machine",
        Runtime.getRuntime().availableProcessors()
            + " cores, load before "
            + Report.text(
                java.lang.management.ManagementFactory.getOperatingSystemMXBean()
                    .getSystemLoadAverage()));
    return session;
  }

  Options options() {
    return options;
  }

  Stand stand() {
    return stand;
  }

  Report report() {
    return report;
  }

  /** A new database with the schema, and an empty Redis. */
  Stand.Db freshStores() throws SQLException {
    stand.emptyRedis();
    Stand.Db db = stand.freshDatabase();
    var login = new Database.Login(db.jdbcUrl(), db.user(), db.password());
    try (var pool = new Database(login, 0, 2, Duration.ofSeconds(10))) {
      Migrations.apply(pool, Release.VERSION);
    }
    return db;
  }

  /** A worker on these stores. */
  Node.Start worker(Stand.Db db, String name, int concurrency) {
    return onStores(Node.worker(stand.folder(), name, concurrency), db);
  }

  /** An API node on these stores. */
  Node.Start api(Stand.Db db, String name, int port) {
    return onStores(Node.api(stand.folder(), name, port), db);
  }

  private Node.Start onStores(Node.Start start, Stand.Db db) {
    return start
        .with("DATABASE_URL", db.url(stand.postgres().port()))
        .with("REDIS_URL", stand.redis().url().toString())
        .with("REDIS_BUDGET_MB", String.valueOf(options.redisBudget()));
  }

  /** The floor, measured when it is first asked for; empty if not wanted. */
  Optional<Floor> floor() throws IOException, SQLException, InterruptedException {
    if (!options.floor()) {
      return Optional.empty();
    }
    if (floor == null) {
      floor = Floor.measure(this);
    }
    return Optional.of(floor);
  }

  @Override
  public void close() {
    stand.close();
  }
}
