package io.pipedeck.search;

import io.pipedeck.db.Database;
import io.pipedeck.db.Row;
import io.pipedeck.db.Tx;
import java.util.List;
import java.util.Optional;

/** The SQL by which the index follows the chunks. */
final class ChunkFeed {
  private static final int PAGE = 1_000;
  private static final int CHUNKS = 100;

  private final Database database;

  ChunkFeed(Database database) {
    this.database = database;
  }

  /**
   * Where to go on reading: all changes of earlier transactions have been seen.
   *
   * @param xid of the oldest transaction that may still bring changes
   */
  record Position(String xid) {}

  /** A page of changed versions; they may have been seen before. */
  record Page(List<Version.Stamp> versions, Position next, Optional<After> more) {}

  /** The last row of a page. */
  record After(String xid, long id) {}

  /** A row of a look; one that found nothing gives its position alone. */
  private record Looked(Position position, Optional<Changed> changed) {}

  private record Changed(Version.Stamp stamp, String xid) {}

  /**
   * The position of now. What is committed later is found from there, also by transactions that are
   * open now; so it is asked for before anything is read.
   */
  Position now() {
    return database.inTransaction(ChunkFeed::oldestOpen);
  }

  private static Position oldestOpen(Tx tx) {
    return tx.query(
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS xmin",
            row -> new Position(row.requiredText("xmin")))
        .getFirst();
  }

  /** The versions that were changed from the position on. */
  Page changes(Position from) {
    return changes(new After(from.xid(), Long.MIN_VALUE));
  }

  /** The versions behind those of another page. */
  Page changes(After after) {
    // One statement, so one snapshot. Relies on document_versions_changed_idx (changed_xid, id).
    List<Looked> looked =
        database.inStatement(
            tx ->
                tx.query(
                    """
                    SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS xmin, v.*
                    FROM (SELECT) AS look LEFT JOIN (
                      SELECT id, revision, chunks, changed_xid::text AS xid FROM document_versions
                      WHERE (changed_xid, id) > (?::xid8, ?) ORDER BY changed_xid, id LIMIT ?) AS v ON true
                    """,
                    row ->
                        new Looked(
                            new Position(row.requiredText("xmin")),
                            row.text("xid") == null
                                ? Optional.empty()
                                : Optional.of(new Changed(stamp(row), row.requiredText("xid")))),
                    after.xid(),
                    after.id(),
                    PAGE));
    List<Changed> rows = looked.stream().flatMap(look -> look.changed().stream()).toList();
    Optional<After> more =
        rows.size() < PAGE
            ? Optional.empty()
            : Optional.of(new After(rows.getLast().xid(), rows.getLast().stamp().id()));
    return new Page(rows.stream().map(Changed::stamp).toList(), looked.getFirst().position(), more);
  }

  /** Some versions in the order of their ids, and whether they are the last. */
  record Listed(List<Version.Stamp> versions, boolean last) {}

  /** The versions there are behind this id. */
  Listed versions(long behind) {
    List<Version.Stamp> versions =
        database.inTransaction(
            tx ->
                tx.query(
                    """
                    SELECT id, revision, chunks FROM document_versions WHERE id > ? AND chunks > 0
                    ORDER BY id LIMIT ?
                    """,
                    ChunkFeed::stamp,
                    behind,
                    PAGE));
    return new Listed(versions, versions.size() < PAGE);
  }

  private static Version.Stamp stamp(Row row) {
    return new Version.Stamp(
        row.requiredLong("id"), row.requiredLong("revision"), row.requiredInteger("chunks"));
  }

  /** The version, if it is in this revision still and has chunks. */
  Optional<Version> version(Version.Stamp stamp) {
    return database.inTransaction(
        tx ->
            tx.first(
                """
                SELECT v.id, v.revision, v.chunks, v.realm, v.sha256, v.job_id,
                    coalesce(
                      (SELECT payload ->> 'media_type' FROM pipeline_jobs WHERE id = v.job_id),
                      (SELECT payload ->> 'media_type' FROM pipeline_jobs_archive WHERE id = v.job_id LIMIT 1)) AS type
                FROM document_versions v WHERE v.id = ? AND v.revision = ? AND v.chunks > 0
                """,
                row ->
                    new Version(
                        row.requiredLong("id"),
                        row.requiredLong("revision"),
                        row.requiredInteger("chunks"),
                        row.text("realm"),
                        row.requiredText("sha256"),
                        row.requiredUuid("job_id"),
                        row.text("type")),
                stamp.id(),
                stamp.revision()));
  }

  /** Some of its chunks, behind this ordinal; none if it was changed meanwhile. */
  List<Version.Chunk> chunks(Version version, int behind) {
    return database.inTransaction(
        tx ->
            tx.query(
                """
                SELECT c.ordinal, c.heading, c.text, c.model, c.embedding
                FROM document_versions v
                JOIN document_chunks c ON c.job_id = v.job_id AND c.sha256 = v.sha256
                  AND c.realm IS NOT DISTINCT FROM v.realm AND c.pipeline_version = v.pipeline_version
                  AND c.options_hash = v.options_hash
                WHERE v.id = ? AND v.revision = ? AND c.ordinal > ?
                ORDER BY c.ordinal LIMIT ?
                """,
                row ->
                    new Version.Chunk(
                        row.requiredInteger("ordinal"),
                        row.text("heading"),
                        row.requiredText("text"),
                        row.text("model"),
                        row.floats("embedding")),
                version.id(),
                version.revision(),
                behind,
                CHUNKS));
  }

  /** Forgets versions that have been gone for a day; who follows has heard of them. */
  int forgetGone() {
    return database.inTransaction(
        tx ->
            tx.update(
                """
                DELETE FROM document_versions WHERE id IN (
                  SELECT id FROM document_versions WHERE chunks = 0 AND written_at < now() - interval '1 day'
                  ORDER BY written_at LIMIT 1000 FOR UPDATE SKIP LOCKED)
                """));
  }
}
