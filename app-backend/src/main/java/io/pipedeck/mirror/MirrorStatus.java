package io.pipedeck.mirror;

import io.pipedeck.db.Row;
import io.pipedeck.db.Tx;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How far the mirror is, as the following process last reported it to the primary; every node reads
 * the same.
 *
 * @param lagRows committed changes that the mirror does not have yet, counted to {@link
 *     #COUNTED_TO}; 0 while it is being copied for the first time
 * @param lagSeconds age of the oldest of them
 * @param detail what stands against it or how far the copy is, null where there is nothing to say
 * @param follower the process that follows, null when none does
 * @param reportedAt when that process said so, null if it never did
 */
public record MirrorStatus(
    State state,
    long lagRows,
    double lagSeconds,
    @Nullable String detail,
    @Nullable String follower,
    @Nullable Instant reportedAt) {
  /** Longer backlogs are not counted out. */
  public static final long COUNTED_TO = 1_000_000;

  /** What is going on. */
  public enum State {
    /** No mirror is set, or none was reachable yet. */
    OFF,
    /** Existing rows are being copied; reads from the mirror may miss some. */
    COPYING,
    /** The mirror has every committed change but the last {@code lagRows}. */
    FOLLOWING,
    /** It does not move; {@code detail} says why. */
    STALLED;

    /** The name in JSON and SQL: lower case. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The status; asks the primary, which has the schema of this release. */
  public static MirrorStatus read(Tx tx) {
    return tx.query(
            """
            SELECT identity IS NOT NULL AS on, until > now() AS followed, holder, state, lag_rows, lag_seconds,
                detail, reported_at,
                CASE WHEN until <= now() THEN
                  (SELECT count(*) FROM (SELECT FROM job_change LIMIT ?) AS pending) ELSE 0 END AS pending,
                CASE WHEN until <= now() THEN
                  (SELECT extract(epoch FROM now() - changed_at)::text FROM job_change
                   ORDER BY xid, seq LIMIT 1) END AS waited
            FROM mirror_feed
            """,
            MirrorStatus::of,
            COUNTED_TO)
        .getFirst();
  }

  private static MirrorStatus of(Row row) {
    boolean followed = row.requiredBoolean("followed");
    String follower = followed ? row.text("holder") : null;
    Instant reported = row.instant("reported_at");
    if (followed) {
      return new MirrorStatus(
          State.valueOf(row.requiredText("state").toUpperCase(Locale.ROOT)),
          row.requiredLong("lag_rows"),
          Double.parseDouble(row.requiredText("lag_seconds")),
          row.text("detail"),
          follower,
          reported);
    }
    if (!row.requiredBoolean("on")) {
      return new MirrorStatus(State.OFF, 0, 0, null, null, reported);
    }
    String waited = row.text("waited");
    return new MirrorStatus(
        State.STALLED,
        row.requiredLong("pending"),
        waited == null ? 0 : Double.parseDouble(waited),
        "No process follows. Is MIRROR_DATABASE_URL set where Pipedeck runs?",
        null,
        reported);
  }
}
