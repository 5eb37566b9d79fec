package io.pipedeck.worker;

import io.pipedeck.db.Database;
import io.pipedeck.job.Backlog;
import io.pipedeck.job.Claim;
import io.pipedeck.job.Job;
import io.pipedeck.job.Turns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.TimeUnit;

/**
 * Takes jobs straight from PostgreSQL: while Redis is away, and where there is none. The same claim
 * as ever, so that it does no harm if others take from Redis meanwhile. For one thread.
 */
final class DirectClaims {
  /** After this it looks again at the beginning, for jobs that were committed out of order. */
  private static final long RESTART_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** How long it takes a realm that had nothing waiting to be noticed. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private static final Duration TAKEN_WITHIN = Duration.ofSeconds(5);

  private final Database database;
  private final List<String> queues;
  private final Duration lease;
  private final Backlog backlog = new Backlog();
  private final Turns turns;
  private final Turns.Shares shares;
  private Map<String, SortedSet<String>> waiting = Map.of();
  private long lookedNanos = System.nanoTime() - LOOK_NANOS;
  private long restartedNanos = System.nanoTime();

  DirectClaims(Database database, List<String> queues, Duration lease, Turns.Shares shares) {
    this.database = database.answering(TAKEN_WITHIN);
    this.queues = queues;
    this.lease = lease;
    this.shares = shares;
    this.turns = new Turns(shares);
  }

  /**
   * Takes up to one job for each worker, the most urgent queue first; committed when this returns.
   *
   * @throws io.pipedeck.db.DatabaseException if PostgreSQL can't be reached
   */
  List<Claim> take(List<String> workers) {
    if (System.nanoTime() - restartedNanos > RESTART_NANOS) {
      restartedNanos = System.nanoTime();
      turns.restart();
    }
    if (System.nanoTime() - lookedNanos >= LOOK_NANOS) {
      lookedNanos = System.nanoTime();
      waiting = database.inTransaction(backlog::waiting);
    }
    List<Claim> taken = new ArrayList<>();
    for (String queue : queues) {
      SortedSet<String> realms = waiting.get(queue);
      if (realms != null && taken.size() < workers.size()) {
        taken.addAll(take(queue, realms, workers.subList(taken.size(), workers.size())));
      }
    }
    return taken;
  }

  private List<Claim> take(String queue, SortedSet<String> realms, List<String> workers) {
    List<Claim> claims =
        database.inTransaction(
            tx -> {
              List<String> limited = realms.stream().filter(shares::isLimited).toList();
              Map<String, Integer> running =
                  limited.isEmpty() ? Map.of() : backlog.running(tx, limited);
              var places = turns.next(queue, realms, workers.size(), running);
              List<Claim> next = backlog.claimNext(tx, queue, places, workers, lease);
              return next.isEmpty() ? quarantined(tx, workers) : next;
            });
    turns.took(claims.stream().map(Claim::job).toList());
    return claims;
  }

  private List<Claim> quarantined(io.pipedeck.db.Tx tx, List<String> workers) {
    List<java.util.UUID> next =
        backlog.nextOfQuarantine(tx, List.of()).stream()
            .filter(job -> queues.contains(job.queue()))
            .map(Job::id)
            .toList();
    return new io.pipedeck.job.JobStore().claim(tx, next, workers.getFirst(), lease);
  }
}
