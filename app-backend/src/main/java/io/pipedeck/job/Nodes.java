package io.pipedeck.job;

import io.pipedeck.api.ConsistencyView;
import io.pipedeck.db.Row;
import io.pipedeck.db.Tx;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** The SQL over the processes that work on this database. */
public final class Nodes {
  /**
   * A process with workers.
   *
   * @param identity unique to this start of it; its workers are called {@code <identity>.<slot>}
   */
  public record Node(
      String identity, String host, long pid, String release, List<String> queues, int slots) {}

  /**
   * How a process is.
   *
   * @param memoryBytes that it has, as the system counts it; 0 where that isn't known
   * @param oomKills how often the system's out-of-memory killer has struck on its machine
   */
  public record Vitals(long memoryBytes, long oomKills) {}

  /** What was last heard of a process. */
  public record Seen(
      String identity, String host, long pid, Instant startedAt, Instant seenAt, Vitals vitals) {}

  /** A sign of life: one row. */
  public int seen(Tx tx, Node node, Vitals vitals, long spoolDepth) {
    return tx.update(
        """
        INSERT INTO nodes AS n (identity, host, pid, release, queues, slots, memory_bytes, oom_kills, spool_depth)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (identity) DO UPDATE
        SET seen_at = now(), memory_bytes = excluded.memory_bytes, oom_kills = excluded.oom_kills,
            spool_depth = excluded.spool_depth
        """,
        node.identity(),
        node.host(),
        node.pid(),
        node.release(),
        node.queues().toArray(String[]::new),
        node.slots(),
        vitals.memoryBytes(),
        vitals.oomKills(),
        spoolDepth);
  }

  /** A process ends. */
  public void gone(Tx tx, String identity) {
    tx.update("DELETE FROM nodes WHERE identity = ?", identity);
  }

  /** Forgets those that gave no sign of life for a day; tells how many. */
  public int forgetOld(Tx tx) {
    return tx.update("DELETE FROM nodes WHERE seen_at < now() - interval '1 day'");
  }

  /** What is known of these processes. */
  public List<Seen> find(Tx tx, Collection<String> identities) {
    return tx.query(
        """
        SELECT identity, host, pid, started_at, seen_at, memory_bytes, oom_kills
        FROM nodes WHERE identity = ANY (?)
        """,
        Nodes::seen,
        (Object) identities.toArray(String[]::new));
  }

  private static Seen seen(Row row) {
    return new Seen(
        row.requiredText("identity"),
        row.requiredText("host"),
        row.requiredLong("pid"),
        row.requiredInstant("started_at"),
        row.requiredInstant("seen_at"),
        new Vitals(row.requiredLong("memory_bytes"), row.requiredLong("oom_kills")));
  }

  /** All that are remembered, the latest sign of life first. */
  public List<ConsistencyView.Node> all(Tx tx) {
    return tx.query(
        """
        SELECT identity, host, pid, release, array_to_string(queues, ',') AS queues, slots, started_at, seen_at,
            seen_at > now() - interval '45 seconds' AS alive, spool_depth
        FROM nodes ORDER BY seen_at DESC, identity
        """,
        Nodes::view);
  }

  private static ConsistencyView.Node view(Row row) {
    return new ConsistencyView.Node(
        row.requiredText("identity"),
        row.requiredText("host"),
        row.requiredLong("pid"),
        row.requiredText("release"),
        List.of(row.requiredText("queues").split(",", -1)),
        row.requiredInteger("slots"),
        row.requiredInstant("started_at"),
        row.requiredInstant("seen_at"),
        row.requiredBoolean("alive"),
        row.requiredLong("spool_depth"));
  }

  /** How many jobs of a queue the living processes can run at a time; 0 where none serves it. */
  public int slots(Tx tx, String queue) {
    return tx.query(
            """
            SELECT coalesce(sum(slots), 0)::int AS slots FROM nodes
            WHERE ? = ANY (queues) AND seen_at > now() - interval '45 seconds'
            """,
            row -> row.requiredInteger("slots"),
            queue)
        .getFirst();
  }

  /** How many transitions the processes hold that could not be written yet. */
  public long spooled(Tx tx) {
    return tx.query(
            "SELECT coalesce(sum(spool_depth), 0)::bigint AS n FROM nodes WHERE seen_at > now() - interval '2 minutes'",
            row -> row.requiredLong("n"))
        .getFirst();
  }
}
