package io.pipedeck.mirror;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pipedeck.api.JobPage;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView;
import io.pipedeck.api.JobView.Attempt;
import io.pipedeck.api.Json;
import io.pipedeck.db.Database;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.db.Tx;
import io.pipedeck.job.Cursor;
import io.pipedeck.job.JobReadFallback;
import io.pipedeck.job.JobViews;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads jobs from the mirror while the primary is away; what comes back says {@code "source":
 * "mirror"}. A mirror that is not reachable, not set up or still being copied can't tell anything.
 * Safe for all threads.
 */
public final class MirrorReads implements JobReadFallback, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MirrorReads.class);
  private static final String SOURCE = "mirror";
  private static final int PREVIEW = 200;
  private static final int ERROR_PREVIEW = 240;
  private static final String KNOWN =
      Arrays.stream(JobStatus.values())
          .map(status -> "'" + status.wireName() + "'")
          .collect(Collectors.joining(", "));

  private final Database mirror;
  private final Columns whole = new Columns(false);
  private final Columns row = new Columns(true);

  public MirrorReads(MirrorLogin login) {
    this.mirror = login.forReading();
  }

  @Override
  public Optional<JobView> view(UUID id) {
    return read(
        (tx, shape) ->
            jobs(tx, "SELECT " + whole.of(shape) + " FROM pipeline_jobs j WHERE j.id = ?", id)
                .stream()
                .findFirst()
                .map(job -> JobViews.inOrder(job).from(SOURCE, attempts(tx, shape, job))));
  }

  @Override
  public Optional<JobPage> recent(JobPage.Filters filters, int limit, @Nullable Cursor before) {
    return read((tx, shape) -> Optional.of(page(tx, shape, filters, limit, before)));
  }

  private interface Work<T> {
    Optional<T> in(Tx tx, MirrorShape shape);
  }

  private <T> Optional<T> read(Work<T> work) {
    try {
      return mirror.inTransaction(
          tx -> {
            TableCopy.utc(tx);
            MirrorShape shape = MirrorShape.read(tx);
            return isComplete(tx, shape) ? work.in(tx, shape) : Optional.empty();
          });
    } catch (DatabaseException e) {
      LOG.debug("The mirror can't answer either", e);
      return Optional.empty();
    }
  }

  private static boolean isComplete(Tx tx, MirrorShape shape) {
    boolean known =
        tx.query(
                "SELECT to_regclass(?) IS NOT NULL AS known",
                found -> found.requiredBoolean("known"),
                shape.positionTable())
            .getFirst();
    return known
        && tx.first(
                "SELECT copying FROM " + shape.positionTable(),
                found -> found.requiredBoolean("copying"))
            .filter(copying -> !copying)
            .isPresent();
  }

  private JobPage page(
      Tx tx, MirrorShape shape, JobPage.Filters filters, int limit, @Nullable Cursor before) {
    var where = new StringBuilder("true");
    List<@Nullable Object> values = new ArrayList<>();
    filter(where, values, " AND j.realm = ?", filters.realm());
    filter(where, values, " AND j.queue = ?", filters.queue());
    JobStatus status = filters.status();
    filter(where, values, " AND j.status = ?", status == null ? null : status.wireName());
    if (before != null && before.createdAt() == null) {
      filter(where, values, " AND (j.created_at IS NOT NULL OR j.id < ?)", before.id());
    } else if (before != null) {
      filter(where, values, " AND (j.created_at, j.id) < (?, ?)", before.createdAt());
      values.add(before.id());
    }
    values.add(limit + 1);
    List<JobView> rows =
        jobs(
            tx,
            "SELECT %s FROM pipeline_jobs j WHERE %s ORDER BY j.created_at DESC, j.id DESC LIMIT ?"
                .formatted(row.of(shape), where),
            values.toArray());
    boolean more = rows.size() > limit;
    List<JobView> page = more ? List.copyOf(rows.subList(0, limit)) : rows;
    return new JobPage(
        page, page.size(), filters, more ? Cursor.after(page.getLast()).text() : null, SOURCE);
  }

  private static void filter(
      StringBuilder where, List<@Nullable Object> values, String sql, @Nullable Object value) {
    if (value != null) {
      where.append(sql);
      values.add(value);
    }
  }

  private static List<JobView> jobs(Tx tx, String select, @Nullable Object... values) {
    return tx.query(
        "SELECT row_to_json(shown)::text AS json FROM (" + select + ") AS shown",
        found -> parsed(found.requiredText("json"), JobView.class),
        values);
  }

  private static @Nullable List<Attempt> attempts(Tx tx, MirrorShape shape, JobView job) {
    if (!shape.attempts().exists() || job.attempt() == null) {
      return null;
    }
    List<Attempt> attempts = new ArrayList<>();
    running(job).ifPresent(attempts::add);
    attempts.addAll(
        tx.query(
            """
            SELECT row_to_json(shown)::text AS json FROM (
              SELECT attempt, worker, started_at, ended_at, outcome, error_code, error
              FROM job_attempts WHERE job_id = ? ORDER BY started_at DESC, attempt DESC LIMIT 100) AS shown
            """,
            found -> parsed(found.requiredText("json"), Attempt.class),
            job.id()));
    return attempts;
  }

  /** An attempt is written when it ends; of the one that runs the job's own row tells. */
  private static Optional<Attempt> running(JobView job) {
    return job.worker() == null || job.startedAt() == null || job.attempt() == null
        ? Optional.empty()
        : Optional.of(
            new Attempt(job.attempt(), job.worker(), job.startedAt(), null, "running", null, null));
  }

  private static <T> T parsed(String json, Class<T> type) {
    try {
      return Json.mapper().readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the mirror gave something that is no " + type, e);
    }
  }

  /**
   * What a job's JSON is made of, from the columns that a mirror has.
   *
   * @param list whether a row of a list is wanted, or the whole job
   */
  private record Columns(boolean list) {
    String of(MirrorShape shape) {
      Function<String, String> ours =
          name ->
              shape.jobs().has(name) && shape.jobs().has("runner")
                  ? "CASE WHEN j.runner = 'native' THEN j." + name + " END AS " + name
                  : "NULL AS " + name;
      Function<String, String> any = name -> (shape.jobs().has(name) ? "j." : "NULL AS ") + name;
      String status =
          "CASE WHEN j.status IN (" + KNOWN + ") THEN j.status ELSE 'queued' END AS status";
      return String.join(
          ", ",
          "j.id, j.rq_job_id, j.realm, coalesce(j.queue, 'default') AS queue",
          status,
          list ? previews() : "j.payload, j.result, j.error",
          any.apply("error_code"),
          "j.created_at, j.started_at, j.finished_at",
          any.apply("batch_id"),
          ours.apply("attempt"),
          ours.apply("max_attempts"),
          list ? scheduledFor(shape) : ours.apply("run_at"),
          any.apply("worker"),
          any.apply("progress"));
    }

    private static String scheduledFor(MirrorShape shape) {
      return shape.jobs().has("run_at")
          ? "CASE WHEN j.status = 'scheduled' THEN j.run_at END AS run_at"
          : "NULL AS run_at";
    }

    private static String previews() {
      return """
      left(j.payload ->> 'filename', %1$d) AS filename, left(j.result ->> 'summary', %1$d) AS result_summary, \
      left(j.error, %2$d) AS error"""
          .formatted(PREVIEW, ERROR_PREVIEW);
    }
  }

  @Override
  public void close() {
    mirror.close();
  }
}
