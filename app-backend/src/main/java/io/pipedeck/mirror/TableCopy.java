package io.pipedeck.mirror;

import io.pipedeck.db.Row;
import io.pipedeck.db.Tx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * SQL that carries rows of one table to another database as text, exactly: a JSON null is not SQL's
 * NULL, a time keeps its microseconds. The columns are those that both tables have; their names
 * come from the catalogue, so the statements are put together here.
 *
 * <p>Sessions on both sides must be in UTC ({@link #utc}), or a time without a zone would change.
 *
 * @param key name of the uuid column that tells rows apart
 * @param from what is read, with the types that the values have on the way
 * @param absent names of columns that are NULL because the table that is read does not have them
 * @param to the same columns where they are written, in the same order
 */
record TableCopy(
    String table, String key, List<Shape.Column> from, List<Shape.Column> to, Set<String> absent) {
  /** Rows are read up to about this much text at once; one larger row comes alone. */
  static final long BYTES_AT_ONCE = 8L << 20;

  /**
   * A row on its way.
   *
   * @param values as text, in the order of the columns; empty if there is no row of this key
   */
  record Image(UUID key, List<@Nullable String> values) {
    boolean gone() {
      return values.isEmpty();
    }

    /** About how much text it is. */
    long size() {
      long size = 0;
      for (String value : values) {
        size += value == null ? 0 : value.length();
      }
      return size;
    }
  }

  static TableCopy of(String table, String key, Shape from, Shape to) {
    List<Shape.Column> shared = from.sharedWith(to).columns();
    return new TableCopy(
        table,
        key,
        shared,
        shared.stream().flatMap(column -> to.column(column.name()).stream()).toList(),
        Set.of());
  }

  /** The same rows out of another table, which may have fewer columns. */
  TableCopy readFrom(String other, Shape shape) {
    return new TableCopy(other, key, from, to, Set.copyOf(new Shape(from).missingIn(shape)));
  }

  /** Lets times be read and written in UTC until the transaction ends. */
  static void utc(Tx tx) {
    tx.query("SELECT set_config('TimeZone', 'UTC', true) AS zone", row -> row.requiredText("zone"));
  }

  /** Index of a column among the values, -1 if it is not carried. */
  int index(String column) {
    return IntStream.range(0, from.size())
        .filter(i -> from.get(i).name().equals(column))
        .findFirst()
        .orElse(-1);
  }

  /** The rows of these keys, gone ones too, in this order: all, or as many as fit. */
  List<Image> read(Tx tx, List<UUID> keys) {
    String rows =
        "SELECT w.ord AS ord, w.key AS key, j.%s IS NOT NULL AS present, %s FROM unnest(?::uuid[]) WITH ORDINALITY"
                .formatted(quotedKey(), values("j"))
            + " AS w(key, ord) LEFT JOIN "
            + table
            + " j ON j."
            + quotedKey()
            + " = w.key";
    return tx.query(bounded(rows), this::image, keys.toArray(UUID[]::new), BYTES_AT_ONCE);
  }

  /** The rows after this key in the order of keys: {@code limit}, or as many as fit. */
  List<Image> readAfter(Tx tx, Optional<UUID> after, int limit) {
    String rows =
        "SELECT row_number() OVER (ORDER BY j.%1$s) AS ord, j.%1$s AS key, true AS present, %2$s FROM "
                .formatted(quotedKey(), values("j"))
            + "(SELECT t.* FROM %s t%s ORDER BY t.%s LIMIT ?) j"
                .formatted(
                    table,
                    after.isPresent() ? " WHERE t." + quotedKey() + " > ?" : "",
                    quotedKey());
    return after.isPresent()
        ? tx.query(bounded(rows), this::image, after.get(), limit, BYTES_AT_ONCE)
        : tx.query(bounded(rows), this::image, limit, BYTES_AT_ONCE);
  }

  /** The rows whose column {@code reference} is one of these; not bounded. */
  List<Image> readBy(Tx tx, String reference, List<UUID> ids) {
    return readFrom(
        tx, "(SELECT t.* FROM %s t WHERE t.%s = ANY(?))".formatted(table, reference), ids);
  }

  /** The rows of a subselect that takes these ids; not bounded. */
  List<Image> readFrom(Tx tx, String subselect, List<UUID> ids) {
    return tx.query(
        "SELECT j.%s AS key, true AS present, %s FROM %s j"
            .formatted(quotedKey(), values("j"), subselect),
        this::image,
        (Object) ids.toArray(UUID[]::new));
  }

  private String bounded(String rows) {
    String names = names("");
    return """
        SELECT key, present, %1$s FROM (
          SELECT ord, key, present, %1$s, bytes, sum(bytes) OVER (ORDER BY ord) AS total
          FROM (SELECT r.*, octet_length(concat(%1$s)) AS bytes FROM (%2$s) r) sized) counted
        WHERE total - bytes < ? ORDER BY ord
        """
        .formatted(names, rows);
  }

  private Image image(Row row) {
    UUID id = row.requiredUuid("key");
    if (!row.requiredBoolean("present")) {
      return new Image(id, List.of());
    }
    List<@Nullable String> values = new ArrayList<>(from.size());
    for (int i = 0; i < from.size(); i++) {
      values.add(row.text("c" + i));
    }
    return new Image(id, values);
  }

  /** Inserts the rows, or gives rows that are there these values. */
  void write(Tx tx, List<Image> rows) {
    if (!rows.isEmpty()) {
      tx.update(insert() + onConflict(), arrays(rows));
    }
  }

  private String insert() {
    return "INSERT INTO %s AS j (%s) SELECT %s FROM (%s) AS incoming"
        .formatted(table, columns(to, ""), columns(to, "incoming."), incoming());
  }

  /** A SELECT of rows that come as one array of texts a column, see {@link #arrays}. */
  String incoming() {
    String parameters = from.stream().map(_ -> "?::text[]").collect(Collectors.joining(", "));
    String casts =
        IntStream.range(0, to.size())
            .mapToObj(i -> "r.c%d::%s AS %s".formatted(i, to.get(i).type(), to.get(i).quoted()))
            .collect(Collectors.joining(", "));
    return "SELECT %s FROM unnest(%s) AS r(%s)".formatted(casts, parameters, names(""));
  }

  private String onConflict() {
    String set =
        to.stream()
            .filter(column -> !column.name().equals(key))
            .map(column -> column.quoted() + " = excluded." + column.quoted())
            .collect(Collectors.joining(", "));
    return " ON CONFLICT (%s) DO UPDATE SET %s".formatted(quotedKey(), set);
  }

  /** The values of the rows, one array a column. */
  @Nullable Object[] arrays(List<Image> rows) {
    @Nullable Object[] arrays = new @Nullable Object[from.size()];
    for (int i = 0; i < from.size(); i++) {
      arrays[i] = texts(rows, i);
    }
    return arrays;
  }

  /** The values of one column. */
  static @Nullable String[] texts(List<Image> rows, int column) {
    @Nullable String[] texts = new @Nullable String[rows.size()];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = rows.get(i).values().get(column);
    }
    return texts;
  }

  /**
   * A hash of the row's values that is the same in both databases when the values are.
   *
   * @param alias of the table
   */
  String hash(String alias) {
    return "md5(ROW("
        + from.stream().map(column -> text(alias, column)).collect(Collectors.joining(", "))
        + ")::text)";
  }

  private String text(String alias, Shape.Column column) {
    return absent.contains(column.name())
        ? "NULL::text"
        : "%s.%s::%s::text".formatted(alias, column.quoted(), column.type());
  }

  private String values(String alias) {
    return IntStream.range(0, from.size())
        .mapToObj(i -> text(alias, from.get(i)) + " AS c" + i)
        .collect(Collectors.joining(", "));
  }

  private String names(String alias) {
    return IntStream.range(0, from.size())
        .mapToObj(i -> alias + "c" + i)
        .collect(Collectors.joining(", "));
  }

  static String columns(List<Shape.Column> columns, String alias) {
    return columns.stream()
        .map(column -> alias + column.quoted())
        .collect(Collectors.joining(", "));
  }

  private String quotedKey() {
    return new Shape.Column(key, "uuid").quoted();
  }
}
