package io.pipedeck.mirror;

import io.pipedeck.db.Database;
import java.util.List;
import java.util.UUID;

/**
 * Looks for jobs in a database that is to become a mirror and that the primary does not have: they
 * would be removed.
 */
final class Strangers {
  private static final int AT_ONCE = 10_000;

  private final Database primary;
  private final MirrorTarget mirror;

  Strangers(Database primary, MirrorTarget mirror) {
    this.primary = primary;
    this.mirror = mirror;
  }

  /**
   * Refuses the mirror if there are any.
   *
   * @throws MirrorException if so; nothing was changed
   */
  void refuse() {
    for (String table : mirror.jobTables()) {
      refuse(table);
    }
  }

  private void refuse(String table) {
    UUID last = null;
    while (true) {
      List<UUID> some = mirror.idsAfter(table, last, AT_ONCE);
      if (some.isEmpty()) {
        return;
      }
      last = some.getLast();
      List<UUID> strangers = unknown(some);
      if (!strangers.isEmpty()) {
        throw new MirrorException(
            "The mirror's pipeline_jobs has jobs that the primary does not have, such as "
                + strangers.getFirst()
                + "; following would remove them. Nothing was changed. Bring them in with `pipedeck mirror import"
                + " --from`, or give the mirror an empty database.",
            null);
      }
    }
  }

  private List<UUID> unknown(List<UUID> ids) {
    return primary.inTransaction(
        tx -> {
          String archived =
              Shape.of(tx, PrimaryArchive.TABLE).exists()
                  ? " AND NOT EXISTS (SELECT FROM " + PrimaryArchive.TABLE + " a WHERE a.id = w.id)"
                  : "";
          return tx.query(
              """
              SELECT w.id FROM unnest(?::uuid[]) AS w(id)
              WHERE NOT EXISTS (SELECT FROM pipeline_jobs j WHERE j.id = w.id)%s LIMIT 1
              """
                  .formatted(archived),
              row -> row.requiredUuid("id"),
              (Object) ids.toArray(UUID[]::new));
        });
  }
}
