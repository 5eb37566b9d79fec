package io.pipedeck.mirror;

import io.pipedeck.db.Database;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.db.Migrations;
import io.pipedeck.db.Tx;
import io.pipedeck.job.JobLists;
import io.pipedeck.mirror.Position.Change;
import io.pipedeck.mirror.Position.Origin;
import io.pipedeck.mirror.TableCopy.Image;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The mirror as the following process writes it: rows and position move in one transaction, which
 * holds the position's row locked, so that a process that was replaced can write nothing more.
 */
final class MirrorTarget implements AutoCloseable {
  private static final int DELETED_AT_ONCE = 5_000;

  private final Database database;
  private final MirrorShape shape;

  private MirrorTarget(Database database, MirrorShape shape) {
    this.database = database;
    this.shape = shape;
  }

  /**
   * Connects and sets up.
   *
   * @param release of this program
   * @throws MirrorException if the mirror is away or may not be used
   */
  static MirrorTarget open(MirrorLogin login, String release) {
    MirrorShape shape;
    try (Database once = login.forLongWork()) {
      shape = MirrorShape.prepare(once, release);
    } catch (Migrations.SchemaTooNewException e) {
      throw new MirrorException("The mirror can't be used: " + e.getMessage(), e);
    } catch (DatabaseException e) {
      throw failed(e);
    }
    return new MirrorTarget(login.forFollowing(), shape);
  }

  private static MirrorException failed(DatabaseException e) {
    String message = String.valueOf(e.getMessage());
    return new MirrorException(
        e.unavailable()
            ? "The mirror can't be reached. Check MIRROR_DATABASE_URL and that the server runs."
            : "The mirror refuses: " + message.lines().findFirst().orElse(message),
        e);
  }

  <T extends @Nullable Object> T inTransaction(Function<Tx, T> work) {
    try {
      return database.inTransaction(work);
    } catch (DatabaseException e) {
      throw failed(e);
    }
  }

  MirrorShape shape() {
    return shape;
  }

  /** How far it is, empty before the first set-up and after it was taken into use by itself. */
  Optional<Position> position() {
    return inTransaction(tx -> position(tx, ""));
  }

  private Optional<Position> position(Tx tx, String lock) {
    return tx.first(
        """
        SELECT primary_id, identity, source, snapshot, target, after_xid, after_seq, copying, copied_to, moves FROM\s"""
            + shape.positionTable()
            + lock,
        row -> {
          String xid = row.text("after_xid");
          return new Position(
              new Origin(
                  row.requiredUuid("primary_id"),
                  row.requiredUuid("identity"),
                  row.requiredText("source")),
              row.requiredText("snapshot"),
              row.text("target"),
              xid == null ? null : new Change(xid, row.requiredLong("after_seq")),
              row.requiredBoolean("copying"),
              row.uuid("copied_to"),
              row.requiredLong("moves"));
        });
  }

  /** The tables that may hold jobs. */
  List<String> jobTables() {
    return shape.archive()
        ? List.of("pipeline_jobs", PrimaryArchive.TABLE)
        : List.of("pipeline_jobs");
  }

  /** Ids of the jobs of a table after this one, in order. */
  List<UUID> idsAfter(String table, @Nullable UUID after, int limit) {
    String sql = "SELECT id FROM " + table + "%s ORDER BY id LIMIT ?";
    return inTransaction(
        tx ->
            after == null
                ? tx.query(sql.formatted(""), row -> row.requiredUuid("id"), limit)
                : tx.query(
                    sql.formatted(" WHERE id > ?"), row -> row.requiredUuid("id"), after, limit));
  }

  /**
   * Since when Pipedeck runs on this database by itself; empty if it never did, or was told that it
   * may be a mirror.
   */
  Optional<Instant> primarySince() {
    return shape.plain()
        ? Optional.empty()
        : inTransaction(
            tx ->
                tx.first(
                    "SELECT primary_since FROM mirror_feed WHERE primary_since IS NOT NULL",
                    row -> row.requiredInstant("primary_since")));
  }

  /**
   * Writes the first position, or in place of one of another feed. An archive from a time when this
   * was a primary is emptied: its jobs come again.
   */
  Position begin(Position beginning) {
    inTransaction(
        tx -> {
          String table = shape.positionTable();
          tx.update("DELETE FROM " + table);
          if (shape.archive()) {
            tx.update("TRUNCATE " + PrimaryArchive.TABLE);
          }
          return tx.update(
              "INSERT INTO "
                  + table
                  + " (primary_id, identity, source, snapshot, copying, moves) VALUES (?, ?, ?, ?, true, ?)",
              beginning.origin().primary(),
              beginning.origin().feed(),
              beginning.origin().timeline(),
              beginning.snapshot(),
              beginning.moves());
        });
    return beginning;
  }

  /** Ids from after {@code from} up to {@code to}, both null for no bound. */
  record Range(@Nullable UUID from, @Nullable UUID to) {}

  /**
   * What moves at once.
   *
   * @param rows jobs as they are in the primary; those that are gone there have no values
   * @param attempts all attempts of those jobs
   * @param range while copying: what is in it and not among the rows is gone too
   */
  record Group(
      TableCopy jobs,
      List<Image> rows,
      @Nullable TableCopy attemptsTable,
      List<Image> attempts,
      @Nullable Range range) {}

  /**
   * Applies a group and moves on.
   *
   * @param expected where the caller believes the mirror is
   * @param next where it is afterwards
   * @throws MovedOnException if it isn't there: another process follows, or this database was taken
   *     into use by itself; nothing was changed
   */
  Position apply(Group group, Position expected, Position next) {
    if (group.range() != null && !shape.plain()) {
      clear(group, expected);
    }
    return inTransaction(
        tx -> {
          lock(tx, expected);
          TableCopy.utc(tx);
          List<UUID> gone = group.rows().stream().filter(Image::gone).map(Image::key).toList();
          List<Image> there = group.rows().stream().filter(row -> !row.gone()).toList();
          delete(tx, gone);
          freeQueueIds(tx, group.jobs(), there);
          group.jobs().write(tx, there);
          attempts(tx, group);
          return move(tx, next);
        });
  }

  /** The mirror is not where this process left it. */
  static final class MovedOnException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private void lock(Tx tx, Position expected) {
    Optional<Position> now = position(tx, " FOR UPDATE");
    if (now.isEmpty()
        || now.get().moves() != expected.moves()
        || !now.get().origin().equals(expected.origin())) {
      throw new MovedOnException();
    }
  }

  private Position move(Tx tx, Position next) {
    Change after = next.after();
    tx.update(
        "UPDATE "
            + shape.positionTable()
            + """
             SET snapshot = ?, target = ?, after_xid = ?, after_seq = ?, copying = ?, copied_to = ?,
                moves = moves + 1, moved_at = now()
            """,
        next.snapshot(),
        next.target(),
        after == null ? null : after.xid(),
        after == null ? null : (Long) after.seq(),
        next.copying(),
        next.copiedTo());
    return next.moved();
  }

  private static void delete(Tx tx, List<UUID> ids) {
    if (!ids.isEmpty()) {
      tx.update("DELETE FROM pipeline_jobs WHERE id = ANY(?)", (Object) ids.toArray(UUID[]::new));
    }
  }

  /**
   * An id in Redis that the primary gives to one job now may still stand at another one here, whose
   * change comes later or was folded; it must not stand in the way.
   */
  private static void freeQueueIds(Tx tx, TableCopy jobs, List<Image> rows) {
    int column = jobs.index("rq_job_id");
    if (column < 0 || rows.isEmpty()) {
      return;
    }
    tx.update(
        """
        UPDATE pipeline_jobs j SET rq_job_id = NULL
        FROM unnest(?::text[], ?::uuid[]) AS taken(rq_job_id, id)
        WHERE j.rq_job_id = taken.rq_job_id AND j.id <> taken.id
        """,
        TableCopy.texts(rows, column),
        rows.stream().map(Image::key).toArray(UUID[]::new));
  }

  private static void attempts(Tx tx, Group group) {
    TableCopy table = group.attemptsTable();
    if (table == null || group.rows().isEmpty()) {
      return;
    }
    tx.update(
        "DELETE FROM job_attempts WHERE job_id = ANY(?) AND claim_id <> ALL(?)",
        group.rows().stream().map(Image::key).toArray(UUID[]::new),
        group.attempts().stream().map(Image::key).toArray(UUID[]::new));
    table.write(tx, group.attempts());
  }

  /** Removes what is in the range and not among the rows, some thousands at a time. */
  private void clear(Group group, Position expected) {
    int deleted;
    do {
      deleted =
          inTransaction(
              tx -> {
                lock(tx, expected);
                return clearSome(tx, group);
              });
    } while (deleted == DELETED_AT_ONCE);
  }

  private static int clearSome(Tx tx, Group group) {
    Range range = group.range();
    UUID from = range == null ? null : range.from();
    UUID to = range == null ? null : range.to();
    return tx.query(
            """
            WITH extra AS MATERIALIZED (
              SELECT id FROM pipeline_jobs
              WHERE %s AND %s AND id <> ALL(?) ORDER BY id LIMIT ?),
            attempts AS (DELETE FROM job_attempts a USING extra WHERE a.job_id = extra.id)
            DELETE FROM pipeline_jobs j USING extra WHERE j.id = extra.id RETURNING j.id
            """
                .formatted(
                    from == null ? "?::uuid IS NULL" : "id > ?",
                    to == null ? "?::uuid IS NULL" : "id <= ?"),
            row -> row.requiredUuid("id"),
            from,
            to,
            group.rows().stream().map(Image::key).toArray(UUID[]::new),
            DELETED_AT_ONCE)
        .size();
  }

  /** The mirror counts its jobs as any database of ours, but has no leader who folds the counts. */
  void foldCounters() {
    if (!shape.plain()) {
      inTransaction(tx -> new JobLists().foldCounters(tx));
    }
  }

  @Override
  public void close() {
    database.close();
  }
}
