package io.pipedeck.fault;

import io.pipedeck.stand.Kill;
import io.pipedeck.stand.Link;
import io.pipedeck.stand.Node;
import io.pipedeck.stand.Pause;
import io.pipedeck.stand.Sql;
import io.pipedeck.stand.Stand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;

/** All that can go wrong here. */
final class Faults {
  private Faults() {}

  static List<Fault> all() {
    return List.of(
        new WorkerKilled(),
        new WorkerFrozen(),
        new WorkerRestarted(),
        new ApiKilled(),
        new ApiFrozen(),
        new ApiRestarted(),
        outage("postgres-killed", World::killPostgres, World::restoreServers, 4),
        outage("postgres-frozen", Faults::freezePostgres, World::restoreServers, 8),
        outage("postgres-restarted", Faults::restartPostgres, World::restoreServers, 2),
        outage("postgres-slow", world -> slow(world, true), Faults::mend, 10),
        outage("postgres-cut-off", world -> cut(world, true), Faults::mend, 8),
        outage("postgres-mute", world -> mute(world, true), Faults::mend, 10),
        new OutOfConnections(),
        new DiskFull(),
        outage("redis-killed", World::killRedis, World::restoreServers, 4),
        outage("redis-frozen", Faults::freezeRedis, World::restoreServers, 8),
        outage("redis-restarted", Faults::restartRedis, World::restoreServers, 2),
        outage("redis-slow", world -> slow(world, false), Faults::mend, 10),
        outage("redis-cut-off", world -> cut(world, false), Faults::mend, 8),
        outage("redis-mute", world -> mute(world, false), Faults::mend, 10),
        outage("redis-flushed", Faults::flush, _ -> {}, 1),
        outage("redis-restarted-empty", Faults::killAndEmptyRedis, World::restoreServers, 3),
        outage("redis-out-of-memory", Faults::fillRedis, Faults::emptyRedis, 8),
        outage("redis-read-only", Faults::makeReplica, Faults::makeMaster, 8),
        outage("both-cut-off", Faults::cutBoth, Faults::mend, 8),
        outage("split", Faults::split, Faults::mend, 12),
        new AllKilled());
  }

  /** A step that may fail. */
  private interface Step {
    void on(World world) throws Exception;
  }

  /** A fault of a store that needs no memory. */
  private record Outage(String name, Step injected, Step healed, Duration lasts) implements Fault {
    @Override
    public void inject(World world) throws Exception {
      injected.on(world);
    }

    @Override
    public void heal(World world) throws Exception {
      healed.on(world);
    }

    @Override
    public boolean isOutage() {
      return true;
    }
  }

  private static Fault outage(String name, Step injected, Step healed, int seconds) {
    return new Outage(name, injected, healed, Duration.ofSeconds(seconds));
  }

  private static void freezePostgres(World world) throws IOException, InterruptedException {
    Kill.sendToTree("STOP", world.stand().postgres().pid());
  }

  private static void restartPostgres(World world) throws IOException, InterruptedException {
    stop("INT", world.stand().postgres().pid());
  }

  private static void freezeRedis(World world) throws IOException, InterruptedException {
    Kill.sendToTree("STOP", world.stand().redis().pid());
  }

  private static void restartRedis(World world) throws IOException, InterruptedException {
    stop("TERM", world.stand().redis().pid());
  }

  private static void stop(String signal, long pid) throws IOException, InterruptedException {
    Kill.send(signal, pid);
    boolean _ =
        Pause.until(
            Duration.ofSeconds(20),
            () -> ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false).equals(false));
  }

  private static List<Link> links(World world, boolean postgres) {
    return world.nodes().stream().map(node -> postgres ? node.postgres() : node.redis()).toList();
  }

  private static void slow(World world, boolean postgres) {
    links(world, postgres).forEach(link -> link.slow(Duration.ofMillis(60)));
  }

  private static void mute(World world, boolean postgres) {
    links(world, postgres).forEach(Link::mute);
  }

  private static void cut(World world, boolean postgres) throws IOException {
    for (Link link : links(world, postgres)) {
      link.cut();
    }
  }

  private static void cutBoth(World world) throws IOException {
    cut(world, true);
    cut(world, false);
  }

  /** One worker sees Redis alone, another one PostgreSQL alone, the rest sees both. */
  private static void split(World world) {
    world.workers().get(0).postgres().mute();
    world.workers().get(1).redis().mute();
  }

  private static void mend(World world) throws IOException {
    for (Link link : links(world, true)) {
      link.mend();
    }
    for (Link link : links(world, false)) {
      link.mend();
    }
  }

  private static void flush(World world) {
    world.stand().emptyRedis();
  }

  private static void killAndEmptyRedis(World world) throws IOException, InterruptedException {
    world.killRedis();
    long pid = world.stand().redis().pid();
    stop("KILL", pid);
    Path files = Stand.data(world.stand().folder()).resolve("redis").resolve("appendonlydir");
    try (Stream<Path> paths = Files.walk(files)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }

  private static void fillRedis(World world) {
    try (var redis = world.stand().redisClient()) {
      redis.configSet("maxmemory", "1");
    }
  }

  private static void emptyRedis(World world) {
    try (var redis = world.stand().redisClient()) {
      redis.configSet("maxmemory", "0");
    }
  }

  /** A replica of a master that isn't there refuses writes, and keeps what it has. */
  private static void makeReplica(World world) {
    replicaOf(world, "127.0.0.1", "1");
  }

  private static void makeMaster(World world) {
    replicaOf(world, "NO", "ONE");
  }

  private static void replicaOf(World world, String host, String port) {
    try (var redis = world.stand().redisClient()) {
      redis.executeCommand(new CommandArguments(Protocol.Command.REPLICAOF).add(host).add(port));
    }
  }

  /** A fault of one worker, chosen at random. */
  private abstract static class OfWorker implements Fault {
    @Nullable Node victim;

    Node choose(World world) throws SQLException, InterruptedException {
      Node chosen = world.anyBusyWorker();
      victim = chosen;
      world.lose(chosen);
      return chosen;
    }

    Node victim() {
      if (victim == null) {
        throw new IllegalStateException("no victim");
      }
      return victim;
    }
  }

  private static final class WorkerKilled extends OfWorker {
    @Override
    public String name() {
      return "worker-killed";
    }

    @Override
    public void inject(World world) throws SQLException, InterruptedException {
      choose(world).kill();
    }

    @Override
    public void heal(World world) throws IOException {
      victim().restart();
    }
  }

  /** Longer than its lease: its jobs run elsewhere when it goes on. */
  private static final class WorkerFrozen extends OfWorker {
    @Override
    public String name() {
      return "worker-frozen";
    }

    @Override
    public Duration lasts() {
      return Duration.ofSeconds(40);
    }

    @Override
    public void inject(World world) throws Exception {
      choose(world).freeze();
    }

    @Override
    public void heal(World world) throws IOException, InterruptedException {
      victim().thaw();
    }
  }

  private static final class WorkerRestarted extends OfWorker {
    @Override
    public String name() {
      return "worker-restarted";
    }

    @Override
    public void inject(World world) throws Exception {
      choose(world).terminate();
    }

    @Override
    public void heal(World world) throws IOException {
      victim().restart();
    }

    @Override
    public Duration lasts() {
      return Duration.ofSeconds(1);
    }
  }

  /** A fault of the API node. */
  private abstract static class OfApi implements Fault {
    @Override
    public boolean silencesApi() {
      return true;
    }

    @Override
    public void heal(World world) throws Exception {
      world.api().restart();
      world.api().awaitUp();
    }
  }

  private static final class ApiKilled extends OfApi {
    @Override
    public String name() {
      return "api-killed";
    }

    @Override
    public void inject(World world) throws InterruptedException {
      world.api().kill();
    }

    @Override
    public Duration lasts() {
      return Duration.ofSeconds(1);
    }
  }

  private static final class ApiFrozen extends OfApi {
    @Override
    public String name() {
      return "api-frozen";
    }

    @Override
    public void inject(World world) throws IOException, InterruptedException {
      world.api().freeze();
    }

    @Override
    public void heal(World world) throws IOException, InterruptedException {
      world.api().thaw();
    }
  }

  private static final class ApiRestarted extends OfApi {
    @Override
    public String name() {
      return "api-restarted";
    }

    @Override
    public void inject(World world) throws IOException, InterruptedException {
      world.api().terminate();
    }

    @Override
    public Duration lasts() {
      return Duration.ofSeconds(1);
    }
  }

  /** Somebody else takes every connection that the server gives. */
  private static final class OutOfConnections implements Fault {
    private final List<Connection> taken = new ArrayList<>();

    @Override
    public String name() {
      return "postgres-out-of-connections";
    }

    @Override
    public boolean isOutage() {
      return true;
    }

    @Override
    public void inject(World world) throws SQLException {
      takeAll(world);
      try (var statement = taken.getFirst().createStatement()) {
        statement.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user"
                + " AND application_name <> 'stand'");
      }
      takeAll(world);
    }

    private void takeAll(World world) {
      try {
        while (taken.size() < 200) {
          taken.add(Sql.connect(world.db()));
        }
      } catch (SQLException _) {
        // All are taken.
      }
    }

    @Override
    public void heal(World world) throws SQLException {
      for (Connection connection : taken) {
        connection.close();
      }
      taken.clear();
    }
  }

  /** The file system of the database has no byte left. */
  private static final class DiskFull implements Fault {
    @Override
    public String name() {
      return "postgres-disk-full";
    }

    @Override
    public boolean possible(World world) {
      return world.disk().exists();
    }

    @Override
    public boolean isOutage() {
      return true;
    }

    @Override
    public void inject(World world) throws IOException {
      world.disk().fill();
    }

    @Override
    public void heal(World world) throws IOException, InterruptedException {
      world.disk().empty();
      world.restoreServers();
    }

    @Override
    public Duration lasts() {
      return Duration.ofSeconds(15);
    }
  }

  /** The power goes: every process at once. */
  private static final class AllKilled extends OfApi {
    @Override
    public String name() {
      return "all-killed";
    }

    @Override
    public Duration lasts() {
      return Duration.ofSeconds(1);
    }

    @Override
    public void inject(World world) throws Exception {
      world.loseAll();
      world.killPostgres();
      world.killRedis();
      for (World.Linked node : world.nodes()) {
        node.node().kill();
      }
    }

    @Override
    public void heal(World world) throws Exception {
      world.restoreServers();
      for (World.Linked node : world.nodes()) {
        node.node().restart();
      }
      super.heal(world);
    }
  }
}
