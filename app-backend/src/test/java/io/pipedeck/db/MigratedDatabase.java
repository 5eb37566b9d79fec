package io.pipedeck.db;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.pipedeck.embedded.TestServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A database with the whole schema and a pool on it, for one test class; emptied before each test.
 * At the end it looks for connections that nobody gave back.
 *
 * <pre>{@code
 * @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();
 * }</pre>
 */
public final class MigratedDatabase implements BeforeEachCallback, AfterAllCallback {
  private static final TestServers.Database TEMPLATE = migrated();

  private final TestServers.Database database = TestServers.copyOf(TEMPLATE);
  private final Database pool = pool(database);

  private static TestServers.Database migrated() {
    TestServers.Database fresh = TestServers.freshDatabase();
    try (var pool = pool(fresh)) {
      Migrations.apply(pool, "0.1.0");
    }
    return fresh;
  }

  /** A pool as the program has it; the caller closes it. */
  public static Database pool(TestServers.Database database) {
    var login = new Database.Login(database.jdbcUrl(), database.user(), database.password());
    return new Database(login, 0, 10, Duration.ofSeconds(10));
  }

  /** The pool that the tests use. */
  public Database pool() {
    return pool;
  }

  /** Where it is, for other processes. */
  public TestServers.Database database() {
    return database;
  }

  /** Another pool on it, as another process has one; the caller closes it. */
  public Database another() {
    return pool(database);
  }

  /** A connection past the pool, as another program has it; the caller closes it. */
  public Connection connect() throws SQLException {
    return database.connect();
  }

  /** Runs SQL as another program, which knows nothing of ours. */
  public void foreign(String sql) {
    try (Connection connection = connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One text, of a column called {@code text}. */
  public String text(String sql, @Nullable Object... values) {
    return pool.inTransaction(
        tx -> tx.query(sql, row -> row.requiredText("text"), values).getFirst());
  }

  /** One number, of a column called {@code n}. */
  public long number(String sql, @Nullable Object... values) {
    return pool.inTransaction(tx -> tx.query(sql, row -> row.requiredLong("n"), values).getFirst());
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    foreign(
        "TRUNCATE pipeline_jobs, pipeline_jobs_archive, job_attempts, idempotency_keys, content_claims, document_chunks, document_versions, documents, document_parts, leader, stage_outputs, embedding_models");
  }

  @Override
  public void afterAll(ExtensionContext context) {
    var hikari = (HikariDataSource) pool.dataSource();
    int leaked = hikari.isClosed() ? 0 : hikari.getHikariPoolMXBean().getActiveConnections();
    pool.close();
    assertThat(leaked).as("connections that were not given back").isZero();
  }
}
