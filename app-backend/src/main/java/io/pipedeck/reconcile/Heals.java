package io.pipedeck.reconcile;

import io.pipedeck.db.Database;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.db.Tx;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what was mended, by kind: how often, when last, and an example. */
public final class Heals {
  private static final Logger LOG = LoggerFactory.getLogger(Heals.class);

  private final Database database;

  public Heals(Database database) {
    this.database = database;
  }

  /** The kinds of drift, as they are told. */
  public enum Kind {
    /** A queued job that Redis did not show was pushed. */
    PUSHED,
    /** An id that nobody waits for was cleared away. */
    ORPHAN_CLEARED,
    /** Redis showed another state of a job than PostgreSQL has. */
    SHOWN_AGAIN,
    /** A job was taken away from a worker that was lost. */
    RESCUED,
    /** Redis had been emptied, and its queues were built again. */
    REBUILT;

    String storedName() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * What was mended.
   *
   * @param example of the last time, such as a job's id
   */
  public record Mended(String kind, long times, Instant lastAt, String example) {}

  /** Counts heals; one that can't be written is only logged. */
  void mended(Kind kind, int times, String example) {
    if (times == 0) {
      return;
    }
    LOG.info("{}: {} ({})", kind.storedName(), times, example);
    try {
      database.run(
          tx ->
              tx.update(
                  """
                  INSERT INTO heals AS h (kind, times, last_at, example) VALUES (?, ?, now(), ?)
                  ON CONFLICT (kind) DO UPDATE
                  SET times = h.times + excluded.times, last_at = excluded.last_at, example = excluded.example
                  """,
                  kind.storedName(),
                  (long) times,
                  example));
    } catch (DatabaseException e) {
      LOG.debug("A heal was not counted", e);
    }
  }

  /** All that was mended so far. */
  public static List<Mended> all(Tx tx) {
    return tx.query(
        "SELECT kind, times, last_at, example FROM heals ORDER BY last_at DESC",
        row ->
            new Mended(
                row.requiredText("kind"),
                row.requiredLong("times"),
                row.requiredInstant("last_at"),
                row.requiredText("example")));
  }
}
