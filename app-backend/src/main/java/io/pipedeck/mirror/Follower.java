package io.pipedeck.mirror;

import io.pipedeck.db.Database;
import io.pipedeck.db.Tx;
import io.pipedeck.mirror.Feed.Entry;
import io.pipedeck.mirror.MirrorTarget.Group;
import io.pipedeck.mirror.MirrorTarget.Range;
import io.pipedeck.mirror.Position.Origin;
import io.pipedeck.mirror.TableCopy.Image;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves a mirror along, group by group: first a copy of what is there, in the order of ids, then
 * what the feed says has changed. A group holds the rows as they are in the snapshot that it was
 * read in, so whatever order the changes came in, the mirror never goes back. For one thread.
 */
final class Follower {
  private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
  private static final int ENTRIES_AT_ONCE = 2_000;
  private static final int ROWS_AT_ONCE = 1_000;

  private final Database primary;
  private final Feed feed;
  private final MirrorTarget mirror;
  private final TableCopy jobs;
  private final @Nullable TableCopy attempts;
  private final Optional<PrimaryArchive> archive;
  private Position position;
  private int entriesAtOnce = ENTRIES_AT_ONCE;
  private long copied;

  private Follower(Database primary, Feed feed, MirrorTarget mirror, Position position) {
    this.primary = primary;
    this.feed = feed;
    this.mirror = mirror;
    this.position = position;
    Shape from = primary.inTransaction(tx -> Shape.of(tx, "pipeline_jobs"));
    this.jobs = TableCopy.of("pipeline_jobs", "id", from, mirror.shape().jobs());
    List<String> left = from.missingIn(mirror.shape().jobs());
    if (!left.isEmpty() && !mirror.shape().plain()) {
      LOG.warn("The mirror's pipeline_jobs does not have the columns {}; they are left out", left);
    }
    this.attempts =
        mirror.shape().attempts().exists()
            ? TableCopy.of(
                "job_attempts",
                "claim_id",
                primary.inTransaction(tx -> Shape.of(tx, "job_attempts")),
                mirror.shape().attempts())
            : null;
    this.archive = primary.inTransaction(tx -> PrimaryArchive.find(tx, jobs, attempts));
  }

  /**
   * Takes up where the mirror is, or at the beginning.
   *
   * @param identity of the feed
   * @throws MirrorException if the mirror holds what must not be overwritten
   */
  static Follower resume(Database primary, Feed feed, MirrorTarget mirror, UUID identity) {
    refuseOwnDatabase(primary, mirror);
    if (!new FeedSwitch(primary).coverArchive()) {
      throw new MirrorException(
          "Deletions from the archive can't be followed while a transaction that has written it stays open.",
          null);
    }
    Optional<Position> kept = mirror.position();
    var origin =
        primary.inTransaction(tx -> new Origin(Feed.databaseId(tx), identity, Feed.timeline(tx)));
    long trimmed = primary.inTransaction(Feed::trimmedMoves);
    Optional<Position> usable =
        kept.filter(it -> it.origin().equals(origin) && it.moves() >= trimmed)
            .filter(it -> !primary.inTransaction(tx -> Feed.isAhead(tx, it.snapshot())));
    if (usable.isPresent()) {
      feed.trimAll(usable.get());
      return new Follower(primary, feed, mirror, usable.get());
    }
    boolean ours = kept.filter(it -> it.origin().primary().equals(origin.primary())).isPresent();
    if (!ours && !mirror.shape().plain()) {
      new Strangers(primary, mirror).refuse();
    }
    LOG.info(
        ours
            ? "The mirror missed changes that nobody wrote down: it is compared and copied anew"
            : "The mirror is new: existing jobs are copied first");
    long moves = Math.max(trimmed, kept.map(Position::moves).orElse(0L)) + 1;
    Position beginning =
        primary.inTransaction(tx -> Position.beginning(origin, Feed.snapshot(tx), moves));
    return new Follower(primary, feed, mirror, mirror.begin(beginning));
  }

  private static void refuseOwnDatabase(Database primary, MirrorTarget mirror) {
    Optional<Instant> since = mirror.primarySince();
    if (isSame(primary, mirror)) {
      throw new MirrorException(
          "MIRROR_DATABASE_URL and DATABASE_URL are the same database. A mirror needs one of its own.",
          null);
    }
    if (since.isPresent()) {
      throw new MirrorException(
          "Pipedeck has run on the mirror's database since "
              + since.get()
              + ", so it is not overwritten. If it is to be a mirror again, run `pipedeck mirror demote`.",
          null);
    }
  }

  /** A lock that is held in one of them is free in the other, unless they are one. */
  private static boolean isSame(Database primary, MirrorTarget mirror) {
    long key = UUID.randomUUID().getMostSignificantBits();
    return primary.inTransaction(
        tx -> {
          tx.query("SELECT pg_advisory_xact_lock(?)", _ -> true, key);
          return mirror.inTransaction(
              other ->
                  other
                      .query(
                          "SELECT NOT pg_try_advisory_xact_lock(?) AS same",
                          row -> row.requiredBoolean("same"),
                          key)
                      .getFirst());
        });
  }

  Position position() {
    return position;
  }

  /** How many rows were copied since this process began to. */
  long copied() {
    return copied;
  }

  boolean isCopying() {
    return position.copying();
  }

  /**
   * Moves on by one group.
   *
   * @return whether there was anything; false means that the mirror has all that was committed when
   *     this was called
   * @throws MirrorException if the mirror is away or refuses; after a refused row the groups become
   *     small, so that all before it go through and the message names it
   */
  boolean step() {
    Read read = primary.inTransaction(position.copying() ? this::readCopy : this::readChanges);
    if (read.group() == null) {
      position = read.next();
      return false;
    }
    Position before = position;
    position = apply(read.group(), read.next());
    copied += before.copying() ? read.group().rows().size() : 0;
    trim(before);
    return read.more();
  }

  private void trim(Position before) {
    if (before.copying() && !position.copying()) {
      feed.trimAll(position);
    } else if (!position.copying() && position.target() == null) {
      feed.trim(before.snapshot(), position);
    }
  }

  /**
   * What was read.
   *
   * @param group null if there is nothing to apply
   * @param more whether there is more to read at once
   */
  private record Read(@Nullable Group group, Position next, boolean more) {}

  private Position apply(Group group, Position next) {
    try {
      Position moved = mirror.apply(group, position, next);
      entriesAtOnce = Math.min(ENTRIES_AT_ONCE, entriesAtOnce * 2);
      return moved;
    } catch (MirrorException e) {
      if (!e.dataError()) {
        throw e;
      }
      entriesAtOnce = 1;
      if (group.rows().size() == 1) {
        throw new MirrorException(
            "Job " + group.rows().getFirst().key() + " can't be mirrored. " + e.getMessage(), e);
      }
      throw e;
    }
  }

  private static void oneSnapshot(Tx tx) {
    tx.update("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
    TableCopy.utc(tx);
  }

  private Read readCopy(Tx tx) {
    oneSnapshot(tx);
    UUID from = position.copiedTo();
    int limit = Math.min(ROWS_AT_ONCE, entriesAtOnce);
    List<Image> rows = rowsAfter(tx, Optional.ofNullable(from), limit);
    UUID to = rows.isEmpty() ? null : rows.getLast().key();
    Position next = to == null ? position.copied() : position.copiedTo(to);
    return new Read(group(tx, rows, new Range(from, to)), next, true);
  }

  /** The next rows of both tables, as far as both were read. */
  private List<Image> rowsAfter(Tx tx, Optional<UUID> from, int limit) {
    List<Image> current = jobs.readAfter(tx, from, limit);
    List<Image> archived =
        archive.map(it -> it.jobs().readAfter(tx, from, limit)).orElse(List.of());
    if (archived.isEmpty()) {
      return current;
    }
    Optional<UUID> end =
        Stream.of(current, archived)
            .filter(rows -> !rows.isEmpty())
            .map(rows -> rows.getLast().key())
            .min(UuidOrder.BYTES);
    return Stream.concat(current.stream(), archived.stream())
        .filter(row -> end.filter(it -> UuidOrder.BYTES.compare(row.key(), it) <= 0).isPresent())
        .sorted(Comparator.comparing(Image::key, UuidOrder.BYTES))
        .toList();
  }

  private Read readChanges(Tx tx) {
    oneSnapshot(tx);
    String now = Feed.snapshot(tx);
    String upTo = position.target() == null ? now : position.target();
    List<Entry> entries =
        Feed.between(tx, position.snapshot(), upTo, position.after(), entriesAtOnce);
    if (entries.isEmpty() && position.target() == null) {
      // Nothing to write down: from the old snapshot the same is read.
      return new Read(null, position.reached(upTo), false);
    }
    if (entries.stream().anyMatch(entry -> entry.id() == null)) {
      return new Read(group(tx, List.of(), null), truncated(now), true);
    }
    Covered covered = read(tx, entries);
    boolean all = covered.entries() == entries.size() && entries.size() < entriesAtOnce;
    Position next =
        all
            ? position.reached(upTo)
            : position.within(upTo, entries.get(covered.entries() - 1).at());
    return new Read(group(tx, covered.rows(), null), next, !all || !upTo.equals(now));
  }

  /** What was in the table before is gone, what came after is not: compare all. */
  private Position truncated(String now) {
    LOG.info("pipeline_jobs was emptied by TRUNCATE: the mirror is compared and copied anew");
    if (mirror.shape().plain()) {
      LOG.warn("Rows of a plain mirror are not removed for that");
    }
    return Position.beginning(position.origin(), now, position.moves());
  }

  /**
   * @param entries how many of them the rows cover
   */
  private record Covered(List<Image> rows, int entries) {}

  private Covered read(Tx tx, List<Entry> entries) {
    Set<UUID> ids = new LinkedHashSet<>();
    entries.forEach(entry -> ids.add(entry.id()));
    List<UUID> wanted = new ArrayList<>(ids);
    List<Image> rows = new ArrayList<>();
    long bytes = 0;
    while (rows.size() < wanted.size() && bytes < TableCopy.BYTES_AT_ONCE) {
      List<UUID> some =
          wanted.subList(rows.size(), Math.min(wanted.size(), rows.size() + ROWS_AT_ONCE));
      List<Image> current = jobs.read(tx, some);
      List<Image> read = archive.map(it -> it.complete(tx, current)).orElse(current);
      rows.addAll(read);
      bytes += read.stream().mapToLong(Image::size).sum();
    }
    Set<UUID> have = new LinkedHashSet<>();
    rows.forEach(row -> have.add(row.key()));
    int covered = 0;
    while (covered < entries.size() && have.contains(entries.get(covered).id())) {
      covered++;
    }
    return new Covered(rows, covered);
  }

  private Group group(Tx tx, List<Image> rows, @Nullable Range range) {
    List<UUID> ids = rows.stream().map(Image::key).toList();
    List<Image> held = new ArrayList<>();
    if (attempts != null && !ids.isEmpty()) {
      held.addAll(attempts.readBy(tx, "job_id", ids));
      archive.ifPresent(it -> held.addAll(it.attempts(tx, ids)));
    }
    return new Group(jobs, rows, attempts, held, range);
  }
}
