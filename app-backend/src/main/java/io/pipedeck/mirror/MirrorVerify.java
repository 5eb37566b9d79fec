package io.pipedeck.mirror;

import io.pipedeck.db.Database;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.db.Tx;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compares the jobs of two databases by counts and hashes of ranges of ids; only where those differ
 * are ids looked at, some at a time. Both may be in use: what differs is looked at again until the
 * mirror has had time to follow.
 */
public final class MirrorVerify {
  private static final int RANGE = 20_000;
  private static final int PAGE = 1_000;
  private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

  /** More differences are counted, not looked at again. */
  private static final int LOOKED_AT = 10_000;

  private final Database primary;
  private final MirrorLogin login;
  private final Duration settle;

  /**
   * A comparison that begins with {@link #run}.
   *
   * @param settle how long the mirror has to come to what differs
   */
  public MirrorVerify(Database primary, MirrorLogin login, Duration settle) {
    this.primary = primary;
    this.login = login;
    this.settle = settle;
  }

  /** In which way a job differs. */
  public enum Kind {
    ONLY_HERE,
    ONLY_THERE,
    DIFFERENT
  }

  /** A job that differs. */
  public record Difference(UUID id, Kind kind) {}

  /**
   * What came of it.
   *
   * @param here jobs of the primary
   * @param there jobs of the other database
   * @param differences those that stayed, in the order of ids; at most 10,000
   * @param found how many there were altogether
   * @param columns that were compared
   */
  public record Result(
      long here, long there, List<Difference> differences, long found, List<String> columns) {
    /** Whether each job is on both sides, with the same values. */
    public boolean equal() {
      return found == 0;
    }
  }

  /** Hears how many rows were compared. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Called after each range.
     *
     * @param total about as many rows as there are
     */
    void at(long compared, long total);
  }

  /**
   * Compares everything.
   *
   * @throws MirrorException if the other database can't be read
   */
  public Result run(Progress progress) {
    try (Database other = login.forLongWork()) {
      Shape there = in(other, tx -> Shape.of(tx, "pipeline_jobs"));
      if (!there.exists()) {
        throw new MirrorException("There is no table pipeline_jobs at " + login + ".", null);
      }
      Shape here = primary.inTransaction(tx -> Shape.of(tx, "pipeline_jobs"));
      TableCopy jobs = TableCopy.of("pipeline_jobs", "id", here, there);
      return new Run(
              new Side(primary, primary.inTransaction(tx -> tables(tx, jobs))),
              new Side(other, in(other, tx -> tables(tx, jobs))),
              progress)
          .all();
    }
  }

  private static <T> T in(Database database, Function<Tx, T> work) {
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

  /** Jobs are in one table or, where there is an archive, in one of two. */
  private static List<TableCopy> tables(Tx tx, TableCopy jobs) {
    return Stream.concat(
            Stream.of(jobs), PrimaryArchive.find(tx, jobs, null).map(PrimaryArchive::jobs).stream())
        .toList();
  }

  private record Side(Database database, List<TableCopy> tables) {}

  private record Digest(long rows, BigInteger sum) {
    Digest plus(Digest other) {
      return new Digest(rows + other.rows, sum.add(other.sum));
    }
  }

  /** One comparison. */
  private final class Run {
    private final Side ours;
    private final Side theirs;
    private final Progress progress;
    private final Map<UUID, Kind> differences = new TreeMap<>(UuidOrder.BYTES);
    private long hereRows;
    private long thereRows;
    private long found;

    Run(Side ours, Side theirs, Progress progress) {
      this.ours = ours;
      this.theirs = theirs;
      this.progress = progress;
    }

    Result all() {
      long total = in(primary, Run::estimate);
      Optional<UUID> from = Optional.empty();
      do {
        Optional<UUID> after = from;
        Optional<UUID> to = in(primary, tx -> end(tx, after));
        range(after, to);
        progress.at(hereRows, Math.max(total, hereRows));
        from = to;
      } while (from.isPresent());
      lookAgain();
      List<Difference> stayed = new ArrayList<>();
      differences.forEach((id, kind) -> stayed.add(new Difference(id, kind)));
      return new Result(
          hereRows,
          thereRows,
          stayed,
          found,
          ours.tables().getFirst().from().stream().map(Shape.Column::name).toList());
    }

    private static long estimate(Tx tx) {
      return tx.query(
              "SELECT reltuples::bigint AS n FROM pg_class WHERE oid = to_regclass('pipeline_jobs')",
              row -> row.requiredLong("n"))
          .getFirst();
    }

    /** The id at which a range ends, empty for the last one. */
    private static Optional<UUID> end(Tx tx, Optional<UUID> from) {
      String sql = "SELECT id FROM pipeline_jobs%s ORDER BY id OFFSET ? LIMIT 1";
      return from.isPresent()
          ? tx.first(
              sql.formatted(" WHERE id > ?"), row -> row.requiredUuid("id"), from.get(), RANGE - 1)
          : tx.first(sql.formatted(""), row -> row.requiredUuid("id"), RANGE - 1);
    }

    private void range(Optional<UUID> from, Optional<UUID> to) {
      Digest here = digest(ours, from, to);
      Digest there = digest(theirs, from, to);
      hereRows += here.rows();
      thereRows += there.rows();
      if (!here.equals(there)) {
        pages(from, to);
      }
    }

    private Digest digest(Side side, Optional<UUID> from, Optional<UUID> to) {
      return in(
          side.database(),
          tx ->
              side.tables().stream()
                  .map(table -> digest(tx, table, from, to))
                  .reduce(new Digest(0, BigInteger.ZERO), Digest::plus));
    }

    private static Digest digest(Tx tx, TableCopy table, Optional<UUID> from, Optional<UUID> to) {
      return tx.query(
              """
              SELECT count(*) AS n, coalesce(sum(('x' || substr(h, 1, 15))::bit(60)::bigint), 0)::text AS total
              FROM (SELECT %s AS h FROM %s j WHERE %s) AS hashed
              """
                  .formatted(table.hash("j"), table.table(), bounds(from, to)),
              row -> new Digest(row.requiredLong("n"), new BigInteger(row.requiredText("total"))),
              values(from, to).toArray())
          .getFirst();
    }

    private static String bounds(Optional<UUID> from, Optional<UUID> to) {
      return (from.isPresent() ? "j.id > ?" : "true") + (to.isPresent() ? " AND j.id <= ?" : "");
    }

    private static List<@Nullable Object> values(Optional<UUID> from, Optional<UUID> to) {
      List<@Nullable Object> values = new ArrayList<>();
      from.ifPresent(values::add);
      to.ifPresent(values::add);
      return values;
    }

    /** Goes through a range on both sides, in steps that end at the same id. */
    private void pages(Optional<UUID> from, Optional<UUID> to) {
      Optional<UUID> after = from;
      do {
        List<NavigableMap<UUID, String>> here = page(ours, after, to);
        List<NavigableMap<UUID, String>> there = page(theirs, after, to);
        Optional<UUID> end =
            Stream.concat(here.stream(), there.stream())
                .filter(page -> page.size() == PAGE)
                .map(NavigableMap::lastKey)
                .min(UuidOrder.BYTES);
        compare(upTo(here, end), upTo(there, end));
        after = end;
      } while (after.isPresent());
    }

    /** The next hashes of each table. */
    private static List<NavigableMap<UUID, String>> page(
        Side side, Optional<UUID> from, Optional<UUID> to) {
      List<@Nullable Object> values = values(from, to);
      values.add(PAGE);
      String which = "WHERE " + bounds(from, to) + " ORDER BY j.id LIMIT ?";
      return in(
          side.database(),
          tx ->
              side.tables().stream()
                  .map(table -> hashed(tx, table, which, values.toArray()))
                  .toList());
    }

    private static NavigableMap<UUID, String> hashed(
        Tx tx, TableCopy table, String which, @Nullable Object... values) {
      NavigableMap<UUID, String> hashes = new TreeMap<>(UuidOrder.BYTES);
      tx.query(
              "SELECT j.id, %s AS h FROM %s j %s".formatted(table.hash("j"), table.table(), which),
              row -> Map.entry(row.requiredUuid("id"), row.requiredText("h")),
              values)
          .forEach(entry -> hashes.put(entry.getKey(), entry.getValue()));
      return hashes;
    }

    private static Map<UUID, String> upTo(
        List<NavigableMap<UUID, String>> pages, Optional<UUID> end) {
      Map<UUID, String> all = new TreeMap<>(UuidOrder.BYTES);
      pages.forEach(page -> all.putAll(end.isEmpty() ? page : page.headMap(end.get(), true)));
      return all;
    }

    private void compare(Map<UUID, String> here, Map<UUID, String> there) {
      here.forEach(
          (id, hash) -> {
            String other = there.get(id);
            if (other == null) {
              add(id, Kind.ONLY_HERE);
            } else if (!hash.equals(other)) {
              add(id, Kind.DIFFERENT);
            }
          });
      there.keySet().stream()
          .filter(id -> !here.containsKey(id))
          .forEach(id -> add(id, Kind.ONLY_THERE));
    }

    private void add(UUID id, Kind kind) {
      found++;
      if (differences.size() < LOOKED_AT) {
        differences.put(id, kind);
      }
    }

    /** Drops what is equal by now, until all is or the time is over. */
    private void lookAgain() {
      var never = new CountDownLatch(1);
      long until = System.nanoTime() + settle.toNanos();
      boolean first = true;
      while (!differences.isEmpty() && (first || System.nanoTime() < until)) {
        if (!first && interrupted(never)) {
          return;
        }
        first = false;
        List<UUID> ids = List.copyOf(differences.keySet());
        for (int i = 0; i < ids.size(); i += PAGE) {
          lookAgain(ids.subList(i, Math.min(ids.size(), i + PAGE)));
        }
      }
    }

    private static boolean interrupted(CountDownLatch never) {
      try {
        return never.await(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return true;
      }
    }

    /** A row that changes all the time is equal if the mirror has it as it was before or after. */
    private void lookAgain(List<UUID> ids) {
      Map<UUID, String> before = of(ours, ids);
      Map<UUID, String> mirrored = of(theirs, ids);
      Map<UUID, String> after = of(ours, ids);
      for (UUID id : ids) {
        String there = mirrored.get(id);
        if (Objects.equals(there, before.get(id)) || Objects.equals(there, after.get(id))) {
          settled(differences.remove(id), there != null);
        } else {
          differences.put(id, kind(after.get(id), there));
        }
      }
    }

    /** What was on one side only is on both now, or on none. */
    private void settled(@Nullable Kind was, boolean onBoth) {
      found--;
      if (was == Kind.ONLY_HERE) {
        hereRows -= onBoth ? 0 : 1;
        thereRows += onBoth ? 1 : 0;
      } else if (was == Kind.ONLY_THERE) {
        thereRows -= onBoth ? 0 : 1;
        hereRows += onBoth ? 1 : 0;
      }
    }

    private static Kind kind(@Nullable String ours, @Nullable String theirs) {
      if (ours == null) {
        return Kind.ONLY_THERE;
      }
      return theirs == null ? Kind.ONLY_HERE : Kind.DIFFERENT;
    }

    private static Map<UUID, String> of(Side side, List<UUID> ids) {
      Map<UUID, String> all = new TreeMap<>(UuidOrder.BYTES);
      in(
              side.database(),
              tx ->
                  side.tables().stream()
                      .map(
                          table ->
                              hashed(
                                  tx,
                                  table,
                                  "WHERE j.id = ANY(?)",
                                  (Object) ids.toArray(UUID[]::new)))
                      .toList())
          .forEach(all::putAll);
      return all;
    }
  }
}
