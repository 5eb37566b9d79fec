package io.pipedeck.mirror;

import io.pipedeck.db.Database;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.db.Tx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
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
      return new Run(other, TableCopy.of("pipeline_jobs", "id", here, there), progress).all();
    }
  }

  private static <T> T in(Database database, Function<Tx, T> work) {
    try {
      return database.inTransaction(
          tx -> {
            tx.update("SET TRANSACTION READ ONLY");
            TableCopy.utc(tx);
            return work.apply(tx);
          });
    } catch (DatabaseException e) {
      throw new MirrorException("The other database can't be read: " + e.getMessage(), e);
    }
  }

  private record Digest(long rows, String sum) {}

  /** One comparison. */
  private final class Run {
    private final Database other;
    private final TableCopy copy;
    private final Progress progress;
    private final Map<UUID, Kind> differences = new TreeMap<>(Run::asUnsigned);
    private long here;
    private long there;
    private long found;

    Run(Database other, TableCopy copy, Progress progress) {
      this.other = other;
      this.copy = copy;
      this.progress = progress;
    }

    /** PostgreSQL orders uuids by their bytes. */
    private static int asUnsigned(UUID a, UUID b) {
      int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
      return high != 0
          ? high
          : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
    }

    Result all() {
      long total = in(primary, Run::estimate);
      Optional<UUID> from = Optional.empty();
      do {
        Optional<UUID> after = from;
        Optional<UUID> to = in(primary, tx -> end(tx, after));
        range(after, to);
        progress.at(here, Math.max(total, here));
        from = to;
      } while (from.isPresent());
      lookAgain();
      List<Difference> stayed = new ArrayList<>();
      differences.forEach((id, kind) -> stayed.add(new Difference(id, kind)));
      return new Result(
          here, there, stayed, found, copy.from().stream().map(Shape.Column::name).toList());
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
      Digest ours = in(primary, tx -> digest(tx, from, to));
      Digest theirs = in(other, tx -> digest(tx, from, to));
      here += ours.rows();
      there += theirs.rows();
      if (!ours.equals(theirs)) {
        pages(from, to);
      }
    }

    private Digest digest(Tx tx, Optional<UUID> from, Optional<UUID> to) {
      return tx.query(
              """
              SELECT count(*) AS n, coalesce(sum(('x' || substr(h, 1, 15))::bit(60)::bigint), 0)::text AS total
              FROM (SELECT %s AS h FROM pipeline_jobs j WHERE %s) AS hashed
              """
                  .formatted(copy.hash("j"), bounds(from, to)),
              row -> new Digest(row.requiredLong("n"), row.requiredText("total")),
              values(from, to))
          .getFirst();
    }

    private static String bounds(Optional<UUID> from, Optional<UUID> to) {
      return (from.isPresent() ? "j.id > ?" : "true") + (to.isPresent() ? " AND j.id <= ?" : "");
    }

    private static @Nullable Object[] values(Optional<UUID> from, Optional<UUID> to) {
      List<@Nullable Object> values = new ArrayList<>();
      from.ifPresent(values::add);
      to.ifPresent(values::add);
      return values.toArray();
    }

    /** Goes through a range on both sides, in steps that end at the same id. */
    private void pages(Optional<UUID> from, Optional<UUID> to) {
      Optional<UUID> after = from;
      while (true) {
        Optional<UUID> start = after;
        Map<UUID, String> ours = in(primary, tx -> hashes(tx, start, to));
        Map<UUID, String> theirs = in(other, tx -> hashes(tx, start, to));
        Optional<UUID> end = sharedEnd(ours, theirs);
        compare(upTo(ours, end), upTo(theirs, end));
        if (end.isEmpty()) {
          return;
        }
        after = end;
      }
    }

    private Map<UUID, String> hashes(Tx tx, Optional<UUID> from, Optional<UUID> to) {
      List<@Nullable Object> values = new ArrayList<>();
      from.ifPresent(values::add);
      to.ifPresent(values::add);
      values.add(PAGE);
      return hashed(tx, "WHERE " + bounds(from, to) + " ORDER BY j.id LIMIT ?", values.toArray());
    }

    private Map<UUID, String> hashed(Tx tx, String which, @Nullable Object... values) {
      Map<UUID, String> hashes = new TreeMap<>(Run::asUnsigned);
      tx.query(
              "SELECT j.id, " + copy.hash("j") + " AS h FROM pipeline_jobs j " + which,
              row -> Map.entry(row.requiredUuid("id"), row.requiredText("h")),
              values)
          .forEach(entry -> hashes.put(entry.getKey(), entry.getValue()));
      return hashes;
    }

    /** The smaller of the last ids of full pages; empty when both sides ended. */
    private static Optional<UUID> sharedEnd(Map<UUID, String> a, Map<UUID, String> b) {
      List<UUID> ends = new ArrayList<>();
      for (Map<UUID, String> page : List.of(a, b)) {
        if (page.size() == PAGE) {
          ends.add(((TreeMap<UUID, String>) page).lastKey());
        }
      }
      return ends.stream().min(Run::asUnsigned);
    }

    private static Map<UUID, String> upTo(Map<UUID, String> page, Optional<UUID> end) {
      return end.isEmpty() ? page : ((TreeMap<UUID, String>) page).headMap(end.get(), true);
    }

    private void compare(Map<UUID, String> ours, Map<UUID, String> theirs) {
      ours.forEach(
          (id, hash) -> {
            String other = theirs.get(id);
            if (other == null) {
              add(id, Kind.ONLY_HERE);
            } else if (!hash.equals(other)) {
              add(id, Kind.DIFFERENT);
            }
          });
      theirs.keySet().stream()
          .filter(id -> !ours.containsKey(id))
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
      Map<UUID, String> before = in(primary, tx -> of(tx, ids));
      Map<UUID, String> theirs = in(other, tx -> of(tx, ids));
      Map<UUID, String> after = in(primary, tx -> of(tx, ids));
      for (UUID id : ids) {
        String there = theirs.get(id);
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
        here -= onBoth ? 0 : 1;
        there += onBoth ? 1 : 0;
      } else if (was == Kind.ONLY_THERE) {
        there -= onBoth ? 0 : 1;
        here += onBoth ? 1 : 0;
      }
    }

    private static Kind kind(@Nullable String ours, @Nullable String theirs) {
      if (ours == null) {
        return Kind.ONLY_THERE;
      }
      return theirs == null ? Kind.ONLY_HERE : Kind.DIFFERENT;
    }

    private Map<UUID, String> of(Tx tx, List<UUID> ids) {
      return hashed(tx, "WHERE j.id = ANY(?)", (Object) ids.toArray(UUID[]::new));
    }
  }
}
