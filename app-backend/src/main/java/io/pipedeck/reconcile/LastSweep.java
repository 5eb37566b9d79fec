package io.pipedeck.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.api.ConsistencyView;
import io.pipedeck.api.Json;
import io.pipedeck.db.JsonText;
import io.pipedeck.db.Row;
import io.pipedeck.db.Tx;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the leader's last look met, kept for all nodes. */
final class LastSweep {
  private LastSweep() {}

  static int write(
      Tx tx, String holder, int looked, SortedMap<String, Integer> drift, int orphans) {
    return tx.update(
        """
        INSERT INTO last_sweep AS s (holder, swept_at, looked, drift, orphans) VALUES (?, now(), ?, ?::jsonb, ?)
        ON CONFLICT (only_row) DO UPDATE
        SET holder = excluded.holder, swept_at = excluded.swept_at, looked = excluded.looked,
            drift = excluded.drift, orphans = excluded.orphans
        """,
        holder,
        looked,
        JsonText.of(Json.mapper().valueToTree(drift)),
        orphans);
  }

  static Optional<ConsistencyView.Sweep> read(Tx tx) {
    return tx.first("SELECT swept_at, looked, drift, orphans FROM last_sweep", LastSweep::sweep);
  }

  private static ConsistencyView.Sweep sweep(Row row) {
    Map<String, Integer> drift = new TreeMap<>();
    JsonNode stored = JsonText.read(row.requiredText("drift"));
    if (stored != null) {
      stored.properties().forEach(kind -> drift.put(kind.getKey(), kind.getValue().intValue()));
    }
    return new ConsistencyView.Sweep(
        row.requiredInstant("swept_at"),
        row.requiredInteger("looked"),
        drift,
        row.requiredInteger("orphans"));
  }
}
