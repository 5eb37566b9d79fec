package io.pipedeck.app;

import io.pipedeck.config.Config;
import io.pipedeck.config.DatabaseUrl;
import io.pipedeck.db.Database;
import io.pipedeck.db.Migrations;
import io.pipedeck.embedded.BundledPostgres;
import io.pipedeck.embedded.StartupProgress;
import io.pipedeck.mirror.MirrorLogin;
import io.pipedeck.queue.RedisConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is done to the stores outside of a running program. */
public final class Maintenance {
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);

  private Maintenance() {}

  /**
   * Brings the schema up to date.
   *
   * @return how many migrations were applied
   */
  public static int migrate(Config config, StartupProgress progress) {
    return withDatabase(config, progress, database -> Migrations.apply(database, Release.VERSION));
  }

  /** Whether PostgreSQL, which must be an external one, answers; throws where it doesn't. */
  public static String postgresVersion(Config config, StartupProgress progress) {
    return withDatabase(
        config,
        progress,
        database ->
            database.inTransaction(
                tx ->
                    tx.query("SHOW server_version", row -> row.requiredText("server_version"))
                        .getFirst()));
  }

  /** Redis's eviction policy; only {@code noeviction} keeps what it is given. */
  public static String redisEvictionPolicy(java.net.URI url) {
    try (var redis = new RedisConnection(url)) {
      return redis
          .call(client -> client.info("memory"))
          .lines()
          .filter(line -> line.startsWith("maxmemory_policy:"))
          .map(line -> line.substring("maxmemory_policy:".length()).strip())
          .findFirst()
          .orElse("unknown");
    }
  }

  /** How to log in to a database that is not the primary; empty for none. */
  public static Optional<MirrorLogin> login(@Nullable DatabaseUrl url) {
    return Optional.ofNullable(url)
        .map(it -> new MirrorLogin(new Database.Login(it.jdbcUrl(), it.user(), it.password())));
  }

  /**
   * Works with the primary, its schema being up to date: the one that is configured, else the
   * bundled one, which may be running already.
   */
  public static <T> T withPrimary(
      Config config, StartupProgress progress, Function<Database, T> work) {
    Function<Database, T> upToDate =
        database -> {
          int _ = Migrations.apply(database, Release.VERSION);
          return work.apply(database);
        };
    Optional<BundledPostgres.Access> running =
        config.database().url() == null ? BundledPostgres.running(config.home()) : Optional.empty();
    return running.isPresent()
        ? withServer(
            new Database.Login(
                running.get().jdbcUrl(), running.get().user(), running.get().password()),
            upToDate)
        : withDatabase(config, progress, upToDate);
  }

  private static <T> T withServer(Database.Login login, Function<Database, T> work) {
    try (var database = new Database(login, 0, 2, CONNECT_WITHIN)) {
      return work.apply(database);
    }
  }

  private static <T> T withDatabase(
      Config config, StartupProgress progress, Function<Database, T> work) {
    DatabaseUrl url = config.database().url();
    if (url != null) {
      return withServer(new Database.Login(url.jdbcUrl(), url.user(), url.password()), work);
    }
    try (var _ = DataFolderLock.take(config.home());
        var postgres = BundledPostgres.start(config.home(), progress);
        var database =
            new Database(
                new Database.Login(postgres.jdbcUrl(), postgres.user(), postgres.password()),
                0,
                2,
                CONNECT_WITHIN)) {
      return work.apply(database);
    } catch (java.io.IOException e) {
      throw new StartException(
          "The data folder " + config.home() + " can't be used: " + e.getMessage(), e);
    }
  }
}
