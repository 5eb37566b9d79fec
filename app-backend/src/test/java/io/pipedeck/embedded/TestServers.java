package io.pipedeck.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.postgresql.ds.PGSimpleDataSource;
import redis.clients.jedis.RedisClient;

/**
 * One real PostgreSQL and one real Redis for all tests of a JVM, each started when the first test
 * asks for it and stopped when the JVM ends. Their programs are unpacked once under {@code target};
 * their data is new in every JVM and deleted with it.
 *
 * <pre>{@code
 * private static final TestServers.Database DB = TestServers.freshDatabase();
 * private static final URI REDIS = TestServers.freshRedis();
 * }</pre>
 */
public final class TestServers {
  private static final String RUN = "run-";
  private static final AtomicInteger DATABASES = new AtomicInteger();
  private static final AtomicInteger REDIS_DATABASES = new AtomicInteger();

  private TestServers() {}

  /** Where to connect; the user owns the database and may create others, but is no superuser. */
  public record Database(String name, String jdbcUrl, String user, String password) {
    /** A new connection, which the caller closes. */
    public Connection connect() throws SQLException {
      var source = new PGSimpleDataSource();
      source.setUrl(jdbcUrl);
      return source.getConnection(user, password);
    }

    /** As the setting {@code DATABASE_URL} takes it. */
    public String url() {
      String login = URLEncoder.encode(user, UTF_8) + ":" + URLEncoder.encode(password, UTF_8);
      return jdbcUrl.replace("jdbc:postgresql://", "postgresql://" + login + "@");
    }

    @Override
    public String toString() {
      return jdbcUrl; // no password in messages of tests
    }
  }

  /** An empty database of its own. */
  public static Database freshDatabase() {
    return copyOf("template1");
  }

  /**
   * A new database with all that is in another one, such as a migrated schema; far quicker than
   * migrating again. Nobody may be connected to that other one.
   */
  public static Database copyOf(Database template) {
    return copyOf(template.name());
  }

  private static Database copyOf(String template) {
    Database first = database(PostgresCluster.NAME);
    Database fresh = database("test_" + DATABASES.incrementAndGet());
    try (Connection connection = first.connect();
        var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + fresh.name() + " TEMPLATE " + template);
    } catch (SQLException e) {
      throw new IllegalStateException("No fresh database from " + template, e);
    }
    return fresh;
  }

  private static Database database(String name) {
    BundledPostgres server = Postgres.SERVER;
    return new Database(name, server.jdbcUrl(name), server.user(), server.password());
  }

  /**
   * An empty logical database of Redis. There are 16; the one handed out 16 calls ago is emptied
   * and handed out again.
   */
  public static URI freshRedis() {
    int index = Math.floorMod(REDIS_DATABASES.getAndIncrement(), 16);
    URI url = Redis.SERVER.url(index);
    try (var client = RedisClient.create(url)) {
      client.flushDB();
    }
    return url;
  }

  /** The server behind {@link #freshDatabase()}; for tests that stop and start it. */
  public static BundledPostgres postgres() {
    return Postgres.SERVER;
  }

  /** The server behind {@link #freshRedis()}; for tests that stop and start it. */
  public static BundledRedis redis() {
    return Redis.SERVER;
  }

  /** Programs that tests may share with these servers: {@code target/test-servers/runtime}. */
  public static Path runtime() {
    return root().resolve("runtime");
  }

  private static Path root() {
    Path module = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    // As root the servers run as nobody, for whom a checkout in root's home is closed.
    return isOpenToOthers(module) || !System.getProperty("user.name").equals("root")
        ? module.resolve("target/test-servers")
        : Path.of(System.getProperty("java.io.tmpdir"), "pipedeck-test-servers");
  }

  private static boolean isOpenToOthers(Path folder) {
    try {
      for (Path path = folder; path != null; path = path.getParent()) {
        if (Durable.POSIX
            && !Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_EXECUTE)) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Each is a class of its own, so that a test that needs one doesn't start the other. */
  private static final class Postgres {
    static final BundledPostgres SERVER =
        BundledPostgres.start(Run.FOLDER, runtime(), StartupProgress.silent());

    static {
      Run.atEnd(SERVER);
    }
  }

  private static final class Redis {
    static final BundledRedis SERVER =
        BundledRedis.start(Run.FOLDER, runtime(), StartupProgress.silent());

    static {
      Run.atEnd(SERVER);
    }
  }

  private static final class Run {
    static final Path FOLDER = newFolder();
    private static final List<AutoCloseable> SERVERS = new ArrayList<>();

    private static Path newFolder() {
      try {
        Files.createDirectories(root());
        deleteFoldersOfKilledRuns();
        Path folder = Files.createDirectory(root().resolve(RUN + ProcessHandle.current().pid()));
        Runtime.getRuntime().addShutdownHook(new Thread(Run::end, "test-servers-end"));
        return folder;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void deleteFoldersOfKilledRuns() throws IOException {
      List<Path> earlier;
      try (var entries = Files.list(root())) {
        earlier = entries.filter(p -> p.getFileName().toString().startsWith(RUN)).toList();
      }
      for (Path folder : earlier) {
        long pid = Long.parseLong(folder.getFileName().toString().substring(RUN.length()));
        boolean ours = pid == ProcessHandle.current().pid(); // an earlier one's with our number
        if (ours || ProcessHandle.of(pid).filter(Signals::runs).isEmpty()) {
          Durable.deleteTree(folder);
        }
      }
    }

    static synchronized void atEnd(AutoCloseable server) {
      SERVERS.add(server);
    }

    private static synchronized void end() {
      try {
        for (AutoCloseable server : SERVERS) {
          server.close();
        }
        Durable.deleteTree(FOLDER);
      } catch (Exception e) {
        throw new IllegalStateException("The test servers were not stopped cleanly", e);
      }
    }
  }
}
