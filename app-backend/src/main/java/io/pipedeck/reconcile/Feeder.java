package io.pipedeck.reconcile;

import io.pipedeck.db.Database;
import io.pipedeck.job.Backlog;
import io.pipedeck.job.Job;
import io.pipedeck.job.Turns;
import io.pipedeck.queue.QueueWindow;
import io.pipedeck.queue.RedisQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Fills the windows of the queues in Redis from the backlog in PostgreSQL, realm by realm in turns.
 * For one thread of the leader.
 */
final class Feeder {
  /** A job may have been committed this much later than a younger one of another process. */
  private static final Duration OUT_OF_ORDER = Duration.ofSeconds(5);

  private static final int AT_ONCE = 500;

  /** How long it takes a realm that had nothing waiting to be noticed. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final Database database;
  private final RedisQueue queue;
  private final QueueWindow window;
  private final Turns.Shares shares;
  private final Turns turns;
  private final Backlog backlog = new Backlog();
  private final Set<UUID> fedOfLimited = new HashSet<>();
  private final Set<UUID> quarantined = new HashSet<>();

  /** By queue, what stood in its window when it was begun anew: that needs no feeding. */
  private final Map<String, Set<String>> standing = new HashMap<>();

  private Map<String, SortedSet<String>> waiting = Map.of();
  private long lookedNanos = System.nanoTime() - LOOK_NANOS;

  Feeder(Database database, RedisQueue queue, QueueWindow window, Turns.Shares shares) {
    this.database = database;
    this.queue = queue;
    this.window = window;
    this.shares = shares;
    this.turns = new Turns(shares);
  }

  /** Begins anew at the oldest jobs. */
  void restart() {
    turns.restart();
    standing.clear();
  }

  /**
   * Fills up what has run low; true if there is more to feed soon.
   *
   * @throws io.pipedeck.job.QueueUnavailableException if Redis can't be reached
   */
  boolean feed() {
    Set<String> behind = new TreeSet<>(window.backlogs());
    standing.keySet().retainAll(behind);
    if (behind.isEmpty()) {
      return false;
    }
    if (System.nanoTime() - lookedNanos > LOOK_NANOS) {
      lookedNanos = System.nanoTime();
      waiting = database.inTransaction(backlog::waiting);
    }
    for (String name : behind) {
      SortedSet<String> realms = waiting.getOrDefault(name, new TreeSet<>());
      QueueWindow.Room room = window.room(name);
      if (room.length() <= room.limit() / 2
          && feed(name, realms, room.limit() - room.length()) == 0
          && realms.stream().noneMatch(shares::isLimited)) {
        caughtUp(name, realms);
      }
    }
    return true;
  }

  private long feed(String name, Collection<String> realms, long most) {
    long fed = 0;
    Set<String> stand = standing.computeIfAbsent(name, window::waiting);
    while (fed < most) {
      int some = Math.toIntExact(Math.min(AT_ONCE, most - fed));
      List<Job> next =
          database.inTransaction(
              tx -> {
                var places = turns.next(name, realms, some, aboutToRun(tx, realms));
                return places.isEmpty() ? List.<Job>of() : backlog.next(tx, name, places, some);
              });
      if (next.isEmpty()) {
        break;
      }
      turns.took(next);
      next.stream()
          .filter(job -> shares.isLimited(job.realm()))
          .forEach(job -> fedOfLimited.add(job.id()));
      Set<String> there = stand;
      List<Job> missing = next.stream().filter(job -> !there.contains(job.idInRedis())).toList();
      if (missing.size() == next.size()) {
        stand = Set.of();
        standing.put(name, stand);
      }
      queue.feed(missing);
      fed += missing.size();
    }
    return fed;
  }

  /** What runs, and what was fed and does not run yet, of the realms with a limit. */
  private Map<String, Integer> aboutToRun(io.pipedeck.db.Tx tx, Collection<String> realms) {
    List<String> limited = realms.stream().filter(shares::isLimited).toList();
    if (limited.isEmpty()) {
      return Map.of();
    }
    Map<String, Integer> busy = new HashMap<>(backlog.running(tx, limited));
    List<Job> fed = backlog.stillQueued(tx, fedOfLimited);
    fedOfLimited.retainAll(fed.stream().map(Job::id).toList());
    fed.forEach(job -> busy.merge(job.realm() == null ? "" : job.realm(), 1, Integer::sum));
    return busy;
  }

  /** New jobs are pushed again; what was committed before that was noticed is fed. */
  private void caughtUp(String name, Collection<String> realms) {
    window.caughtUp(name);
    turns.stepBack(name, OUT_OF_ORDER);
    standing.remove(name);
    SortedSet<String> all = new TreeSet<>(realms);
    all.addAll(database.inTransaction(backlog::waiting).getOrDefault(name, new TreeSet<>()));
    if (!all.isEmpty()) {
      var _ = feed(name, all, AT_ONCE);
    }
  }

  /** Puts the next job that was lost twice on its queue, once the one before it has ended. */
  void feedQuarantine() {
    List<Job> next =
        database.inTransaction(
            tx -> {
              Set<UUID> waiting = new HashSet<>();
              backlog.stillQueued(tx, quarantined).forEach(job -> waiting.add(job.id()));
              quarantined.retainAll(waiting);
              return backlog.nextOfQuarantine(tx, quarantined);
            });
    if (!next.isEmpty()) {
      next.forEach(job -> quarantined.add(job.id()));
      queue.feed(new ArrayList<>(next));
    }
  }
}
