package io.pipedeck.search;

import io.pipedeck.db.DatabaseException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the copy in step, on a thread of its own that is never interrupted: an interrupt would
 * close the files under Lucene. It rests a while before it opens the index, so that a start of the
 * program is not slowed by it, unless somebody searches.
 */
final class Follower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

  private static final Duration FRESH_WITHIN = Duration.ofMillis(300);

  private final IndexCopy copy;
  private final Pace pace;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken = lock.newCondition();
  private final Condition stepped = lock.newCondition();
  private final Thread thread =
      Thread.ofPlatform().daemon().name("pipedeck-search").unstarted(this::loop);
  private volatile boolean stopping;
  private boolean wake;
  private boolean troubled;

  /** When the last step that went well began; guarded by the lock. */
  private long upToDateNanos = System.nanoTime() - Duration.ofDays(1).toNanos();

  /**
   * How often it looks, if nobody searches: a search that finds it behind wakes it.
   *
   * @param first after the start
   * @param every after a step
   * @param again after one that failed
   * @param fresh who searches sees what PostgreSQL had this long ago, or waits a moment for it
   */
  record Pace(Duration first, Duration every, Duration again, Duration fresh) {
    static final Pace NORMAL =
        new Pace(
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1));
  }

  /** Makes a copy that asks whether it is to end. */
  interface Copies {
    IndexCopy of(java.util.function.BooleanSupplier stopping);
  }

  Follower(Copies copies, Pace pace) {
    this.copy = copies.of(() -> stopping);
    this.pace = pace;
  }

  void start() {
    thread.start();
  }

  /** Lets it look now. */
  void wake() {
    lock.lock();
    try {
      wake = true;
      woken.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether what it has is all there is. */
  boolean complete() {
    return copy.complete();
  }

  /**
   * The index; waits for it to be complete, but no longer than this, and a moment for what changed
   * lately. Empty where there is none.
   */
  Optional<SearchIndex> index(Duration within) throws InterruptedException {
    long wantedNanos = System.nanoTime() - pace.fresh().toNanos();
    long nanos = within.toNanos();
    lock.lockInterruptibly();
    try {
      if (!copy.complete() || upToDateNanos - wantedNanos < 0) {
        wake = true;
        woken.signalAll();
      }
      while (!copy.complete() && !stopping && nanos > 0) {
        nanos = stepped.awaitNanos(nanos);
      }
      nanos = Math.min(nanos, FRESH_WITHIN.toNanos());
      while (upToDateNanos - wantedNanos < 0 && !stopping && nanos > 0) {
        nanos = stepped.awaitNanos(nanos);
      }
      return copy.index();
    } finally {
      lock.unlock();
    }
  }

  private void loop() {
    try {
      Duration pause = pace.first();
      while (rest(pause)) {
        pause = step() ? pace.every() : pace.again();
      }
    } catch (InterruptedException e) {
      LOG.error("The thread of the search index was interrupted, which nobody may do", e);
    }
    copy.close();
  }

  /** False when it is to end. */
  private boolean rest(Duration pause) throws InterruptedException {
    long nanos = pause.toNanos();
    lock.lock();
    try {
      stepped.signalAll();
      while (!wake && !stopping && nanos > 0) {
        nanos = woken.awaitNanos(nanos);
      }
      wake = false;
      return !stopping;
    } finally {
      lock.unlock();
    }
  }

  private boolean step() {
    long nowNanos = System.nanoTime();
    try {
      copy.step();
      troubled = false;
      upToDate(nowNanos);
      return true;
    } catch (DatabaseException e) {
      tell("The search index waits for PostgreSQL: " + e.getMessage(), e);
    } catch (IOException e) {
      tell("The search index can't be kept for now, searching is off: " + e, e);
    } catch (RuntimeException e) {
      LOG.error("The search index met a bug; it goes on later", e);
    }
    return false;
  }

  private void upToDate(long nanos) {
    lock.lock();
    try {
      upToDateNanos = nanos;
    } finally {
      lock.unlock();
    }
  }

  private void tell(String text, Exception e) {
    if (troubled) {
      LOG.debug("{}", text, e);
    } else {
      LOG.warn("{}", text);
    }
    troubled = true;
  }

  @Override
  public void close() {
    stopping = true;
    wake();
    if (!thread.isAlive()) {
      return;
    }
    try {
      if (!thread.join(CLOSE_WITHIN)) {
        LOG.warn("The search index did not end in time; it is compared at the next start");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
