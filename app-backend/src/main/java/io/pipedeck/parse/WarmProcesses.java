package io.pipedeck.parse;

import io.pipedeck.config.ParseConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parser processes that wait for a document, the most recently used first. While documents are
 * read one more than they need is kept ready: it takes the place of one that dies.
 */
final class WarmProcesses implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WarmProcesses.class);

  /** One that is being made ready is nearer to it than another that is started now. */
  private static final Duration WAIT_FOR_SPARE = Duration.ofSeconds(2);

  /** Gets a process ready for any document; false where that came to nothing. */
  @FunctionalInterface
  interface Preparation {
    boolean prepare(ParserProcess process) throws InterruptedException;
  }

  private final ParseConfig config;
  private final Duration keep;
  private final Preparation preparation;
  private final Deque<ParserProcess> idle = new ArrayDeque<>();
  private final Set<ParserProcess> all = new HashSet<>();

  /** Being made ready; null while none is. */
  private @Nullable ParserProcess coming;

  private boolean preparing;
  private boolean awaited;
  private long uses;
  private boolean trimming;
  private boolean closed;

  /**
   * @param keep after this long without a document all but one are closed
   */
  WarmProcesses(ParseConfig config, Duration keep, Preparation preparation) {
    this.config = config;
    this.keep = keep;
    this.preparation = preparation;
  }

  /** One that waits, or the one that is about to, else a new one. */
  ParserProcess take() throws IOException, InterruptedException {
    @Nullable ParserProcess waiting = takeIdle();
    return waiting == null ? start(false) : waiting;
  }

  private synchronized @Nullable ParserProcess takeIdle() throws InterruptedException {
    uses++;
    awaitSpare();
    for (@Nullable ParserProcess next = idle.pollFirst(); next != null; next = idle.pollFirst()) {
      if (next.isAlive()) {
        return next;
      }
      discard(next);
    }
    return null;
  }

  private synchronized void awaitSpare() throws InterruptedException {
    if (awaited) {
      return; // by another document, which will take it
    }
    long end = System.nanoTime() + WAIT_FOR_SPARE.toNanos();
    awaited = true;
    try {
      for (long left = WAIT_FOR_SPARE.toNanos();
          left > 0 && preparing && idle.isEmpty() && !closed;
          left = end - System.nanoTime()) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } finally {
      awaited = false;
    }
  }

  private ParserProcess start(boolean spare) throws IOException {
    ParserProcess started = ParserProcess.start(config);
    synchronized (this) {
      if (!closed) {
        all.add(started);
        coming = spare ? started : coming;
        return started;
      }
    }
    started.close();
    throw new IOException("the parser pool is closed");
  }

  /** Sees to it that one waits; returns at once, while it is still being made ready. */
  synchronized void keepSpare() {
    if (!closed && !preparing && idle.isEmpty()) {
      preparing = true;
      Thread.ofVirtual().name("pipedeck-parser-spare").start(this::prepareSpare);
    }
  }

  private void prepareSpare() {
    @Nullable ParserProcess ready = null;
    try {
      ParserProcess fresh = start(true);
      if (preparation.prepare(fresh)) {
        ready = fresh;
      } else {
        discard(fresh);
      }
    } catch (IOException e) {
      // The next document starts one itself, and tells.
      LOG.debug("No spare parser process", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      prepared(ready);
    }
  }

  private synchronized void prepared(@Nullable ParserProcess ready) {
    preparing = false;
    coming = null;
    if (ready != null && closed) {
      discard(ready);
    } else if (ready != null) {
      idle.addLast(ready);
      trimLater();
    }
    notifyAll();
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
    notifyAll();
    trimLater();
  }

  synchronized void discard(ParserProcess process) {
    all.remove(process);
    process.close();
  }

  /**
   * Kills one that has done its share or whose document went wrong; another one takes its place.
   */
  void replace(ParserProcess process) {
    discard(process);
    keepSpare();
  }

  synchronized boolean isClosed() {
    return closed;
  }

  synchronized List<Long> processIds() {
    return pids(all);
  }

  /** Those that wait, ready. */
  synchronized List<Long> idleIds() {
    return pids(idle);
  }

  /** Those that have a document in work. */
  synchronized List<Long> workingIds() {
    List<ParserProcess> working = new ArrayList<>(all);
    working.removeAll(idle);
    working.remove(coming);
    return pids(working);
  }

  private static List<Long> pids(Iterable<ParserProcess> processes) {
    List<Long> pids = new ArrayList<>();
    processes.forEach(process -> pids.add(process.pid()));
    return pids;
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
      notifyAll();
    }
    ending.forEach(ParserProcess::close);
    ending.forEach(ParserProcess::awaitEnd);
  }
}
