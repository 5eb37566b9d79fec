package io.pipedeck.parse;

import io.pipedeck.config.ParseConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parser processes that wait for a document, the most recently used first. */
final class WarmProcesses implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WarmProcesses.class);

  private final ParseConfig config;
  private final Duration keep;
  private final Deque<ParserProcess> idle = new ArrayDeque<>();
  private final Set<ParserProcess> all = new HashSet<>();
  private long uses;
  private boolean trimming;
  private boolean closed;

  /**
   * @param keep after this long without a document all but one are closed
   */
  WarmProcesses(ParseConfig config, Duration keep) {
    this.config = config;
    this.keep = keep;
  }

  /** One that waits, else a new one. */
  ParserProcess take() throws IOException {
    @Nullable ParserProcess waiting = takeIdle();
    return waiting == null ? start() : waiting;
  }

  private synchronized @Nullable ParserProcess takeIdle() {
    uses++;
    for (@Nullable ParserProcess next = idle.pollFirst(); next != null; next = idle.pollFirst()) {
      if (next.isAlive()) {
        return next;
      }
      discard(next);
    }
    return null;
  }

  private ParserProcess start() throws IOException {
    ParserProcess started = ParserProcess.start(config);
    synchronized (this) {
      if (!closed) {
        all.add(started);
        return started;
      }
    }
    started.close();
    throw new IOException("the parser pool is closed");
  }

  void giveBack(ParserProcess process) {
    if (process.documents() >= config.recycleAfter() || !process.isAlive()) {
      replace(process);
    } else {
      keep(process);
    }
  }

  private synchronized void keep(ParserProcess process) {
    if (closed) {
      discard(process);
      return;
    }
    idle.addFirst(process);
    trimLater();
  }

  synchronized void discard(ParserProcess process) {
    all.remove(process);
    process.close();
  }

  /**
   * Kills one that has done its share or whose document went wrong, and starts another at once, so
   * that the next document does not wait for that.
   */
  void replace(ParserProcess process) {
    discard(process);
    synchronized (this) {
      if (closed || !idle.isEmpty()) {
        return;
      }
    }
    try {
      ParserProcess fresh = start();
      synchronized (this) {
        idle.addLast(fresh);
      }
    } catch (IOException e) {
      // The next document tries again, and tells.
      LOG.debug("No parser process to replace another", e);
    }
  }

  synchronized boolean isClosed() {
    return closed;
  }

  synchronized List<Long> processIds() {
    return all.stream().map(ParserProcess::pid).toList();
  }

  private void trimLater() {
    if (idle.size() > 1 && !trimming) {
      trimming = true;
      long usesNow = uses;
      CompletableFuture.delayedExecutor(keep.toMillis(), TimeUnit.MILLISECONDS)
          .execute(() -> trim(usesNow));
    }
  }

  private synchronized void trim(long usesBefore) {
    trimming = false;
    if (uses != usesBefore) {
      trimLater();
      return;
    }
    while (idle.size() > 1) {
      discard(idle.removeLast());
    }
  }

  /** Kills all and waits a moment until they are gone with their folders. */
  @Override
  public void close() {
    List<ParserProcess> ending;
    synchronized (this) {
      closed = true;
      ending = List.copyOf(all);
      all.clear();
      idle.clear();
    }
    ending.forEach(ParserProcess::close);
    ending.forEach(ParserProcess::awaitEnd);
  }
}
