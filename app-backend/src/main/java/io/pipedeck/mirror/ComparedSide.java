package io.pipedeck.mirror;

import io.pipedeck.db.Database;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.db.Tx;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One of two databases that are compared, read by counts and hashes.
 *
 * @param tables those that hold its jobs
 */
record ComparedSide(Database database, List<TableCopy> tables) {

  /** How many rows there are, and the sum of their hashes. */
  record Digest(long rows, BigInteger sum) {
    private static final Digest NONE = new Digest(0, BigInteger.ZERO);

    private Digest plus(Digest other) {
      return new Digest(rows + other.rows, sum.add(other.sum));
    }
  }

  /** Jobs are in one table or, where there is an archive, in one of two. */
  static ComparedSide of(Database database, TableCopy jobs) {
    return new ComparedSide(database, read(database, tx -> tables(tx, jobs)));
  }

  private static List<TableCopy> tables(Tx tx, TableCopy jobs) {
    return Stream.concat(
            Stream.of(jobs), PrimaryArchive.find(tx, jobs, null).map(PrimaryArchive::jobs).stream())
        .toList();
  }

  /**
   * Reads a database as it is at one moment.
   *
   * @throws MirrorException if it can't be read
   */
  static <T> T read(Database database, Function<Tx, T> work) {
    try {
      return database.inTransaction(
          tx -> {
            tx.update("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
            TableCopy.utc(tx);
            return work.apply(tx);
          });
    } catch (DatabaseException e) {
      throw new MirrorException("The other database can't be read: " + e.getMessage(), e);
    }
  }

  /** About as many jobs as there are. */
  long estimate() {
    return read(
        database,
        tx ->
            tx.query(
                    "SELECT reltuples::bigint AS n FROM pg_class WHERE oid = to_regclass('pipeline_jobs')",
                    row -> row.requiredLong("n"))
                .getFirst());
  }

  /** The id that lies so many jobs behind another; empty if there are not so many left. */
  Optional<UUID> idBehind(Optional<UUID> place, int jobs) {
    var rest = new IdRange(place, Optional.empty());
    List<@Nullable Object> values = rest.values();
    values.add(jobs - 1);
    return read(
        database,
        tx ->
            tx.first(
                "SELECT j.id FROM pipeline_jobs j WHERE %s ORDER BY j.id OFFSET ? LIMIT 1"
                    .formatted(rest.condition()),
                row -> row.requiredUuid("id"),
                values.toArray()));
  }

  /** The whole range as one figure. */
  Digest digest(IdRange range) {
    return read(
        database,
        tx ->
            tables.stream()
                .map(table -> digest(tx, table, range))
                .reduce(Digest.NONE, Digest::plus));
  }

  private static Digest digest(Tx tx, TableCopy table, IdRange range) {
    return tx.query(
            """
            SELECT count(*) AS n, coalesce(sum(('x' || substr(h, 1, 15))::bit(60)::bigint), 0)::text AS total
            FROM (SELECT %s AS h FROM %s j WHERE %s) AS hashed
            """
                .formatted(table.hash("j"), table.table(), range.condition()),
            row -> new Digest(row.requiredLong("n"), new BigInteger(row.requiredText("total"))),
            range.values().toArray())
        .getFirst();
  }

  /** The first hashes of a range, of each table so many at most. */
  List<NavigableMap<UUID, String>> page(IdRange range, int limit) {
    List<@Nullable Object> values = range.values();
    values.add(limit);
    return hashes("WHERE " + range.condition() + " ORDER BY j.id LIMIT ?", values.toArray());
  }

  /** The hashes of these jobs, as far as they are there. */
  Map<UUID, String> of(List<UUID> ids) {
    Map<UUID, String> all = new TreeMap<>(UuidOrder.BYTES);
    hashes("WHERE j.id = ANY(?)", (Object) ids.toArray(UUID[]::new)).forEach(all::putAll);
    return all;
  }

  private List<NavigableMap<UUID, String>> hashes(String which, @Nullable Object... values) {
    return read(
        database, tx -> tables.stream().map(table -> hashes(tx, table, which, values)).toList());
  }

  private static NavigableMap<UUID, String> hashes(
      Tx tx, TableCopy table, String which, @Nullable Object... values) {
    NavigableMap<UUID, String> hashes = new TreeMap<>(UuidOrder.BYTES);
    tx.query(
            "SELECT j.id, %s AS h FROM %s j %s".formatted(table.hash("j"), table.table(), which),
            row -> Map.entry(row.requiredUuid("id"), row.requiredText("h")),
            values)
        .forEach(entry -> hashes.put(entry.getKey(), entry.getValue()));
    return hashes;
  }
}
