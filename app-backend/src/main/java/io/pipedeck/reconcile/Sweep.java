package io.pipedeck.reconcile;

import io.pipedeck.db.Database;
import io.pipedeck.job.Backlog;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobEvents;
import io.pipedeck.job.JobStore;
import io.pipedeck.job.Turns;
import io.pipedeck.queue.Popped;
import io.pipedeck.queue.QueueWindow;
import io.pipedeck.queue.RedisQueue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Looks for drift: queued jobs that Redis doesn't show are pushed, ids that a dying process left
 * between pop and start are cleared away. Only what two sweeps in a row met counts as drift, so
 * that an id between pop and start is left alone; but in a Redis that was emptied nothing is left
 * alone. For one thread of the leader.
 */
final class Sweep {
  private final Database database;
  private final RedisQueue queue;
  private final QueueWindow window;
  private final Turns.Shares shares;
  private final Heals heals;
  private final ClientDeeds clients;
  private final JobStore store = new JobStore();
  private final Backlog backlog = new Backlog();
  private Set<UUID> missingBefore = Set.of();
  private Set<Popped> stuckBefore = Set.of();

  Sweep(
      Database database,
      Reconciler.RedisSide redis,
      JobEvents events,
      Turns.Shares shares,
      Heals heals) {
    this.database = database;
    this.queue = redis.queue();
    this.window = redis.window();
    this.clients = new ClientDeeds(database, redis.clients(), redis.queue(), events);
    this.shares = shares;
    this.heals = heals;
  }

  /** Begins anew: what an earlier sweep met is too long ago. */
  void forget() {
    missingBefore = Set.of();
    stuckBefore = Set.of();
  }

  /**
   * One sweep.
   *
   * @return how many jobs are not shown whose turn it is
   * @throws io.pipedeck.job.QueueUnavailableException if Redis can't be reached
   */
  int run() {
    boolean emptied = window.wasEmptied();
    Set<UUID> missing = new HashSet<>();
    int pushed = 0;
    for (Map.Entry<String, SortedSet<String>> waiting :
        database.inStatement(backlog::waiting).entrySet()) {
      pushed += pushMissing(waiting.getKey(), waiting.getValue(), emptied, missing);
    }
    missingBefore = missing;
    if (emptied) {
      heals.mended(Heals.Kind.REBUILT, 1, pushed + " jobs");
      window.rebuilt();
    }
    clearStuck();
    return missing.size();
  }

  private int pushMissing(
      String name, Collection<String> realms, boolean emptied, Set<UUID> missing) {
    Set<String> shown = new HashSet<>(window.waiting(name));
    shown.addAll(window.popped(name));
    int most = Math.toIntExact(window.room(name).limit());
    List<Job> first = first(name, realms, most);
    List<Job> absent = first.stream().filter(job -> !shown.contains(job.idInRedis())).toList();
    absent.forEach(job -> missing.add(job.id()));
    List<Job> again =
        absent.stream()
            .filter(job -> emptied || missingBefore.contains(job.id()))
            .filter(job -> !shares.isLimited(job.realm()))
            .limit(Math.max(0, most - shown.size()))
            .toList();
    again = clients.follow(again);
    if (!again.isEmpty()) {
      heals.mended(Heals.Kind.PUSHED, again.size(), again.getFirst().id() + " on queue " + name);
      queue.feed(again);
    }
    // More wait than the window holds, or some whose turn only the feeder knows.
    if (first.size() >= most || realms.stream().anyMatch(shares::isLimited)) {
      window.fallsBehind(name);
    }
    return again.size();
  }

  private List<Job> first(String name, Collection<String> realms, int most) {
    // A realm's limit is the feeder's affair.
    var places = new Turns(Turns.Shares.EQUAL).next(name, realms, most, Map.of());
    return database.inTransaction(tx -> backlog.next(tx, name, places, most));
  }

  private void clearStuck() {
    Set<Popped> stuck = new HashSet<>();
    for (String name : window.names()) {
      List<Popped> popped = window.popped(name).stream().map(id -> new Popped(name, id)).toList();
      List<Popped> still = popped.stream().filter(stuckBefore::contains).toList();
      if (!still.isEmpty()) {
        clear(still);
      }
      stuck.addAll(popped);
    }
    stuckBefore = stuck;
  }

  /** Those that are still queued go back to the head; ids that are not ours stay. */
  private void clear(List<Popped> stuck) {
    List<UUID> ids = stuck.stream().flatMap(popped -> idOf(popped).stream()).toList();
    Map<UUID, Job> ours =
        database.inTransaction(tx -> store.find(tx, ids)).stream()
            .filter(Job::nativeRow)
            .collect(Collectors.toMap(Job::id, job -> job));
    List<String> cleared = new ArrayList<>();
    for (Popped popped : stuck) {
      Job job = idOf(popped).map(ours::get).orElse(null);
      if (job == null) {
        continue;
      }
      cleared.add(popped.id());
      if (job.status() == io.pipedeck.api.JobStatus.QUEUED) {
        queue.putBack(popped);
      } else {
        queue.drop(popped);
      }
    }
    if (!cleared.isEmpty()) {
      heals.mended(Heals.Kind.ORPHAN_CLEARED, cleared.size(), cleared.getFirst());
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
