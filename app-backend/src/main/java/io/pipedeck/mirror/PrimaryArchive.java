package io.pipedeck.mirror;

import io.pipedeck.db.Tx;
import io.pipedeck.mirror.TableCopy.Image;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The primary's archive. A mirror has no archive of its own: there archived jobs stay in {@code
 * pipeline_jobs}, and when it becomes the primary its own archiver moves them.
 *
 * @param jobs reads the archive as if it were {@code pipeline_jobs}
 * @param attempts as {@code job_attempts} are carried, null where the mirror has none
 */
record PrimaryArchive(TableCopy jobs, @Nullable TableCopy attempts) {
  static final String TABLE = "pipeline_jobs_archive";

  /** The archive, empty if the primary has none. */
  static Optional<PrimaryArchive> find(Tx tx, TableCopy jobs, @Nullable TableCopy attempts) {
    Shape shape = Shape.of(tx, TABLE);
    return shape.exists()
        ? Optional.of(new PrimaryArchive(jobs.readFrom(TABLE, shape), attempts))
        : Optional.empty();
  }

  /** The attempts of these jobs, which the archive keeps with the job. */
  List<Image> attempts(Tx tx, List<UUID> ids) {
    if (attempts == null || ids.isEmpty()) {
      return List.of();
    }
    String columns =
        attempts.from().stream()
            .map(Shape.Column::quoted)
            .map(column -> column.equals("\"job_id\"") ? "a.id AS job_id" : "r." + column)
            .collect(Collectors.joining(", "));
    return attempts.readFrom(
        tx,
        "(SELECT %s FROM %s a, jsonb_populate_recordset(NULL::job_attempts, a.attempts) r WHERE a.id = ANY(?))"
            .formatted(columns, TABLE),
        ids);
  }

  /**
   * Fills in those of the rows that are gone from {@code pipeline_jobs} because they were archived.
   *
   * @return the rows up to the first that did not fit any more
   */
  List<Image> complete(Tx tx, List<Image> rows) {
    List<UUID> gone = rows.stream().filter(Image::gone).map(Image::key).toList();
    if (gone.isEmpty()) {
      return rows;
    }
    List<Image> archived = jobs.read(tx, gone);
    List<Image> completed = new ArrayList<>(rows.size());
    int next = 0;
    for (Image row : rows) {
      if (!row.gone()) {
        completed.add(row);
      } else if (next < archived.size()) {
        completed.add(archived.get(next++));
      } else {
        return completed;
      }
    }
    return completed;
  }
}
