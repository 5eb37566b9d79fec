package io.pipedeck.reconcile;

import io.pipedeck.db.Database;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobStore;
import io.pipedeck.queue.RedisQueue;
import io.pipedeck.queue.RedisQueue.Popped;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for drift: queued jobs that Redis doesn't show are pushed, ids that a dying process left
 * between pop and start are cleared away. Only what two sweeps in a row met counts as drift, so
 * that an id between pop and start is left alone. For one thread.
 */
final class Sweep {
  private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

  /** Of each queue; those behind have nothing to wait for but the ones before. */
  private static final int LOOKED_AT = 10_000;

  private static final int AT_ONCE = 500;

  private final Database database;
  private final RedisQueue queue;
  private final JobStore store = new JobStore();
  private Set<UUID> missingBefore = Set.of();
  private Set<Popped> stuckBefore = Set.of();

  Sweep(Database database, RedisQueue queue) {
    this.database = database;
    this.queue = queue;
  }

  /** Begins anew: what an earlier sweep met is too long ago. */
  void forget() {
    missingBefore = Set.of();
    stuckBefore = Set.of();
  }

  /**
   * One sweep.
   *
   * @throws io.pipedeck.job.QueueUnavailableException if Redis can't be reached
   */
  void run() {
    pushMissing();
    clearStuck();
  }

  private void pushMissing() {
    Set<UUID> missing = new HashSet<>();
    for (String name : database.inTransaction(store::waitingQueues)) {
      List<UUID> queued = database.inTransaction(tx -> store.oldestQueued(tx, name, LOOKED_AT));
      Set<String> shown = queue.waiting(name);
      List<UUID> absent = queued.stream().filter(id -> !shown.contains(id.toString())).toList();
      List<UUID> again = absent.stream().filter(missingBefore::contains).toList();
      if (!again.isEmpty()) {
        LOG.info("Pushing {} jobs of queue {} that Redis doesn't show", again.size(), name);
        push(again);
      }
      missing.addAll(absent);
    }
    missingBefore = missing;
  }

  private void push(List<UUID> ids) {
    for (int from = 0; from < ids.size(); from += AT_ONCE) {
      List<UUID> some = ids.subList(from, Math.min(ids.size(), from + AT_ONCE));
      queue.push(database.inTransaction(tx -> store.stillQueued(tx, some)));
    }
  }

  private void clearStuck() {
    Set<Popped> stuck = new HashSet<>();
    for (String name : queue.names()) {
      List<Popped> popped = queue.popped(name).stream().map(id -> new Popped(name, id)).toList();
      List<Popped> still = popped.stream().filter(stuckBefore::contains).toList();
      if (!still.isEmpty()) {
        clear(still);
      }
      stuck.addAll(popped);
    }
    stuckBefore = stuck;
  }

  /** Those of jobs that are queued were pushed again before; ids that are not ours stay. */
  private void clear(List<Popped> stuck) {
    List<UUID> ids = stuck.stream().flatMap(popped -> idOf(popped).stream()).toList();
    Set<UUID> over =
        database.inTransaction(tx -> store.find(tx, ids)).stream()
            .filter(Job::nativeRow)
            .map(Job::id)
            .collect(Collectors.toSet());
    for (Popped popped : stuck) {
      if (idOf(popped).filter(over::contains).isPresent()) {
        LOG.info(
            "Clearing id {} away that was popped from {} and left", popped.id(), popped.queue());
        queue.drop(popped);
      }
    }
  }

  private static Optional<UUID> idOf(Popped popped) {
    try {
      return Optional.of(UUID.fromString(popped.id()));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
