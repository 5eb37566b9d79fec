package io.pipedeck.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A pool of connections to one PostgreSQL database. Lazy: it can be made while the server is down,
 * and works when the server comes. Safe for all threads; calls block.
 */
public final class Database implements AutoCloseable {
  private static final int ATTEMPTS = 5;

  private final HikariDataSource pool;
  private final Login login;

  /**
   * A pool; connects in the background.
   *
   * @param poolMin connections kept open
   * @param poolMax connections at most
   * @param connectWithin how long a call waits for a connection before it fails as unavailable
   */
  public Database(Login login, int poolMin, int poolMax, Duration connectWithin) {
    var config = new HikariConfig();
    config.setPoolName("pipedeck");
    config.setJdbcUrl(login.jdbcUrl());
    config.setUsername(login.user());
    config.setPassword(login.password());
    config.setMinimumIdle(poolMin);
    config.setMaximumPoolSize(poolMax);
    config.setConnectionTimeout(connectWithin.toMillis());
    config.setValidationTimeout(Math.min(connectWithin.toMillis(), 1_000));
    config.setInitializationFailTimeout(-1);
    config.setAutoCommit(false);
    config.addDataSourceProperty("ApplicationName", "pipedeck");
    config.addDataSourceProperty("reWriteBatchedInserts", "true");
    config.addDataSourceProperty("tcpKeepAlive", "true");
    this.pool = new HikariDataSource(config);
    this.login = login;
  }

  /** Who we are at which database. */
  public record Login(String jdbcUrl, @Nullable String user, @Nullable String password) {
    /** Without the password. */
    @Override
    public String toString() {
      return jdbcUrl + " as " + user;
    }
  }

  /**
   * Runs {@code work} in one transaction and commits; any exception rolls it back. A transaction
   * that lost a deadlock or a serialization is repeated, so {@code work} must have no effect
   * outside of the database.
   *
   * @throws DatabaseException if a statement failed or the server can't be reached
   */
  public <T extends @Nullable Object> T inTransaction(Function<Tx, T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return once(work);
      } catch (DatabaseException e) {
        if (attempt == ATTEMPTS || !e.repeatable()) {
          throw e;
        }
      }
    }
  }

  /** As {@link #inTransaction}, for work without a result. */
  public void run(Consumer<Tx> work) {
    inTransaction(
        tx -> {
          work.accept(tx);
          return true;
        });
  }

  private <T extends @Nullable Object> T once(Function<Tx, T> work) {
    try (Connection connection = pool.getConnection()) {
      try {
        T result = work.apply(new Tx(connection));
        connection.commit();
        return result;
      } catch (RuntimeException | Error e) {
        rollback(connection, e);
        throw e;
      }
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  private static void rollback(Connection connection, Throwable cause) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  /** How many connections are kept open, and how many there are at most. */
  public record PoolSize(int min, int max) {}

  /** As it is set now. */
  public PoolSize poolSize() {
    return new PoolSize(pool.getMinimumIdle(), pool.getMaximumPoolSize());
  }

  /**
   * Changes the pool while it is in use; connections beyond it are closed when they are given back.
   */
  public void resize(PoolSize size) {
    if (size.min() < 0 || size.max() < 1 || size.min() > size.max()) {
      throw new IllegalArgumentException("pool of " + size.min() + " to " + size.max());
    }
    var settings = pool.getHikariConfigMXBean();
    settings.setMinimumIdle(Math.min(size.min(), settings.getMaximumPoolSize()));
    settings.setMaximumPoolSize(size.max());
    settings.setMinimumIdle(size.min());
  }

  /** For who must see how many connections are in use. */
  DataSource dataSource() {
    return pool;
  }

  /** For the migrations, which need connections of their own. */
  Login login() {
    return login;
  }

  /** Closes all connections; running transactions fail. */
  @Override
  public void close() {
    pool.close();
  }
}
