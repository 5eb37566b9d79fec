package io.pipedeck.db;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * Merges changes that are handed in at about the same time into one transaction. One thread takes
 * what has piled up, whatever is there: a lone change waits for nothing, and the busier it is the
 * less each change costs. A future completes after its commit. Safe for all threads.
 *
 * <p>A change that the database refuses fails alone: its batch is halved until it is found. Two
 * changes of one key never share a batch.
 *
 * @param <C> a change
 * @param <R> what came of it
 */
public final class GroupCommit<C, R> implements AutoCloseable {
  private static final int MOST = 500;

  private final Function<C, Object> key;
  private final Write<C, R> write;
  private final Thread thread;
  private final Deque<Pending<C, R>> waiting = new ArrayDeque<>();
  private boolean closed;
  private boolean writing;

  /** Writes a batch. */
  @FunctionalInterface
  public interface Flush<C, R> {
    /** What came of each change, in their order. */
    List<R> apply(Tx tx, List<C> changes);
  }

  /** Writes a batch in transactions of its own. */
  @FunctionalInterface
  public interface Write<C, R> {
    /** What came of each change, in their order; committed. */
    List<R> apply(List<C> changes);
  }

  private record Pending<C, R>(C change, CompletableFuture<R> done) {}

  /**
   * A group that flushes on a thread of its own.
   *
   * @param name of the thread
   * @param key what no two changes of a batch may share, such as a row's id
   */
  public GroupCommit(Database database, String name, Function<C, Object> key, Flush<C, R> flush) {
    this(changes -> database.inTransaction(tx -> flush.apply(tx, changes)), name, key);
  }

  /**
   * The same, for batches that need another transaction than one around them.
   *
   * @param write commits what it writes
   */
  public GroupCommit(Write<C, R> write, String name, Function<C, Object> key) {
    this.write = write;
    this.key = key;
    this.thread = Thread.ofPlatform().daemon().name("pipedeck-" + name).unstarted(this::run);
    thread.start();
  }

  /**
   * Hands a change in. The future completes after its commit, or fails with a {@link
   * DatabaseException}; what hangs on it runs on the flushing thread and must be quick.
   */
  public CompletableFuture<R> submit(C change) {
    var pending = new Pending<C, R>(change, new CompletableFuture<>());
    synchronized (waiting) {
      if (closed) {
        throw new IllegalStateException(thread.getName() + " is closed");
      }
      waiting.addLast(pending);
      waiting.notifyAll();
    }
    return pending.done();
  }

  /**
   * Writes a change and waits for its commit; on the calling thread where nothing else is being
   * written, which saves the two wake-ups of handing it over.
   *
   * @throws DatabaseException if it was refused, or the server can't be reached; then it may have
   *     been written all the same
   */
  public R write(C change) {
    if (!mayWriteHere()) {
      return join(submit(change));
    }
    var pending = new Pending<C, R>(change, new CompletableFuture<>());
    try {
      write(List.of(pending));
    } finally {
      written();
    }
    return join(pending.done());
  }

  private boolean mayWriteHere() {
    // An interrupt breaks the connection of a virtual thread, and of any thread the wait for one.
    Thread caller = Thread.currentThread();
    if (caller.isVirtual() || caller.isInterrupted()) {
      return false;
    }
    synchronized (waiting) {
      boolean may = !writing && !closed && waiting.isEmpty();
      writing = writing || may;
      return may;
    }
  }

  private void written() {
    synchronized (waiting) {
      writing = false;
      if (closed || !waiting.isEmpty()) {
        waiting.notifyAll();
      }
    }
  }

  /** Waits for a future of {@link #submit}, with its failure as it was thrown. */
  public static <T> T join(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case DatabaseException cause -> throw cause.again();
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw e;
      }
    }
  }

  private void run() {
    try {
      for (List<Pending<C, R>> batch = next(); !batch.isEmpty(); batch = next()) {
        write(batch);
        written();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** What has piled up; empty at the end. */
  private List<Pending<C, R>> next() throws InterruptedException {
    List<Pending<C, R>> batch = new ArrayList<>();
    synchronized (waiting) {
      while (writing || (waiting.isEmpty() && !closed)) {
        waiting.wait();
      }
      writing = !waiting.isEmpty();
      Set<Object> keys = new HashSet<>();
      List<Pending<C, R>> later = new ArrayList<>();
      while (!waiting.isEmpty() && batch.size() < MOST) {
        Pending<C, R> pending = waiting.removeFirst();
        (keys.add(key.apply(pending.change())) ? batch : later).add(pending);
      }
      later.reversed().forEach(waiting::addFirst);
    }
    return batch;
  }

  private void write(List<Pending<C, R>> batch) {
    List<C> changes = batch.stream().map(Pending::change).toList();
    try {
      List<R> results = write.apply(changes);
      for (int i = 0; i < batch.size(); i++) {
        batch.get(i).done().complete(results.get(i));
      }
    } catch (DatabaseException e) {
      if (e.unavailable() || batch.size() == 1) {
        batch.forEach(pending -> pending.done().completeExceptionally(e));
      } else {
        write(batch.subList(0, batch.size() / 2));
        write(batch.subList(batch.size() / 2, batch.size()));
      }
    } catch (RuntimeException | Error e) {
      batch.forEach(pending -> pending.done().completeExceptionally(e));
    }
  }

  /** Writes what was handed in, then ends. */
  @Override
  public void close() {
    synchronized (waiting) {
      closed = true;
      waiting.notifyAll();
    }
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
