package io.pipedeck.spool;

import io.pipedeck.job.Ending;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobSpool;
import io.pipedeck.job.NewJob;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The spool of this process. Entries that come at about the same time share one sync of the disk:
 * whoever has the lock writes for all who wait. Safe for all threads.
 */
public final class Spool implements JobSpool, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Spool.class);

  private final SpoolFile file;
  private final long maxBytes;
  private final InstantSource clock;
  private final Queue<Pending> pending = new ConcurrentLinkedQueue<>();
  private final ReentrantLock writing = new ReentrantLock();
  private final AtomicLong depth = new AtomicLong();
  private final AtomicLong sizeBytes = new AtomicLong();
  private final Semaphore news = new Semaphore(0);

  /** An entry whose writer waits; its outcome is guarded by {@link #writing}. */
  private static final class Pending {
    private final Entry entry;
    private boolean written;
    private @Nullable SpoolException failure;

    Pending(Entry entry) {
      this.entry = entry;
    }
  }

  private Spool(SpoolFile file, long maxBytes, InstantSource clock) {
    this.file = file;
    this.maxBytes = maxBytes;
    this.clock = clock;
    long[] totals = file.totals();
    depth.set(totals[0]);
    sizeBytes.set(totals[1]);
    if (totals[0] > 0) {
      LOG.info("{} entries of an earlier run are in the spool", totals[0]);
    }
  }

  /**
   * Opens the spool in this folder, with what an earlier process left.
   *
   * @param maxBytes how large it may get before it refuses
   * @throws SpoolException if the folder can't be used
   */
  public static Spool open(Path folder, long maxBytes, InstantSource clock) {
    return new Spool(SpoolFile.open(folder), maxBytes, clock);
  }

  /** How many entries wait for PostgreSQL. */
  public long depth() {
    return depth.get();
  }

  @Override
  public Optional<Job> keep(NewJob job) {
    if (job.secret() != null) {
      return Optional.empty();
    }
    Entry entry = Bodies.entry(job, clock.instant());
    return add(entry) ? Optional.of(Bodies.image(Bodies.accepted(entry))) : Optional.empty();
  }

  @Override
  public boolean keep(Ending ending) {
    return add(Bodies.entry(ending));
  }

  @Override
  public Optional<Job> find(UUID id) {
    return depth() == 0 ? Optional.empty() : file.job(id).map(Spool::image);
  }

  @Override
  public Optional<Job> ofIdempotencyKey(@Nullable String realm, String key) {
    return depth() == 0 ? Optional.empty() : file.jobOfKey(realm, key).map(Spool::image);
  }

  private static Job image(Entry.Kept kept) {
    return Bodies.image(Bodies.accepted(kept.entry()));
  }

  private boolean add(Entry entry) {
    if (sizeBytes.addAndGet(entry.sizeBytes()) > maxBytes) {
      sizeBytes.addAndGet(-entry.sizeBytes());
      LOG.warn("The spool is full ({} MiB): {} refused", maxBytes >> 20, entry.jobId());
      return false;
    }
    try {
      write(entry);
      return true;
    } catch (SpoolException e) {
      sizeBytes.addAndGet(-entry.sizeBytes());
      LOG.error("{} not spooled", entry.jobId(), e);
      return false;
    }
  }

  private void write(Entry entry) {
    var mine = new Pending(entry);
    pending.add(mine);
    writing.lock();
    try {
      if (!mine.written && mine.failure == null) {
        writeAll();
      }
      if (mine.failure != null) {
        throw mine.failure;
      }
    } finally {
      writing.unlock();
    }
    if (depth.getAndIncrement() == 0) {
      LOG.warn("PostgreSQL is away: what comes in is kept in the spool");
    }
    news.release();
  }

  private void writeAll() {
    List<Pending> batch = new ArrayList<>();
    for (Pending next = pending.poll(); next != null; next = pending.poll()) {
      batch.add(next);
    }
    try {
      file.add(batch.stream().map(one -> one.entry).toList());
      batch.forEach(one -> one.written = true);
    } catch (SpoolException e) {
      batch.forEach(one -> one.failure = e);
    }
  }

  /** Waits until something is there, or for a while. */
  void await(long millis) throws InterruptedException {
    if (depth() == 0 && news.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
      news.drainPermits();
    }
  }

  /** Ends {@link #await} early. */
  void wake() {
    news.release();
  }

  List<Entry.Kept> first(int most) {
    return file.first(most);
  }

  /** What was written to PostgreSQL goes. */
  void remove(List<Entry.Kept> entries) {
    file.remove(entries);
    entries.forEach(kept -> sizeBytes.addAndGet(-kept.entry().sizeBytes()));
    if (depth.addAndGet(-entries.size()) == 0) {
      LOG.info("The spool is empty again: all of it is in PostgreSQL");
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
