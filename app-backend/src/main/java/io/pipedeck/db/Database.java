package io.pipedeck.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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

  /** However long a statement may take, a server that is silent for so long does not work. */
  private static final Duration SILENT_AT_MOST = Duration.ofSeconds(30);

  private final HikariDataSource pool;
  private final Login login;
  private final boolean owner;
  private final Duration answerWithin;
  private final @Nullable CircuitBreaker breaker;
  private final @Nullable Semaphore turns;

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
    // While it connects; a transaction sets its own.
    config.addDataSourceProperty("connectTimeout", "2");
    config.addDataSourceProperty("socketTimeout", "2");
    this.pool = new HikariDataSource(config);
    this.login = login;
    this.owner = true;
    this.answerWithin = SILENT_AT_MOST;
    this.breaker = null;
    this.turns = null;
  }

  private Database(Database whole, Duration answerWithin, @Nullable Semaphore turns) {
    this.pool = whole.pool;
    this.login = whole.login;
    this.owner = false;
    this.answerWithin = answerWithin;
    this.breaker = CircuitBreaker.of("postgresql", BREAKER);
    this.turns = turns;
  }

  /** Two failures out of four; a second later one call tries whether it works again. */
  private static final CircuitBreakerConfig BREAKER =
      CircuitBreakerConfig.custom()
          .slidingWindowSize(4)
          .minimumNumberOfCalls(2)
          .failureRateThreshold(50)
          .waitDurationInOpenState(Duration.ofSeconds(1))
          .permittedNumberOfCallsInHalfOpenState(1)
          // A call that tries and never ends must not keep the others out for ever.
          .maxWaitDurationInHalfOpenState(Duration.ofSeconds(5))
          .recordException(e -> e instanceof DatabaseException failure && failure.unavailable())
          .build();

  /**
   * The same pool for callers who can't wait: a transaction that is not through within this time
   * fails as unavailable, and while the server doesn't answer so do all that follow, at once. Not
   * to be closed.
   */
  public Database answering(Duration within) {
    return new Database(this, within, null);
  }

  /**
   * The same, for few transactions at a time, who came first goes first: the time to answer counts
   * from the moment they come. More at once than there are processors make one another slower, and
   * the last of them very much so; and they can't take all connections away from others.
   */
  public Database answering(Duration within, int atATime) {
    return new Database(this, within, new Semaphore(atATime, true));
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
    return repeated(work, false);
  }

  private <T extends @Nullable Object> T repeated(Function<Tx, T> work, boolean statement) {
    for (int attempt = 1; ; attempt++) {
      try {
        return once(work, statement);
      } catch (DatabaseException e) {
        if (attempt == ATTEMPTS || !e.repeatable()) {
          throw e;
        }
      }
    }
  }

  /**
   * Runs {@code work}, which is one statement, without a transaction around it: that saves the
   * round trip of the commit. Else as {@link #inTransaction}.
   */
  public <T extends @Nullable Object> T inStatement(Function<Tx, T> work) {
    return repeated(work, true);
  }

  /** As {@link #inTransaction}, for work without a result. */
  public void run(Consumer<Tx> work) {
    inTransaction(
        tx -> {
          work.accept(tx);
          return true;
        });
  }

  private <T extends @Nullable Object> T once(Function<Tx, T> work, boolean statement) {
    long untilNanos = System.nanoTime() + answerWithin.toNanos();
    Semaphore gate = turns;
    if (gate == null) {
      return guarded(work, statement, untilNanos);
    }
    awaitTurn(gate);
    try {
      return guarded(work, statement, untilNanos);
    } finally {
      gate.release();
    }
  }

  private void awaitTurn(Semaphore gate) {
    try {
      if (!gate.tryAcquire(answerWithin.toNanos(), TimeUnit.NANOSECONDS)) {
        throw DatabaseException.busy("More calls wait for PostgreSQL than it answers in time");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw DatabaseException.busy("Interrupted while waiting for a turn at PostgreSQL");
    }
  }

  private <T extends @Nullable Object> T guarded(
      Function<Tx, T> work, boolean statement, long untilNanos) {
    CircuitBreaker guard = breaker;
    if (guard == null) {
      return transaction(work, statement, untilNanos);
    }
    long began = System.nanoTime();
    try {
      return guard.executeSupplier(() -> transaction(work, statement, untilNanos));
    } catch (CallNotPermittedException e) {
      throw DatabaseException.unavailable("PostgreSQL did not answer a moment ago", e);
    } catch (DatabaseException e) {
      // One that hung is enough: the next would hang as long.
      if (e.unavailable() && System.nanoTime() - began > answerWithin.toNanos() / 2) {
        guard.transitionToOpenState();
      }
      throw e;
    }
  }

  private <T extends @Nullable Object> T transaction(
      Function<Tx, T> work, boolean statement, long untilNanos) {
    try (Connection connection = pool.getConnection()) {
      // A view's time is for all of its transaction, the pool's own for each statement.
      if (statement) {
        connection.setAutoCommit(true); // The pool takes it back.
      }
      var tx =
          new Tx(connection, owner ? answerWithin::toNanos : () -> untilNanos - System.nanoTime());
      try {
        T result = work.apply(tx);
        if (!statement) {
          tx.commit();
        }
        return result;
      } catch (RuntimeException | Error e) {
        if (!statement) {
          rollback(connection, e);
        }
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
    if (!owner) {
      throw new IllegalStateException("the pool belongs to somebody else");
    }
    pool.close();
  }
}
