package io.pipedeck.db;

import io.pipedeck.api.AppException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A statement failed. The one place where an {@link SQLException} becomes ours; keeps its SQLState,
 * which says whether the server was away or the statement was wrong.
 */
public final class DatabaseException extends AppException {
  private final String sqlState;
  private final boolean unavailable;

  DatabaseException(SQLException cause) {
    super(words(cause), cause);
    this.sqlState = stateOf(cause);
    this.unavailable = cause instanceof SQLTransientConnectionException || isOutage(sqlState);
  }

  private DatabaseException(String message, Throwable cause) {
    super(message, cause);
    this.sqlState = "";
    this.unavailable = true;
  }

  /** The server was not asked, because it can't answer now. */
  static DatabaseException unavailable(String message, Throwable cause) {
    return new DatabaseException(message, cause);
  }

  /** The server was not asked, because others came first. */
  static DatabaseException busy(String message) {
    return new DatabaseException(message, new TimeoutException(message));
  }

  private DatabaseException(DatabaseException first) {
    super(first.getMessage(), first);
    this.sqlState = first.sqlState;
    this.unavailable = first.unavailable;
  }

  /** The same failure with the caller's own stack, for the many who waited for one statement. */
  DatabaseException again() {
    return new DatabaseException(this);
  }

  /** The five-character SQLState, empty where the driver gave none. */
  public String sqlState() {
    return sqlState;
  }

  /**
   * Whether PostgreSQL was unreachable, starting, stopping or out of resources: the same call may
   * work later.
   */
  public boolean unavailable() {
    return unavailable;
  }

  /** Whether the transaction lost against another one and may simply be repeated (40001, 40P01). */
  boolean repeatable() {
    return sqlState.equals("40001") || sqlState.equals("40P01");
  }

  /** Whether somebody held a row for longer than was to be waited for (55P03). */
  public boolean lockNotAvailable() {
    return sqlState.equals("55P03");
  }

  /** Whether a unique constraint stood against it (23505). */
  public boolean uniqueViolation() {
    return sqlState.equals("23505");
  }

  // Class 08 connection, 53 insufficient resources, 57P operator intervention (shutdown, starting
  // up).
  private static boolean isOutage(String state) {
    return state.startsWith("08") || state.startsWith("53") || state.startsWith("57P");
  }

  /** The pool says only that no connection came in time; what is beneath it says why. */
  private static String words(SQLException e) {
    Throwable why = e.getCause();
    if (!(e instanceof SQLTransientConnectionException) || why == null) {
      return String.valueOf(e.getMessage());
    }
    String words = String.valueOf(why.getMessage());
    for (@Nullable Throwable at = why; at != null; at = at.getCause()) {
      if (at instanceof UnknownHostException) {
        words = "the host " + at.getMessage() + " is not known";
      }
    }
    return "PostgreSQL gives no connection: " + words;
  }

  private static String stateOf(SQLException e) {
    @Nullable Throwable at = e;
    while (at != null) {
      if (at instanceof SQLException sql && sql.getSQLState() != null) {
        return sql.getSQLState();
      }
      at = at.getCause();
    }
    return "";
  }
}
