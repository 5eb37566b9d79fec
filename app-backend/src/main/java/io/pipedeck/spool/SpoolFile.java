package io.pipedeck.spool;

import io.pipedeck.job.SmallDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The file of a spool: SQLite with a write-ahead log that is synced at each commit. One process has
 * it; a second one of the same folder takes the next file. Safe for all threads.
 */
final class SpoolFile implements AutoCloseable {
  private static final int FILES = 64;
  private static final String COLUMNS = "seq, id, kind, job_id, realm, key, body, document";

  private final Connection connection;

  private SpoolFile(Connection connection) {
    this.connection = connection;
  }

  /** Opens the first file of the folder that no living process has. */
  static SpoolFile open(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new SpoolException("The spool's folder " + folder + " can't be made", e);
    }
    SQLException taken = new SQLException("no file tried");
    for (int i = 0; i < FILES; i++) {
      try {
        return open(folder.resolve("spool-" + i + ".db").toString());
      } catch (SQLException e) {
        taken = e;
      }
    }
    throw new SpoolException("No file of the spool in " + folder + " can be opened", taken);
  }

  private static SpoolFile open(String file) throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA locking_mode = EXCLUSIVE");
      statement.execute("PRAGMA busy_timeout = 0");
      statement.execute("PRAGMA journal_mode = WAL");
      statement.execute("PRAGMA synchronous = FULL");
      statement.execute(
          """
          CREATE TABLE IF NOT EXISTS spooled (
              seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, kind TEXT NOT NULL, job_id TEXT NOT NULL,
              realm TEXT, key TEXT, body TEXT NOT NULL, document BLOB)
          """);
      statement.execute("CREATE INDEX IF NOT EXISTS spooled_job ON spooled (job_id)");
      statement.execute(
          "CREATE INDEX IF NOT EXISTS spooled_key ON spooled (key, realm) WHERE key IS NOT NULL");
      connection.setAutoCommit(false);
      return new SpoolFile(connection);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** Adds entries; on the disk when this returns. */
  synchronized void add(List<Entry> entries) {
    inTransaction(
        "INSERT INTO spooled (id, kind, job_id, realm, key, body, document) VALUES (?, ?, ?, ?, ?, ?, ?)",
        statement -> {
          for (Entry entry : entries) {
            statement.setString(1, entry.id().toString());
            statement.setString(2, entry.kind().name());
            statement.setString(3, entry.jobId().toString());
            statement.setString(4, entry.realm());
            statement.setString(5, entry.key());
            statement.setString(6, entry.body());
            SmallDocument document = entry.document();
            statement.setBytes(7, document == null ? null : document.bytes());
            statement.addBatch();
          }
          statement.executeBatch();
        });
  }

  /** Takes entries out that are written. */
  synchronized void remove(List<Entry.Kept> entries) {
    inTransaction(
        "DELETE FROM spooled WHERE seq = ?",
        statement -> {
          for (Entry.Kept entry : entries) {
            statement.setLong(1, entry.seq());
            statement.addBatch();
          }
          statement.executeBatch();
        });
  }

  /** The oldest entries, at most this many. */
  synchronized List<Entry.Kept> first(int most) {
    return query(
        "SELECT " + COLUMNS + " FROM spooled ORDER BY seq LIMIT ?",
        statement -> statement.setInt(1, most));
  }

  /** The job of this id. */
  synchronized Optional<Entry.Kept> job(UUID jobId) {
    return query(
            "SELECT " + COLUMNS + " FROM spooled WHERE job_id = ? AND kind = 'JOB' LIMIT 1",
            statement -> statement.setString(1, jobId.toString()))
        .stream()
        .findFirst();
  }

  /** The first job with this key of the realm. */
  synchronized Optional<Entry.Kept> jobOfKey(@Nullable String realm, String key) {
    return query(
            "SELECT " + COLUMNS + " FROM spooled WHERE key = ? AND realm IS ? ORDER BY seq LIMIT 1",
            statement -> {
              statement.setString(1, key);
              statement.setString(2, realm);
            })
        .stream()
        .findFirst();
  }

  /** How many entries there are, and their size. */
  synchronized long[] totals() {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT count(*), coalesce(sum(200 + length(body) + coalesce(length(document), 0)), 0) FROM spooled")) {
      rows.next();
      return new long[] {rows.getLong(1), rows.getLong(2)};
    } catch (SQLException e) {
      throw refused(e);
    }
  }

  private interface Work {
    void with(PreparedStatement statement) throws SQLException;
  }

  private void inTransaction(String sql, Work work) {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      work.with(statement);
      connection.commit();
    } catch (SQLException e) {
      try {
        connection.rollback();
      } catch (SQLException second) {
        e.addSuppressed(second);
      }
      throw refused(e);
    }
  }

  private List<Entry.Kept> query(String sql, Work values) {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      values.with(statement);
      try (ResultSet rows = statement.executeQuery()) {
        List<Entry.Kept> entries = new ArrayList<>();
        while (rows.next()) {
          entries.add(entry(rows));
        }
        return entries;
      }
    } catch (SQLException e) {
      throw refused(e);
    }
  }

  private static Entry.Kept entry(ResultSet row) throws SQLException {
    byte[] document = row.getBytes("document");
    return new Entry.Kept(
        row.getLong("seq"),
        new Entry(
            UUID.fromString(row.getString("id")),
            Entry.Kind.valueOf(row.getString("kind")),
            UUID.fromString(row.getString("job_id")),
            row.getString("realm"),
            row.getString("key"),
            row.getString("body"),
            document == null ? null : new SmallDocument(document)));
  }

  private static SpoolException refused(SQLException cause) {
    return new SpoolException("The spool can't be read or written: " + cause.getMessage(), cause);
  }

  @Override
  public synchronized void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw refused(e);
    }
  }
}
