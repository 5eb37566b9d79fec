package io.pipedeck.db;

import io.pipedeck.api.AppException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * Brings the schema up to this release: the files of {@code migrations/} in order, each once, under
 * a lock, so that several nodes may start at once. A database with a {@code pipeline_jobs} of
 * others keeps its rows.
 */
public final class Migrations {
  /**
   * Any number that nobody else takes: "pipedeck" in hexadecimal digits would be one, were p a
   * digit.
   */
  private static final long LOCK = 0x717e_dec4L;

  private Migrations() {}

  /** The schema is newer than this program may use. */
  public static final class SchemaTooNewException extends AppException {
    SchemaTooNewException(String oldestRelease, String release) {
      super(
          "The database was upgraded by a newer Pipedeck and asks for release "
              + oldestRelease
              + " or newer; this is "
              + release
              + ". Nothing was changed. Install that release, or give this one a database of its own.",
          null);
    }
  }

  /**
   * Applies what is missing.
   *
   * @param release of this program, such as 0.1.0
   * @return how many migrations were applied
   * @throws SchemaTooNewException if only a newer release may use the schema; nothing was changed
   * @throws DatabaseException if the server can't be reached
   */
  public static int apply(Database database, String release) {
    refuseNewerSchema(database, release);
    // Flyway's own lock begins after it has made its table, which two nodes that start on an empty
    // database both do.
    return database.inTransaction(
        tx -> {
          tx.query("SELECT pg_advisory_xact_lock(?)", _ -> true, LOCK);
          return migrate(database.login());
        });
  }

  /** On connections of its own: the pool may be small, and one of it holds the lock. */
  private static int migrate(Database.Login login) {
    try {
      var flyway =
          Flyway.configure()
              .dataSource(login.jdbcUrl(), login.user(), login.password())
              .locations("classpath:db/migration")
              .baselineOnMigrate(true)
              .baselineVersion("0")
              // A newer release that lets this one use its schema has been here.
              .ignoreMigrationPatterns("*:future")
              .validateMigrationNaming(true)
              .load();
      return flyway.migrate().migrationsExecuted;
    } catch (FlywayException e) {
      throw translated(e);
    }
  }

  private static void refuseNewerSchema(Database database, String release) {
    List<String> oldest =
        database.inTransaction(
            tx -> {
              boolean known =
                  tx.query(
                          "SELECT to_regclass('schema_compatibility') IS NOT NULL AS known",
                          row -> row.requiredBoolean("known"))
                      .getFirst();
              return known
                  ? tx.query(
                      "SELECT oldest_release FROM schema_compatibility",
                      row -> row.requiredText("oldest_release"))
                  : List.of();
            });
    for (String needed : oldest) {
      if (compare(release, needed) < 0) {
        throw new SchemaTooNewException(needed, release);
      }
    }
  }

  /** Major, minor and patch in order; what follows a hyphen says nothing about the schema. */
  private static int compare(String release, String other) {
    return Arrays.compare(numbers(release), numbers(other));
  }

  private static int[] numbers(String release) {
    String plain = release.split("[-+]", 2)[0];
    int[] numbers = Stream.of(plain.split("\\.", -1)).mapToInt(Integer::parseInt).toArray();
    return Arrays.copyOf(numbers, 3);
  }

  private static RuntimeException translated(FlywayException e) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (at instanceof java.sql.SQLException sql) {
        return new DatabaseException(sql);
      }
    }
    return e;
  }
}
