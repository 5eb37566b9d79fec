package io.pipedeck.stand;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pipedeck.embedded.BundledPostgres;
import io.pipedeck.embedded.BundledRedis;
import io.pipedeck.embedded.StartupProgress;
import io.pipedeck.embedded.TestServers;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;

/**
 * A PostgreSQL and a Redis as the program bundles them, fsync and passwords included, in a folder
 * that is deleted at the end. They end with this process, however it ends.
 */
public final class Stand implements AutoCloseable {
  private final Path folder;
  private final BundledPostgres postgres;
  private final BundledRedis redis;
  private final AtomicInteger databases = new AtomicInteger();

  private Stand(Path folder) {
    this.folder = folder;
    this.postgres =
        BundledPostgres.start(data(folder), TestServers.runtime(), StartupProgress.silent());
    this.redis = BundledRedis.start(data(folder), TestServers.runtime(), StartupProgress.silent());
  }

  /** Starts both servers in a folder made by {@link #newFolder}. */
  public static Stand in(Path folder) {
    return new Stand(folder);
  }

  /** An empty folder that the servers' user may enter. */
  public static Path newFolder(String purpose) throws IOException {
    Path folder = Files.createTempDirectory("pipedeck-" + purpose + "-");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectory(folder.resolve("nodes"));
    Files.createDirectory(folder.resolve("logs"));
    return folder;
  }

  /** Where the servers keep their data, below such a folder. */
  public static Path data(Path folder) {
    return folder.resolve("data");
  }

  /** Its folder. */
  public Path folder() {
    return folder;
  }

  /** The PostgreSQL server. */
  public BundledPostgres postgres() {
    return postgres;
  }

  /** The Redis server. */
  public BundledRedis redis() {
    return redis;
  }

  /** A new empty database of this server. */
  public Db freshDatabase() throws SQLException {
    String name = "stand_" + databases.incrementAndGet();
    try (var first = new Sql(database("pipedeck"))) {
      first.run("CREATE DATABASE " + name);
    }
    return database(name);
  }

  private Db database(String name) {
    return new Db(postgres.jdbcUrl(name), postgres.user(), postgres.password());
  }

  /** A client of Redis, which the caller closes. */
  public RedisClient redisClient() {
    return RedisClient.create(redis.url());
  }

  /** FLUSHALL; what it frees it frees in the background. */
  public void emptyRedis() {
    try (var client = redisClient()) {
      client.executeCommand(new CommandArguments(Protocol.Command.FLUSHALL).add("ASYNC"));
    }
  }

  /** Where Redis is, behind another port. */
  public URI redisUrl(int port) {
    return URI.create("redis://:" + redis.password() + "@127.0.0.1:" + port + "/0");
  }

  /** A database and who may use it. */
  public record Db(String jdbcUrl, String user, String password) {
    /** As the setting {@code DATABASE_URL} takes it, behind another port. */
    public String url(int port) {
      String login = URLEncoder.encode(user, UTF_8) + ":" + URLEncoder.encode(password, UTF_8);
      String name = jdbcUrl.substring(jdbcUrl.lastIndexOf('/') + 1);
      return "postgresql://" + login + "@127.0.0.1:" + port + "/" + name;
    }

    @Override
    public String toString() {
      return jdbcUrl;
    }
  }

  /** Stops both servers and keeps their folder. */
  public void stop() {
    redis.close();
    postgres.close();
  }

  @Override
  public void close() {
    stop();
    try (Stream<Path> paths = Files.walk(folder)) {
      List<Path> all = paths.sorted(Comparator.reverseOrder()).toList();
      for (Path path : all) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      System.err.println("Not deleted: " + folder + ": " + e);
    }
  }
}
