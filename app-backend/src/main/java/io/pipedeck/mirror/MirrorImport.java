package io.pipedeck.mirror;

import io.pipedeck.db.Database;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.db.Row;
import io.pipedeck.db.Tx;
import io.pipedeck.mirror.TableCopy.Image;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Brings the rows of another program's {@code pipeline_jobs} in. They become foreign: shown and
 * never touched. May be run again at any time: rows that came before are brought up to date, and
 * where both sides have changed a row the newer one stays. Broken off, it goes on where it was.
 */
public final class MirrorImport {
  private static final int AT_ONCE = 1_000;

  /** What every program around such a table knows; anything else stays behind. */
  private static final Set<String> PLAIN =
      Set.of(
          "id",
          "rq_job_id",
          "realm",
          "queue",
          "status",
          "payload",
          "result",
          "error",
          "created_at",
          "started_at",
          "finished_at");

  private final Database primary;
  private final MirrorLogin from;

  /**
   * An import that begins with {@link #run}.
   *
   * @param primary with the schema of this release
   */
  public MirrorImport(Database primary, MirrorLogin from) {
    this.primary = primary;
    this.from = from;
  }

  /**
   * What came of it.
   *
   * @param seen rows of the other table
   * @param same were here already as they are there
   * @param newerHere were changed here later than there, or are Pipedeck's own: left as they are
   * @param conflicts left out: their id in Redis belongs to another job here
   */
  public record Counts(
      long seen, long added, long updated, long same, long newerHere, long conflicts) {
    static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0);

    Counts plus(Counts other) {
      return new Counts(
          seen + other.seen,
          added + other.added,
          updated + other.updated,
          same + other.same,
          newerHere + other.newerHere,
          conflicts + other.conflicts);
    }
  }

  /** Hears how far it is. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Called after each transaction.
     *
     * @param total rows in the other table when the import began
     */
    void at(long seen, long total);
  }

  private record State(@Nullable UUID last, Counts counts) {}

  /**
   * Imports everything.
   *
   * @param anew whether to begin at the first row although an earlier import was broken off
   * @throws MirrorException if the other table can't be read or is no such table
   */
  public Counts run(boolean anew, Progress progress) {
    try (Database source = from.forLongWork()) {
      TableCopy copy = copy(source);
      long total = readOnly(source, MirrorImport::count);
      State state = begin(anew);
      while (true) {
        Optional<UUID> after = Optional.ofNullable(state.last());
        List<Image> rows = readOnly(source, tx -> copy.readAfter(tx, after, AT_ONCE));
        if (rows.isEmpty()) {
          primary.run(tx -> tx.update("DELETE FROM mirror_import WHERE source = ?", name()));
          return state.counts();
        }
        State before = state;
        state = primary.inTransaction(tx -> write(tx, copy, rows, before));
        progress.at(state.counts().seen(), Math.max(total, state.counts().seen()));
      }
    }
  }

  private static <T> T readOnly(Database source, java.util.function.Function<Tx, T> work) {
    try {
      return source.inTransaction(
          tx -> {
            tx.update("SET TRANSACTION READ ONLY");
            TableCopy.utc(tx);
            return work.apply(tx);
          });
    } catch (DatabaseException e) {
      throw new MirrorException("The database to import from can't be read: " + e.getMessage(), e);
    }
  }

  private TableCopy copy(Database source) {
    Shape there = readOnly(source, tx -> Shape.of(tx, "pipeline_jobs"));
    if (there.column("id").filter(id -> id.type().equals("uuid")).isEmpty()) {
      throw new MirrorException(
          there.exists()
              ? "The pipeline_jobs of " + from + " has no column id of type uuid."
              : "There is no table pipeline_jobs at " + from + ".",
          null);
    }
    var plain =
        new Shape(
            there.columns().stream().filter(column -> PLAIN.contains(column.name())).toList());
    return TableCopy.of(
        "pipeline_jobs", "id", plain, primary.inTransaction(tx -> Shape.of(tx, "pipeline_jobs")));
  }

  private static long count(Tx tx) {
    return tx.query("SELECT count(*) AS n FROM pipeline_jobs", row -> row.requiredLong("n"))
        .getFirst();
  }

  private String name() {
    return from.login().jdbcUrl().replaceAll("\\?.*", "");
  }

  private State begin(boolean anew) {
    return primary.inTransaction(
        tx -> {
          if (anew) {
            tx.update("DELETE FROM mirror_import WHERE source = ?", name());
          }
          tx.update(
              "INSERT INTO mirror_import (source) VALUES (?) ON CONFLICT (source) DO NOTHING",
              name());
          return tx.query(
                  """
                  SELECT last_id, seen, added, updated, same, newer_here, conflicts FROM mirror_import
                  WHERE source = ?
                  """,
                  MirrorImport::state,
                  name())
              .getFirst();
        });
  }

  private static State state(Row row) {
    return new State(
        row.uuid("last_id"),
        new Counts(
            row.requiredLong("seen"),
            row.requiredLong("added"),
            row.requiredLong("updated"),
            row.requiredLong("same"),
            row.requiredLong("newer_here"),
            row.requiredLong("conflicts")));
  }

  private State write(Tx tx, TableCopy copy, List<Image> rows, State before) {
    TableCopy.utc(tx);
    Merge merge = new Merge(copy);
    Counts counts = before.counts().plus(merge.write(tx, rows));
    UUID last = rows.getLast().key();
    tx.update(
        """
        UPDATE mirror_import
        SET last_id = ?, seen = ?, added = ?, updated = ?, same = ?, newer_here = ?, conflicts = ?
        WHERE source = ?
        """,
        last,
        counts.seen(),
        counts.added(),
        counts.updated(),
        counts.same(),
        counts.newerHere(),
        counts.conflicts(),
        name());
    return new State(last, counts);
  }

  /** The statements that let the newer row win. */
  private record Merge(TableCopy copy) {
    /** When a row last changed, as far as it tells, and how far its job had come then. */
    private static String age(String alias) {
      return """
      (coalesce(greatest(%1$s.created_at, %1$s.started_at, %1$s.finished_at), '-infinity'),
       CASE WHEN %1$s.status IN ('finished', 'failed', 'canceled', 'stopped') THEN 2
            WHEN %1$s.status IN ('running', 'started') THEN 1 ELSE 0 END)"""
          .formatted(alias);
    }

    Counts write(Tx tx, List<Image> rows) {
      record Written(UUID id, boolean added) {}
      @Nullable Object[] arrays = copy.arrays(rows);
      List<Written> written =
          tx.query(
              insert(),
              row -> new Written(row.requiredUuid("id"), row.requiredBoolean("added")),
              arrays);
      long added = written.stream().filter(Written::added).count();
      Set<UUID> done = written.stream().map(Written::id).collect(Collectors.toSet());
      List<Image> left = rows.stream().filter(row -> !done.contains(row.key())).toList();
      Counts others = left.isEmpty() ? Counts.NONE : leftOut(tx, left);
      return others.plus(new Counts(rows.size(), added, written.size() - added, 0, 0, 0));
    }

    private String insert() {
      String set =
          names().stream()
              .filter(name -> !name.equals("id"))
              .map(name -> name + " = excluded." + name)
              .collect(Collectors.joining(", "));
      return """
      INSERT INTO pipeline_jobs AS j (%1$s)
      SELECT %2$s FROM (SELECT incoming.*%6$s FROM (%3$s) AS incoming) AS i
      WHERE i.rq_job_id IS NULL OR (i.nth = 1 AND NOT EXISTS (
          SELECT FROM pipeline_jobs o WHERE o.rq_job_id = i.rq_job_id AND o.id <> i.id))
      ON CONFLICT (id) DO UPDATE SET %4$s
      WHERE j.runner = 'foreign' AND %5$s
      RETURNING j.id, (j.xmax = 0) AS added
      """
          .formatted(
              String.join(", ", names()),
              selected("i"),
              copy.incoming(),
              set,
              age("excluded") + " >= " + age("j") + " AND " + differs("excluded"),
              ", row_number() OVER (PARTITION BY incoming.rq_job_id ORDER BY incoming.id) AS nth");
    }

    private Counts leftOut(Tx tx, List<Image> rows) {
      return tx.query(
              """
              SELECT count(*) FILTER (WHERE j.id IS NULL) AS absent,
                  count(*) FILTER (WHERE j.id IS NOT NULL AND NOT %s) AS same,
                  count(*) FILTER (WHERE j.id IS NOT NULL AND %s) AS newer
              FROM (SELECT %s FROM (%s) AS incoming) AS i LEFT JOIN pipeline_jobs j ON j.id = i.id
              """
                  .formatted(differs("i"), differs("i"), selected("incoming"), copy.incoming()),
              row ->
                  new Counts(
                      0,
                      0,
                      0,
                      row.requiredLong("same"),
                      row.requiredLong("newer"),
                      row.requiredLong("absent")),
              copy.arrays(rows))
          .getFirst();
    }

    private List<String> names() {
      List<String> names = new ArrayList<>();
      copy.to().forEach(column -> names.add(column.name()));
      return names;
    }

    /** Another program's table may allow NULL where ours does not. */
    private String selected(String alias) {
      return names().stream()
          .map(
              name ->
                  switch (name) {
                    case "queue" -> "coalesce(" + alias + ".queue, 'default') AS queue";
                    case "status" -> "coalesce(" + alias + ".status, 'queued') AS status";
                    default -> alias + "." + name;
                  })
          .collect(Collectors.joining(", "));
    }

    private String differs(String alias) {
      return "ROW(" + texts("j") + ")::text IS DISTINCT FROM ROW(" + texts(alias) + ")::text";
    }

    private String texts(String alias) {
      Set<String> seen = new HashSet<>();
      return names().stream()
          .filter(seen::add)
          .map(name -> alias + "." + name + "::text")
          .collect(Collectors.joining(", "));
    }
  }
}
