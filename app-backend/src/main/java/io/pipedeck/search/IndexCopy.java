package io.pipedeck.search;

import io.pipedeck.db.DatabaseException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.lucene.store.AlreadyClosedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The index as a copy of the chunks in PostgreSQL: opened, compared with it as a whole, and then
 * kept in step by what has changed. Whatever is wrong with the files, it begins anew. Steps are for
 * one thread; the index may be asked for by any.
 */
final class IndexCopy implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(IndexCopy.class);

  /** How long what was written may be missing from the disk; it is copied again then. */
  private static final Duration COMMIT_EVERY = Duration.ofSeconds(30);

  /** A day after it was deleted a version is forgotten: who didn't look for so long compares. */
  private static final Duration COMPARE_EVERY = Duration.ofHours(6);

  private static final int REFRESH_AFTER = 200;

  /** While an old transaction is open, what came after it is read each time; so much is known. */
  private static final int REMEMBERED = 100_000;

  private final ChunkFeed feed;
  private final Path below;
  private final InstantSource clock;
  private final BooleanSupplier stopping;
  private @Nullable IndexFolder folder;
  private volatile @Nullable SearchIndex index;
  private volatile boolean complete;
  private ChunkFeed.@Nullable Position position;
  private Instant comparedAt = Instant.MIN;
  private Instant committedAt = Instant.MIN;
  private boolean uncommitted;
  private final Map<Long, Version.Stamp> seen = new HashMap<>();

  /**
   * A copy that is opened by its first step.
   *
   * @param below folder with a folder for each process
   * @param stopping ends a step early
   */
  IndexCopy(ChunkFeed feed, Path below, InstantSource clock, BooleanSupplier stopping) {
    this.feed = feed;
    this.below = below;
    this.clock = clock;
    this.stopping = stopping;
  }

  /** The index, empty while it can't be searched. */
  Optional<SearchIndex> index() {
    return Optional.ofNullable(index);
  }

  /** Whether it has all that PostgreSQL had at the last step. */
  boolean complete() {
    return complete;
  }

  /**
   * Brings the index up to date.
   *
   * @throws IOException if there is none for now; the next step tries again from the beginning
   * @throws io.pipedeck.db.DatabaseException if PostgreSQL didn't answer; the index stays
   */
  void step() throws IOException {
    try {
      SearchIndex open = opened();
      if (position == null || !clock.instant().isBefore(comparedAt.plus(COMPARE_EVERY))) {
        compare(open);
      } else {
        follow(open, position);
      }
      commitWhenDue(open);
    } catch (DatabaseException e) {
      position = null; // Another server, or an older state of it, may answer next.
      throw e;
    } catch (IOException | AlreadyClosedException e) {
      discard();
      throw e instanceof IOException io ? io : new IOException(e);
    }
  }

  private SearchIndex opened() throws IOException {
    SearchIndex open = index;
    if (open != null && folder != null && folder.stands()) {
      return open;
    }
    if (open != null) {
      LOG.warn("The search index is gone from {}; it is made anew", below);
      discard();
    }
    IndexFolder taken = IndexFolder.take(below);
    folder = taken;
    SearchIndex fresh = open(taken);
    index = fresh;
    return fresh;
  }

  private static SearchIndex open(IndexFolder folder) throws IOException {
    try {
      return SearchIndex.open(folder.index());
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("The search index can't be read and is made anew: {}", e.toString());
      folder.clear();
      return SearchIndex.open(folder.index());
    }
  }

  /** Compares all versions, a range of ids at a time. */
  private void compare(SearchIndex open) throws IOException {
    ChunkFeed.Position from = feed.now();
    long behind = 0;
    int changed = 0;
    while (!stopping.getAsBoolean()) {
      ChunkFeed.Listed listed = feed.versions(behind);
      long to = listed.last() ? Long.MAX_VALUE : listed.versions().getLast().id();
      Map<Long, Long> there = open.revisions(behind + 1, to);
      for (Version.Stamp stamp : listed.versions()) {
        Long revision = there.remove(stamp.id());
        if (revision == null || revision != stamp.revision()) {
          put(open, stamp);
          if (++changed % REFRESH_AFTER == 0) {
            changed(open, changed);
            commitWhenDue(open);
          }
        }
        if (stopping.getAsBoolean()) {
          return;
        }
      }
      for (long id : there.keySet()) {
        open.remove(id);
        changed++;
      }
      if (listed.last()) {
        ended(open, from, changed);
        return;
      }
      behind = to;
    }
  }

  private void ended(SearchIndex open, ChunkFeed.Position from, int changed) throws IOException {
    changed(open, changed);
    position = from;
    comparedAt = clock.instant();
    complete = true;
    if (changed > 0) {
      LOG.info("Search index: {} documents brought up to date", changed);
    }
    int forgotten = feed.forgetGone();
    LOG.debug("{} deleted versions forgotten", forgotten);
  }

  /** Takes over what has changed since the last step. */
  private void follow(SearchIndex open, ChunkFeed.Position from) throws IOException {
    ChunkFeed.Page page = feed.changes(from);
    ChunkFeed.Position next = page.next();
    int changed = 0;
    while (true) {
      for (Version.Stamp stamp : page.versions()) {
        if (!stamp.equals(seen.get(stamp.id())) && take(open, stamp)) {
          if (++changed % REFRESH_AFTER == 0) {
            changed(open, changed);
            commitWhenDue(open);
          }
        }
        if (seen.size() < REMEMBERED) {
          seen.put(stamp.id(), stamp);
        }
        if (stopping.getAsBoolean()) {
          return;
        }
      }
      if (page.more().isEmpty()) {
        break;
      }
      page = feed.changes(page.more().get());
    }
    changed(open, changed);
    if (!next.equals(from)) {
      seen.clear();
    }
    position = next;
  }

  private boolean take(SearchIndex open, Version.Stamp stamp) throws IOException {
    Optional<Long> there = open.revision(stamp.id());
    if (stamp.chunks() == 0) {
      if (there.isPresent()) {
        open.remove(stamp.id());
      }
      return there.isPresent();
    }
    boolean upToDate = there.isPresent() && there.get() == stamp.revision();
    return !upToDate && put(open, stamp);
  }

  /** False if it changed meanwhile: then that change comes by itself. */
  private boolean put(SearchIndex open, Version.Stamp stamp) throws IOException {
    Optional<Version> version = feed.version(stamp);
    if (version.isEmpty()) {
      return false;
    }
    try {
      open.replace(version.get(), new ChunkPages(feed, version.get()));
      return true;
    } catch (ChunkPages.ChangedException e) {
      LOG.debug("Not indexed yet", e);
      return false;
    } catch (IllegalArgumentException e) {
      LOG.error("Document version {} can't be indexed and is not found", stamp.id(), e);
      return false;
    }
  }

  private void changed(SearchIndex open, int changed) throws IOException {
    if (changed > 0) {
      open.refresh();
      uncommitted = true;
    }
  }

  private void commitWhenDue(SearchIndex open) throws IOException {
    Instant now = clock.instant();
    if (uncommitted && !now.isBefore(committedAt.plus(COMMIT_EVERY))) {
      open.commit();
      committedAt = now;
      uncommitted = false;
    }
  }

  private void discard() {
    complete = false;
    position = null;
    seen.clear();
    committedAt = Instant.MIN;
    comparedAt = Instant.MIN;
    SearchIndex old = index;
    index = null;
    IndexFolder of = folder;
    folder = null;
    boolean ours = of != null && of.stands();
    if (old != null) {
      old.abandon();
    }
    if (of != null) {
      try {
        if (ours) {
          of.clear();
        }
      } catch (IOException e) {
        LOG.warn("The broken search index can't be deleted", e);
      }
      of.close();
    }
  }

  @Override
  public void close() {
    complete = false;
    SearchIndex open = index;
    index = null;
    try {
      if (open != null && folder != null && folder.stands()) {
        open.close();
      } else if (open != null) {
        open.abandon();
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("The search index was not kept; it is made up to date at the next start", e);
    }
    if (folder != null) {
      folder.close();
    }
  }
}
