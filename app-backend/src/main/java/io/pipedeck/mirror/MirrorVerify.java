package io.pipedeck.mirror;

import io.pipedeck.db.Database;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * Compares the jobs of two databases by counts and hashes of ranges of ids; only where those differ
 * are ids looked at, some at a time. Both may be in use: what differs is looked at again until the
 * mirror has had time to follow.
 */
public final class MirrorVerify {
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
      Shape there = ComparedSide.read(other, tx -> Shape.of(tx, "pipeline_jobs"));
      if (!there.exists()) {
        throw new MirrorException("There is no table pipeline_jobs at " + login + ".", null);
      }
      Shape here = primary.inTransaction(tx -> Shape.of(tx, "pipeline_jobs"));
      TableCopy jobs = TableCopy.of("pipeline_jobs", "id", here, there);
      return new Comparison(ComparedSide.of(primary, jobs), ComparedSide.of(other, jobs), progress)
          .run(settle);
    }
  }
}
