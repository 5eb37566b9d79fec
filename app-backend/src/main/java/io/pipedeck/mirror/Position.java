package io.pipedeck.mirror;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How far a mirror is; kept in it, and moved in the transactions that move its rows.
 *
 * @param origin what it follows
 * @param snapshot all changes that are visible in it are in the mirror; while copying: all that are
 *     visible in it are covered by the copy
 * @param target while the changes up to a later snapshot are applied in several groups: that
 *     snapshot
 * @param after the last change of those that was applied
 * @param copying whether existing rows are still being copied
 * @param copiedTo the last id that was
 * @param moves how often the position was moved; who expects another number is a process that was
 *     replaced
 */
record Position(
    Origin origin,
    String snapshot,
    @Nullable String target,
    @Nullable Change after,
    boolean copying,
    @Nullable UUID copiedTo,
    long moves) {

  /**
   * What a mirror follows.
   *
   * @param primary the database, for good
   * @param feed another one means that changes were not written down meanwhile
   * @param timeline of its server: transaction numbers of another one, such as a restored backup or
   *     a promoted replica, mean something else
   */
  record Origin(UUID primary, UUID feed, String timeline) {}

  /** A place in the feed. */
  record Change(String xid, long seq) {}

  /** Before the first row: copy what is there, then follow what this snapshot does not show. */
  static Position beginning(Origin origin, String snapshot, long moves) {
    return new Position(origin, snapshot, null, null, true, null, moves);
  }

  Position copiedTo(UUID id) {
    return new Position(origin, snapshot, null, null, true, id, moves);
  }

  Position copied() {
    return new Position(origin, snapshot, null, null, false, null, moves);
  }

  /** Everything up to this snapshot is applied. */
  Position reached(String upTo) {
    return new Position(origin, upTo, null, null, false, null, moves);
  }

  /** A part of what this snapshot shows is applied. */
  Position within(String upTo, Change last) {
    return new Position(origin, snapshot, upTo, last, false, null, moves);
  }

  Position moved() {
    return new Position(origin, snapshot, target, after, copying, copiedTo, moves + 1);
  }
}
