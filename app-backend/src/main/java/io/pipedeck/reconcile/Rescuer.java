package io.pipedeck.reconcile;

import io.pipedeck.api.JobStatus;
import io.pipedeck.db.Database;
import io.pipedeck.job.Job;
import io.pipedeck.job.Nodes;
import io.pipedeck.job.Rescues;
import io.pipedeck.job.Rescues.Lost;
import io.pipedeck.job.Rescues.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** Takes jobs away from workers whose leases ran out, and says why those were lost. */
final class Rescuer {
  private static final int AT_ONCE = 1_000;

  private final Database database;
  private final LossCauses causes;
  private final LongSupplier oomKills;
  private final Heals heals;
  private final Rescues rescues = new Rescues();
  private final Nodes nodes = new Nodes();

  /**
   * A rescuer on this host.
   *
   * @param oomKills how often the system's out-of-memory killer has struck here
   */
  Rescuer(Database database, String host, LongSupplier oomKills, Heals heals) {
    this.database = database;
    this.causes = new LossCauses(host);
    this.oomKills = oomKills;
    this.heals = heals;
  }

  /**
   * What was rescued.
   *
   * @param changed all jobs that were taken away
   * @param quarantined those that run alone from now on
   */
  record Rescued(List<Job> changed, Set<UUID> quarantined) {
    /** Those that wait on their queues again. */
    List<Job> queued() {
      return changed.stream()
          .filter(job -> job.status() == JobStatus.QUEUED && !quarantined.contains(job.id()))
          .toList();
    }
  }

  /** Takes lost jobs away. */
  Rescued rescue() {
    List<Lost> found = database.inStatement(tx -> rescues.lost(tx, AT_ONCE));
    if (found.isEmpty()) {
      return new Rescued(List.of(), Set.of());
    }
    Map<String, Nodes.Seen> seen = seen(found);
    List<Verdict> verdicts =
        found.stream()
            .map(
                lost ->
                    new Verdict(
                        lost,
                        causes.of(lost, seen.get(identityOf(lost.worker())), oomKills.getAsLong())))
            .toList();
    Rescued rescued =
        database.inTransaction(
            tx -> {
              List<Job> changed = rescues.rescue(tx, verdicts);
              return new Rescued(changed, rescues.inQuarantine(tx, changed));
            });
    rescued.changed().stream()
        .findFirst()
        .ifPresent(
            job ->
                heals.mended(
                    Heals.Kind.RESCUED, rescued.changed().size(), job.id() + ": " + job.error()));
    return rescued;
  }

  private Map<String, Nodes.Seen> seen(List<Lost> lost) {
    Set<String> identities =
        lost.stream().map(job -> identityOf(job.worker())).collect(Collectors.toUnmodifiableSet());
    return database.inStatement(tx -> nodes.find(tx, identities)).stream()
        .collect(Collectors.toUnmodifiableMap(Nodes.Seen::identity, Function.identity()));
  }

  /** A worker is called {@code <identity>.<slot>}. */
  private static String identityOf(String worker) {
    int dot = worker.lastIndexOf('.');
    return dot < 0 ? worker : worker.substring(0, dot);
  }
}
