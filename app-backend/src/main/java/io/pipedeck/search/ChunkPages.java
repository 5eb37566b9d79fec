package io.pipedeck.search;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * The chunks of one version, read a few at a time.
 *
 * <p>Throws {@link ChangedException} when the version turns out not to be what it was.
 */
final class ChunkPages implements Iterator<Version.Chunk> {
  private final ChunkFeed feed;
  private final Version version;
  private final Deque<Version.Chunk> read = new ArrayDeque<>();
  private int behind = -1;
  private int given;

  /** The version was replaced or deleted while it was read; what it is now is read later. */
  static final class ChangedException extends RuntimeException {
    ChangedException(long version) {
      super("version " + version + " changed while it was read");
    }
  }

  ChunkPages(ChunkFeed feed, Version version) {
    this.feed = feed;
    this.version = version;
  }

  @Override
  public boolean hasNext() {
    if (!read.isEmpty()) {
      return true;
    }
    if (given == version.chunks()) {
      return false;
    }
    read.addAll(feed.chunks(version, behind));
    if (read.isEmpty()) {
      throw new ChangedException(version.id());
    }
    behind = read.getLast().ordinal();
    return true;
  }

  @Override
  public Version.Chunk next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    given++;
    return read.removeFirst();
  }
}
