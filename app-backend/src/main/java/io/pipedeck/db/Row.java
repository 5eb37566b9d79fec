package io.pipedeck.db;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The row a query stands on; only valid inside the mapper. Columns are asked for by name. */
public final class Row {
  private final ResultSet row;

  Row(ResultSet row) {
    this.row = row;
  }

  /** A text, also of jsonb; null for SQL NULL. */
  public @Nullable String text(String column) {
    try {
      return row.getString(column);
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  /** A text of a column that is never null. */
  public String requiredText(String column) {
    return Objects.requireNonNull(text(column), column);
  }

  public @Nullable UUID uuid(String column) {
    return get(column, UUID.class);
  }

  public UUID requiredUuid(String column) {
    return Objects.requireNonNull(uuid(column), column);
  }

  public @Nullable Instant instant(String column) {
    OffsetDateTime time = get(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  public Instant requiredInstant(String column) {
    return Objects.requireNonNull(instant(column), column);
  }

  public @Nullable Integer integer(String column) {
    return get(column, Integer.class);
  }

  public int requiredInteger(String column) {
    return Objects.requireNonNull(integer(column), column);
  }

  public long requiredLong(String column) {
    return Objects.requireNonNull(get(column, Long.class), column);
  }

  public boolean requiredBoolean(String column) {
    return Objects.requireNonNull(get(column, Boolean.class), column);
  }

  /** The bytes of a column that is never null. */
  public byte[] requiredBytes(String column) {
    try {
      return Objects.requireNonNull(row.getBytes(column), column);
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  /** The numbers of a {@code real[]}, null for SQL NULL. */
  public float @Nullable [] floats(String column) {
    try {
      Array array = row.getArray(column);
      if (array == null) {
        return null;
      }
      Float[] boxed = (Float[]) array.getArray();
      float[] numbers = new float[boxed.length];
      for (int i = 0; i < boxed.length; i++) {
        numbers[i] = boxed[i];
      }
      return numbers;
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  private <T> @Nullable T get(String column, Class<T> type) {
    try {
      return row.getObject(column, type);
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }
}
