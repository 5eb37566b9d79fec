package io.pipedeck.app;

import io.pipedeck.config.Config;
import io.pipedeck.config.DatabaseUrl;
import io.pipedeck.config.QueueConfig;
import io.pipedeck.db.Database;
import io.pipedeck.embedded.BundledPostgres;
import io.pipedeck.embedded.BundledRedis;
import io.pipedeck.embedded.StartupProgress;
import io.pipedeck.queue.RedisConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL and Redis: the external ones that are configured, else the bundled ones, which are
 * started here, started again when they die, and stopped at the end.
 */
final class Stores implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Stores.class);
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(1);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final Database database;
  private final @Nullable RedisConnection redis;
  private volatile boolean closing;

  /** Starts what is bundled; returns when that is up. External servers are not waited for. */
  Stores(Config config, Role role, StartupProgress progress) {
    boolean withRedis = config.queue().backend() == QueueConfig.Backend.REDIS;
    if (role.isSplit()
        && (config.database().url() == null || (withRedis && config.redis().url() == null))) {
      throw new StartException(
          "A node that shares its work needs DATABASE_URL and REDIS_URL (postgresql://user:password@host:5432/db and"
              + " redis://:password@host:6379/0; no Redis with QUEUE_BACKEND=postgres). `pipedeck serve` brings"
              + " servers of its own.",
          null);
    }
    try {
      // Both at once: the first start unpacks and initialises for seconds.
      var postgres = CompletableFuture.supplyAsync(() -> login(config, progress));
      URI redisUrl = withRedis ? redisUrl(config, progress) : null;
      this.database =
          new Database(
              get(postgres),
              config.database().poolMin(),
              config.database().poolMax(),
              CONNECT_WITHIN);
      opened.push(database);
      this.redis = redisUrl == null ? null : new RedisConnection(redisUrl);
      if (redis != null) {
        opened.push(redis);
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static Database.Login get(CompletableFuture<Database.Login> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private Database.Login login(Config config, StartupProgress progress) {
    DatabaseUrl url = config.database().url();
    if (url != null) {
      return new Database.Login(url.jdbcUrl(), url.user(), url.password());
    }
    BundledPostgres postgres = BundledPostgres.start(config.home(), progress);
    keep(postgres);
    watch("PostgreSQL", postgres::onExit, postgres::restartIfDead);
    return new Database.Login(postgres.jdbcUrl(), postgres.user(), postgres.password());
  }

  private URI redisUrl(Config config, StartupProgress progress) {
    URI url = config.redis().url();
    if (url != null) {
      return url;
    }
    if (!BundledRedis.availableHere()) {
      throw new StartException(
          "No Redis is bundled for this system: set REDIS_URL to one, or QUEUE_BACKEND=postgres to do without.",
          null);
    }
    BundledRedis bundled = BundledRedis.start(config.home(), progress);
    keep(bundled);
    watch("Redis", bundled::onExit, bundled::restartIfDead);
    return bundled.url();
  }

  private void keep(AutoCloseable server) {
    synchronized (opened) {
      opened.addLast(server);
    }
  }

  /** Starts a bundled server again whenever it dies. */
  private void watch(
      String name, Supplier<CompletableFuture<Void>> exit, Supplier<Boolean> restart) {
    var _ =
        exit.get()
            .thenRunAsync(
                () -> {
                  if (closing) {
                    return;
                  }
                  LOG.warn("The bundled {} died; starting it again", name);
                  try {
                    boolean _ = restart.get();
                    watch(name, exit, restart);
                  } catch (RuntimeException e) {
                    LOG.error("The bundled {} did not start again", name, e);
                  }
                });
  }

  Database database() {
    return database;
  }

  /** Null where the configuration does without. */
  @Nullable RedisConnection redis() {
    return redis;
  }

  /** Where nodes of one machine keep what is only theirs. */
  static Path scratch(Config config) {
    return config.home().resolve("scratch");
  }

  @Override
  public void close() {
    closing = true;
    synchronized (opened) {
      for (AutoCloseable store : opened) {
        try {
          store.close();
        } catch (Exception e) {
          LOG.warn("A store did not close cleanly", e);
        }
      }
      opened.clear();
    }
  }
}
