package io.pipedeck.job;

import io.pipedeck.db.Tx;
import java.util.List;

/**
 * The columns of {@code pipeline_jobs}, as the archive has them too. Read from the database, so
 * that columns of other programs and of newer releases move along.
 */
public final class ArchiveColumns {
  private ArchiveColumns() {}

  /** Their names, quoted, with commas between them. */
  public static String shared(Tx tx) {
    return tx.query(
            """
            SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns
            FROM pg_attribute a
            WHERE a.attrelid = 'pipeline_jobs'::regclass AND a.attnum > 0 AND NOT a.attisdropped
              AND a.attgenerated = ''
            """,
            row -> row.requiredText("columns"))
        .getFirst();
  }

  /** Gives the archive the columns that the table got meanwhile. */
  public static void addMissing(Tx tx) {
    List<String> missing =
        tx.query(
            """
            SELECT format('ADD COLUMN %I %s', a.attname, format_type(a.atttypid, a.atttypmod)) AS change
            FROM pg_attribute a
            WHERE a.attrelid = 'pipeline_jobs'::regclass AND a.attnum > 0 AND NOT a.attisdropped
              AND a.attgenerated = '' AND NOT EXISTS (
                SELECT FROM pg_attribute b
                WHERE b.attrelid = 'pipeline_jobs_archive'::regclass AND b.attname = a.attname
                  AND NOT b.attisdropped)
            """,
            row -> row.requiredText("change"));
    if (!missing.isEmpty()) {
      tx.update("ALTER TABLE pipeline_jobs_archive " + String.join(", ", missing));
    }
  }
}
