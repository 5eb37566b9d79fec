package io.pipedeck.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An open transaction; made by {@link Database#inTransaction}, for one thread. Values are bound,
 * never put into the text: String, UUID, Instant, Integer, Long, Boolean, byte[], and arrays of
 * String, UUID, Integer, Long, Float, Instant, JsonText, byte[]; arrays may hold null.
 */
public final class Tx {
  private final Connection connection;
  private final LongSupplier nanosLeft;

  /**
   * Over a connection.
   *
   * @param nanosLeft how long the next answer of the server is waited for
   */
  Tx(Connection connection, LongSupplier nanosLeft) {
    this.connection = connection;
    this.nanosLeft = nanosLeft;
  }

  private Connection limited() throws SQLException {
    long left = TimeUnit.NANOSECONDS.toMillis(nanosLeft.getAsLong());
    // In the calling thread: nothing is to be done there.
    connection.setNetworkTimeout(Runnable::run, Math.toIntExact(Math.max(1, left)));
    return connection;
  }

  void commit() throws SQLException {
    limited().commit();
  }

  /** The rows of a query, or of a statement with RETURNING, in their order. */
  public <T> List<T> query(String sql, Function<Row, T> mapper, @Nullable Object... values) {
    try (PreparedStatement statement = prepare(sql, values);
        ResultSet rows = statement.executeQuery()) {
      List<T> result = new ArrayList<>();
      var row = new Row(rows);
      while (rows.next()) {
        result.add(mapper.apply(row));
      }
      return result;
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  /** The first row, empty if there is none. */
  public <T> Optional<T> first(String sql, Function<Row, T> mapper, @Nullable Object... values) {
    return query(sql, mapper, values).stream().findFirst();
  }

  /** Runs a change and tells how many rows it touched. */
  public int update(String sql, @Nullable Object... values) {
    try (PreparedStatement statement = prepare(sql, values)) {
      return statement.executeUpdate();
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  /** Runs the same change for many sets of values in one round trip. */
  public void batch(String sql, List<@Nullable Object[]> sets) {
    try (PreparedStatement statement = limited().prepareStatement(sql)) {
      for (@Nullable Object[] values : sets) {
        bind(statement, values);
        statement.addBatch();
      }
      statement.executeBatch();
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  private PreparedStatement prepare(String sql, @Nullable Object[] values) throws SQLException {
    PreparedStatement statement = limited().prepareStatement(sql);
    try {
      bind(statement, values);
      return statement;
    } catch (SQLException | RuntimeException e) {
      statement.close();
      throw e;
    }
  }

  private void bind(PreparedStatement statement, @Nullable Object[] values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      bind(statement, i + 1, values[i]);
    }
  }

  private void bind(PreparedStatement statement, int index, @Nullable Object value)
      throws SQLException {
    switch (value) {
      case null -> statement.setObject(index, null);
      case String text -> statement.setString(index, StoredText.clean(text));
      case JsonText json -> statement.setString(index, json.storable());
      case Instant instant -> statement.setObject(index, instant.atOffset(ZoneOffset.UTC));
      case UUID[] ids -> statement.setArray(index, connection.createArrayOf("uuid", ids));
      case String[] texts ->
          statement.setArray(index, connection.createArrayOf("text", StoredText.clean(texts)));
      case Integer[] numbers ->
          statement.setArray(index, connection.createArrayOf("int4", numbers));
      case Long[] numbers -> statement.setArray(index, connection.createArrayOf("int8", numbers));
      case Instant[] times ->
          statement.setArray(index, connection.createArrayOf("timestamptz", texts(times)));
      case JsonText[] json ->
          statement.setArray(index, connection.createArrayOf("text", storable(json)));
      case byte[][] bytes -> statement.setArray(index, connection.createArrayOf("bytea", bytes));
      case Float[] numbers ->
          statement.setArray(index, connection.createArrayOf("float4", numbers));
      default -> statement.setObject(index, value);
    }
  }

  private static @Nullable String[] texts(@Nullable Instant[] times) {
    var texts = new @Nullable String[times.length];
    for (int i = 0; i < times.length; i++) {
      Instant time = times[i];
      texts[i] = time == null ? null : time.toString();
    }
    return texts;
  }

  private static @Nullable String[] storable(@Nullable JsonText[] json) {
    var texts = new @Nullable String[json.length];
    for (int i = 0; i < json.length; i++) {
      JsonText text = json[i];
      texts[i] = text == null ? null : text.storable();
    }
    return texts;
  }
}
