package io.pipedeck.fault;

import io.pipedeck.stand.Kill;
import io.pipedeck.stand.Link;
import io.pipedeck.stand.Node;
import io.pipedeck.stand.Pause;
import io.pipedeck.stand.Sql;
import io.pipedeck.stand.Stand;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * All there is to break: PostgreSQL, Redis, an API node and some worker nodes, each node with
 * network links of its own to both servers.
 */
final class World implements AutoCloseable {
  private static final int WORKERS = 3;
  private static final int SLOTS = 8;

  private final SmallDisk disk;
  private final Stand stand;
  private final Stand.Db db;
  private final Random random;
  private final int apiPort = Node.freePort();
  private final List<Linked> workers = new ArrayList<>();
  private final Linked api;
  private final Witness witness;
  private Lost lost = Lost.NONE;

  /** A job and the claim under which a worker runs it. */
  record Running(UUID job, UUID claim) {}

  /** Jobs whose workers went, and when the first one did. */
  record Lost(List<Running> jobs, Instant since) {
    static final Lost NONE = new Lost(List.of(), Instant.MAX);

    Lost with(List<Running> more, Instant now) {
      var all = new ArrayList<>(jobs);
      all.addAll(more);
      return new Lost(List.copyOf(all), now.isBefore(since) ? now : since);
    }
  }

  /** A node and its links. */
  record Linked(Node node, Link postgres, Link redis) {
    void close() {
      node.close();
      postgres.close();
      redis.close();
    }
  }

  /** Starts all of it. */
  World(Random random) throws IOException, SQLException, InterruptedException {
    this.random = random;
    Path folder = Stand.newFolder("faults");
    this.disk = SmallDisk.mountAt(Stand.data(folder).resolve("postgres"));
    this.stand = Stand.in(folder);
    this.db = stand.freshDatabase();
    this.api = linked((pg, redis) -> Node.api(folder, "api", apiPort));
    for (int i = 1; i <= WORKERS; i++) {
      String name = "worker-" + i;
      workers.add(linked((pg, redis) -> Node.worker(folder, name, SLOTS)));
    }
    api.node().awaitUp();
    for (Linked worker : workers) {
      worker.node().awaitUp();
    }
    this.witness = new Witness(db);
  }

  private interface Starter {
    Node.Start of(Link postgres, Link redis);
  }

  private Linked linked(Starter starter) throws IOException {
    var postgres = new Link(stand.postgres().port());
    var redis = new Link(stand.redis().port());
    Node node =
        starter
            .of(postgres, redis)
            .with("DATABASE_URL", db.url(postgres.port()))
            .with("REDIS_URL", stand.redisUrl(redis.port()).toString())
            .jvm("-XX:+UseSerialGC", "-Xmx512m")
            .start();
    return new Linked(node, postgres, redis);
  }

  Random random() {
    return random;
  }

  Stand stand() {
    return stand;
  }

  Stand.Db db() {
    return db;
  }

  SmallDisk disk() {
    return disk;
  }

  Node api() {
    return api.node();
  }

  int apiPort() {
    return apiPort;
  }

  List<Linked> workers() {
    return workers;
  }

  /** The API first, then the workers. */
  List<Linked> nodes() {
    var all = new ArrayList<Linked>();
    all.add(api);
    all.addAll(workers);
    return all;
  }

  /** One of the workers, at a moment when it runs something, if that comes soon. */
  Node anyBusyWorker() throws InterruptedException {
    Node chosen = workers.get(random.nextInt(workers.size())).node();
    boolean _ =
        Pause.until(Duration.ofSeconds(10), () -> !witness.runningOn(chosen.pid()).isEmpty());
    return chosen;
  }

  Witness witness() {
    return witness;
  }

  /** The worker is about to go: whatever it runs now must run again. */
  void lose(Node worker) throws SQLException {
    List<Running> running = witness.runningOn(worker.pid());
    lost = lost.with(running, InstantSource.system().instant());
  }

  /** All workers are about to go. */
  void loseAll() throws SQLException {
    for (Linked worker : workers) {
      lose(worker.node());
    }
  }

  /** The jobs whose workers went since the last call. */
  Lost lostSince() {
    Lost all = lost;
    lost = Lost.NONE;
    return all;
  }

  /** A connection past all links, which the caller closes. */
  Sql sql() throws SQLException {
    return new Sql(db);
  }

  void killPostgres() throws IOException, InterruptedException {
    Kill.send("KILL", stand.postgres().pid());
  }

  void killRedis() throws IOException, InterruptedException {
    Kill.send("KILL", stand.redis().pid());
  }

  /** Starts what is down, and lets go on what is frozen. */
  void restoreServers() throws IOException, InterruptedException {
    Kill.sendToTree("CONT", stand.postgres().pid());
    Kill.sendToTree("CONT", stand.redis().pid());
    stand.postgres().restartIfDead();
    stand.redis().restartIfDead();
  }

  @Override
  public void close() {
    nodes().forEach(Linked::close);
    stand.stop();
    disk.close();
    stand.close();
  }
}
