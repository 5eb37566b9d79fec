package io.pipedeck.mirror;

import io.pipedeck.db.Database;
import io.pipedeck.db.Migrations;
import io.pipedeck.db.Tx;

/**
 * What the mirror is: a database with Pipedeck's whole schema, or one with nothing but a plain
 * {@code pipeline_jobs} of another program (Supabase during a migration), which is left as it is:
 * ours are there a schema of its own with the position and a view for reads.
 *
 * @param plain whether it is such a table
 * @param jobs the columns of {@code pipeline_jobs}
 * @param attempts the columns of {@code job_attempts}; empty in a plain mirror
 * @param archive whether it has an archive, which is empty while it is a mirror
 */
record MirrorShape(boolean plain, Shape jobs, Shape attempts, boolean archive) {
  /** Where ours is in a plain mirror. */
  static final String PLAIN_SCHEMA = "pipedeck_mirror";

  private static final String CREATE_POSITION =
      """
      CREATE TABLE IF NOT EXISTS %1$s.mirror_position (
          only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
          primary_id uuid  NOT NULL,
          identity  uuid   NOT NULL,
          source    text   NOT NULL,
          snapshot  text   NOT NULL,
          target    text,
          after_xid text,
          after_seq bigint,
          copying   boolean NOT NULL,
          copied_to uuid,
          moves     bigint NOT NULL DEFAULT 0,
          moved_at  timestamptz NOT NULL DEFAULT now())
      """
          .formatted(PLAIN_SCHEMA);

  /**
   * Brings the mirror's schema up to this release, or sets a plain one up.
   *
   * @throws Migrations.SchemaTooNewException if a newer release has been here
   * @throws io.pipedeck.db.DatabaseException if the server can't be reached or refuses
   */
  static MirrorShape prepare(Database mirror, String release) {
    boolean plain = mirror.inTransaction(MirrorShape::isPlain);
    if (plain) {
      mirror.run(
          tx -> {
            tx.update("CREATE SCHEMA IF NOT EXISTS " + PLAIN_SCHEMA);
            tx.update(CREATE_POSITION);
          });
    } else {
      Migrations.apply(mirror, release);
    }
    return mirror.inTransaction(MirrorShape::read);
  }

  /** The shape as it is; nothing is set up. */
  static MirrorShape read(Tx tx) {
    return new MirrorShape(
        isPlain(tx),
        Shape.of(tx, "pipeline_jobs"),
        Shape.of(tx, "job_attempts"),
        Shape.of(tx, PrimaryArchive.TABLE).exists());
  }

  private static boolean isPlain(Tx tx) {
    return tx.query(
            """
            SELECT to_regclass('pipeline_jobs') IS NOT NULL AND to_regclass('schema_compatibility') IS NULL AS plain
            """,
            row -> row.requiredBoolean("plain"))
        .getFirst();
  }

  /** The table that keeps the position. */
  String positionTable() {
    return plain ? PLAIN_SCHEMA + ".mirror_position" : "mirror_position";
  }
}
