package io.pipedeck.mirror;

import io.pipedeck.api.AppException;
import io.pipedeck.db.Database;

/**
 * The mark of a database that Pipedeck runs on by itself: it ends any mirroring into it, and none
 * begins again before somebody says so. So the old primary can't overwrite the new one after a
 * cut-over.
 */
public final class PrimaryMark {
  private PrimaryMark() {}

  /** The database can't become a mirror now. */
  public static final class InUseException extends AppException {
    InUseException() {
      super(
          "Pipedeck runs on the mirror's database now. Stop it there first; nothing was changed.",
          null);
    }
  }

  /** Sets the mark; the schema is of this release. */
  public static void set(Database database) {
    database.run(
        tx -> {
          tx.update("DELETE FROM mirror_position");
          boolean wasPlain =
              tx.query(
                      "SELECT to_regclass(?) IS NOT NULL AS known",
                      row -> row.requiredBoolean("known"),
                      MirrorShape.PLAIN_SCHEMA + ".mirror_position")
                  .getFirst();
          if (wasPlain) {
            tx.update("DELETE FROM " + MirrorShape.PLAIN_SCHEMA + ".mirror_position");
          }
          tx.update("UPDATE mirror_feed SET primary_since = now() WHERE primary_since IS NULL");
        });
  }

  /**
   * Takes the mark away from a database that is to become a mirror.
   *
   * @return false if it had none
   * @throws InUseException if a process leads there now
   */
  public static boolean remove(MirrorLogin login) {
    try (Database database = login.forLongWork()) {
      return isOurs(database) && removeUnlessLed(database);
    }
  }

  private static boolean isOurs(Database database) {
    return database
        .inTransaction(
            tx ->
                tx.query(
                    "SELECT to_regclass('mirror_feed') IS NOT NULL AS ours",
                    row -> row.requiredBoolean("ours")))
        .getFirst();
  }

  private static boolean removeUnlessLed(Database database) {
    boolean led =
        database
            .inTransaction(
                tx ->
                    tx.query(
                        "SELECT EXISTS (SELECT FROM leader WHERE until > now()) AS led",
                        row -> row.requiredBoolean("led")))
            .getFirst();
    if (led) {
      throw new InUseException();
    }
    boolean _ = new FeedSwitch(database).turnOff();
    return database.inTransaction(
        tx ->
            tx.update(
                    """
                    UPDATE mirror_feed SET primary_since = NULL, database_id = gen_random_uuid()
                    WHERE primary_since IS NOT NULL
                    """)
                == 1);
  }
}
