package io.pipedeck.mirror;

import io.pipedeck.db.Tx;
import java.util.List;
import java.util.Optional;

/**
 * The columns of a table, in its order; empty if there is no such table.
 *
 * @param columns without those that the database computes
 */
record Shape(List<Column> columns) {

  /**
   * A column and its type as SQL writes it, without a length: a cast to varchar(9) would cut what
   * is longer and say nothing.
   */
  record Column(String name, String type) {
    String quoted() {
      return "\"" + name.replace("\"", "\"\"") + "\"";
    }
  }

  static Shape of(Tx tx, String table) {
    return new Shape(
        tx.query(
            """
            SELECT attname AS name, format_type(atttypid, NULL) AS type FROM pg_attribute
            WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
            ORDER BY attnum
            """,
            row -> new Column(row.requiredText("name"), row.requiredText("type")),
            table));
  }

  boolean exists() {
    return !columns.isEmpty();
  }

  Optional<Column> column(String name) {
    return columns.stream().filter(column -> column.name().equals(name)).findFirst();
  }

  boolean has(String name) {
    return column(name).isPresent();
  }

  /** Those that the other table has too, with the types that they have here. */
  Shape sharedWith(Shape other) {
    return new Shape(columns.stream().filter(column -> other.has(column.name())).toList());
  }

  /** Names of those that the other table does not have. */
  List<String> missingIn(Shape other) {
    return columns.stream().map(Column::name).filter(name -> !other.has(name)).toList();
  }
}
