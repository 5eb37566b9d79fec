package io.pipedeck.search;

import io.pipedeck.db.Database;
import io.pipedeck.db.Tx;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What PostgreSQL has of candidates. Those that the index shows and PostgreSQL doesn't, or has
 * otherwise by now, are left out, and those of older versions of a document too.
 */
final class FoundTexts {
  private final Database database;

  FoundTexts(Database database) {
    this.database = database;
  }

  /**
   * A chunk that stands.
   *
   * @param candidate its place among those asked for, from 0
   */
  record Text(
      int candidate,
      UUID jobId,
      @Nullable String filename,
      String sha256,
      @Nullable Integer page,
      @Nullable String heading,
      int ordinal,
      int start,
      int end,
      String text) {}

  /** In the order of the candidates. */
  List<Text> of(List<Candidate> candidates, @Nullable String realm) {
    return database.inTransaction(tx -> read(tx, candidates, realm));
  }

  private static List<Text> read(Tx tx, List<Candidate> candidates, @Nullable String realm) {
    Integer[] places = new Integer[candidates.size()];
    for (int i = 0; i < places.length; i++) {
      places[i] = i;
    }
    return tx.query(
        """
        SELECT h.place, c.job_id, c.sha256, c.page, c.heading, c.ordinal, c.start_offset, c.end_offset, c.text,
            coalesce(j.payload ->> 'filename', a.payload ->> 'filename') AS filename
        FROM unnest(?::int[], ?::bigint[], ?::bigint[], ?::int[]) AS h (place, version, revision, ordinal)
        JOIN document_versions v ON v.id = h.version AND v.revision = h.revision AND v.chunks > 0
        JOIN document_chunks c ON c.job_id = v.job_id AND c.ordinal = h.ordinal AND c.sha256 = v.sha256
          AND c.realm IS NOT DISTINCT FROM v.realm AND c.pipeline_version = v.pipeline_version
          AND c.options_hash = v.options_hash
        LEFT JOIN pipeline_jobs j ON j.id = c.job_id
        LEFT JOIN LATERAL (
          SELECT payload FROM pipeline_jobs_archive WHERE id = c.job_id AND j.id IS NULL LIMIT 1) a ON true
        WHERE v.realm IS NOT DISTINCT FROM ?
          AND NOT EXISTS (
            SELECT FROM document_versions n
            WHERE n.sha256 = v.sha256 AND coalesce(n.realm, '') = coalesce(v.realm, '') AND n.chunks > 0
              AND (n.written_at, n.id) > (v.written_at, v.id))
        ORDER BY h.place
        """,
        row ->
            new Text(
                row.requiredInteger("place"),
                row.requiredUuid("job_id"),
                row.text("filename"),
                row.requiredText("sha256"),
                row.integer("page"),
                row.text("heading"),
                row.requiredInteger("ordinal"),
                row.requiredInteger("start_offset"),
                row.requiredInteger("end_offset"),
                row.requiredText("text")),
        places,
        candidates.stream().map(Candidate::version).toArray(Long[]::new),
        candidates.stream().map(Candidate::revision).toArray(Long[]::new),
        candidates.stream().map(Candidate::ordinal).toArray(Integer[]::new),
        realm);
  }
}
