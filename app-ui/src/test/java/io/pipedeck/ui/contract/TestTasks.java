package io.pipedeck.ui.contract;

import io.pipedeck.ui.task.TaskRun;
import io.pipedeck.ui.task.Tasks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tasks on the test's own thread: work runs at once, unless held back; time passes when the test
 * says so; what other threads bring to the "UI thread" waits until the test looks for it.
 */
public final class TestTasks implements Tasks {
  private static final long PATIENCE_SECONDS = 20;

  private final Thread ui = Thread.currentThread();
  private final LinkedBlockingQueue<Runnable> fromOthers = new LinkedBlockingQueue<>();
  private final List<Later> later = new ArrayList<>();
  private final Deque<Runnable> heldBack = new ArrayDeque<>();
  private final Deque<Runnable> following = new ArrayDeque<>();
  private Instant now = Instant.parse("2026-11-23T14:00:00Z");
  private boolean holding;

  private record Later(Instant due, Runnable action) {}

  @Override
  public <T> TaskRun<T> run(Callable<T> work) {
    var outcome = new CompletableFuture<T>();
    Runnable doing = () -> complete(outcome, work);
    if (holding) {
      heldBack.add(doing);
    } else {
      doing.run();
    }
    return new TaskRun<>(outcome, this::onUi, () -> {});
  }

  @Override
  public void onUi(Runnable action) {
    if (!Thread.currentThread().equals(ui)) {
      fromOthers.add(action);
      return;
    }
    // One after the other, as on the real thread: a chain of a thousand must not nest.
    following.add(action);
    if (following.size() > 1) {
      return;
    }
    try {
      for (Runnable next = action; next != null; next = following.peek()) {
        next.run();
        following.removeFirst();
      }
    } finally {
      following.clear();
    }
  }

  @Override
  public Delayed after(Duration delay, Runnable action) {
    var scheduled = new Later(now.plus(delay), action);
    later.add(scheduled);
    return () -> later.remove(scheduled);
  }

  /** The time, as an {@code InstantSource}. */
  public Instant now() {
    return now;
  }

  /** Lets time pass, and does what is due, in its order. */
  public void advance(Duration by) {
    Instant end = now.plus(by);
    for (Later next = nextDue(end); next != null; next = nextDue(end)) {
      later.remove(next);
      now = next.due().isAfter(now) ? next.due() : now;
      next.action().run();
    }
    now = end;
  }

  /** Work started from now on waits for {@link #release}. */
  public void hold() {
    holding = true;
  }

  /** Work started from now on runs at once again; what waits keeps waiting. */
  public void stopHolding() {
    holding = false;
  }

  /** Does the oldest work that waits. */
  public void release() {
    heldBack.removeFirst().run();
  }

  /** Does the newest work that waits. */
  public void releaseNewest() {
    heldBack.removeLast().run();
  }

  /** How much work waits. */
  public int held() {
    return heldBack.size();
  }

  /** Does what other threads bring, until the condition holds. */
  public void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    try {
      while (!condition.getAsBoolean()) {
        Runnable next = fromOthers.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (next == null) {
          throw new AssertionError("Did not happen in time: " + what);
        }
        next.run();
      }
    } catch (InterruptedException e) {
      throw new AssertionError("Interrupted while waiting for: " + what, e);
    }
  }

  private @Nullable Later nextDue(Instant end) {
    return later.stream()
        .filter(each -> !each.due().isAfter(end))
        .min(Comparator.comparing(Later::due))
        .orElse(null);
  }

  private static <T> void complete(CompletableFuture<T> outcome, Callable<T> work) {
    try {
      outcome.complete(work.call());
    } catch (Exception e) {
      outcome.completeExceptionally(e);
    }
  }
}
