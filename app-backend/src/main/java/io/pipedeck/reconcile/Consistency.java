package io.pipedeck.reconcile;

import io.pipedeck.api.ConsistencyView;
import io.pipedeck.db.Database;
import io.pipedeck.db.Row;
import io.pipedeck.db.Tx;
import io.pipedeck.job.Nodes;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Tells how far the stores agree: the same on every node, since all of it stands in PostgreSQL. */
public final class Consistency {
  private final Database database;
  private final Function<Tx, Optional<ConsistencyView.Mirror>> mirror;
  private final Nodes nodes = new Nodes();

  /**
   * A report on this database.
   *
   * @param mirror how far the mirror is, empty where none is set
   */
  public Consistency(Database database, Function<Tx, Optional<ConsistencyView.Mirror>> mirror) {
    this.database = database;
    this.mirror = mirror;
  }

  /** How it is now. */
  public ConsistencyView view() {
    return database.inTransaction(this::view);
  }

  private ConsistencyView view(Tx tx) {
    List<ConsistencyView.Heal> heals =
        Heals.all(tx).stream()
            .map(it -> new ConsistencyView.Heal(it.kind(), it.times(), it.lastAt(), it.example()))
            .toList();
    return new ConsistencyView(
        tx.query("SELECT now() AS at", row -> row.requiredInstant("at")).getFirst(),
        tx.first(
                "SELECT holder, epoch, since, until > now() AS leads FROM leader",
                Consistency::leader)
            .orElse(null),
        LastSweep.read(tx).orElse(null),
        heals,
        heals.stream().map(ConsistencyView.Heal::lastAt).max(Instant::compareTo).orElse(null),
        times(heals, Heals.Kind.RESCUED),
        nodes.spooled(tx),
        mirror.apply(tx).orElse(null),
        nodes.all(tx));
  }

  private static ConsistencyView.Leader leader(Row row) {
    return new ConsistencyView.Leader(
        row.requiredText("holder"),
        row.requiredLong("epoch"),
        row.requiredInstant("since"),
        row.requiredBoolean("leads"));
  }

  private static long times(List<ConsistencyView.Heal> heals, Heals.Kind kind) {
    return heals.stream()
        .filter(it -> it.kind().equals(kind.name().toLowerCase(Locale.ROOT)))
        .mapToLong(ConsistencyView.Heal::times)
        .sum();
  }
}
