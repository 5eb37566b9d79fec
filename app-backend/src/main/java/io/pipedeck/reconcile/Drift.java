package io.pipedeck.reconcile;

import static java.util.stream.Collectors.groupingBy;

import io.pipedeck.api.JobStatus;
import io.pipedeck.db.Database;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobStore;
import io.pipedeck.job.StoredStates;
import io.pipedeck.job.StoredStates.Stored;
import io.pipedeck.queue.RedisQueue;
import io.pipedeck.queue.RedisState;
import io.pipedeck.queue.ShownJob;
import io.pipedeck.queue.ShownJobs;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Compares what Redis shows of jobs with what PostgreSQL has, and shows the truth where two looks
 * in a row met the same difference. Rows of other programs are left to them. What is to be pushed
 * is counted only: whose turn it is knows the {@link Sweep}. For one thread.
 */
final class Drift {
  private static final int AT_ONCE = 500;
  private static final int MOST_SUSPECTS = 20_000;

  private final Database database;
  private final RedisQueue queue;
  private final ShownJobs shown;
  private final Walk walk;
  private final StoredStates states = new StoredStates();
  private final JobStore store = new JobStore();
  private Map<String, Differing> suspects = Map.of();
  private boolean hurry = true;

  Drift(Database database, RedisQueue queue, ShownJobs shown, Walk walk) {
    this.database = database;
    this.queue = queue;
    this.shown = shown;
    this.walk = walk;
  }

  /** A job that Redis shows otherwise than PostgreSQL has it; without a row it has none. */
  private record Differing(ShownJob shown, @Nullable Stored stored, Remedy remedy) {
    String kind() {
      return (stored == null ? "no_row" : stored.status().wireName())
          + "_shown_"
          + shown.state().wireName();
    }

    /** A running job tells its progress all the time. */
    boolean isStill(@Nullable Differing before) {
      return before != null
          && shown.equals(before.shown)
          && kind().equals(before.kind())
          && (stored == null
              || before.stored == null
              || stored.status() == JobStatus.RUNNING
              || stored.rev() == before.stored.rev());
    }

    boolean isOrphan() {
      return stored == null || shown.state() == RedisState.STRAY;
    }
  }

  /**
   * What a look met.
   *
   * @param kinds how often each difference
   * @param orphans ids that stand where nothing waits for them
   * @param shownAgain how many of them were mended as another state, and an example
   * @param cleared how many of them were taken away, and an example
   */
  record Found(
      int looked,
      SortedMap<String, Integer> kinds,
      int orphans,
      Mended shownAgain,
      Mended cleared) {}

  /** How many, and the last of them. */
  record Mended(int times, String example) {
    static final Mended NONE = new Mended(0, "");
  }

  /** Begins anew: what an earlier look met is too long ago. */
  void forget() {
    suspects = Map.of();
    hurry = true;
  }

  /**
   * One look, and mending.
   *
   * @throws io.pipedeck.job.QueueUnavailableException if Redis can't be reached
   */
  Found run() {
    Map<String, String> queues = new LinkedHashMap<>(walk.next(hurry));
    suspects.forEach((id, before) -> queues.put(id, before.shown().queue()));
    Map<String, Differing> differing = new LinkedHashMap<>();
    List<Map.Entry<String, String>> all = List.copyOf(queues.entrySet());
    for (int from = 0; from < all.size(); from += AT_ONCE) {
      compare(all.subList(from, Math.min(all.size(), from + AT_ONCE)), differing);
    }
    List<Differing> mend =
        differing.values().stream()
            .filter(it -> it.isStill(suspects.get(it.shown().id())))
            .toList();
    Found found = found(all.size(), differing.values(), mend);
    mend.forEach(it -> differing.remove(it.shown().id()));
    suspects = differing;
    hurry = !mend.isEmpty();
    return found;
  }

  private void compare(List<Map.Entry<String, String>> some, Map<String, Differing> differing) {
    Map<String, String> queues = new LinkedHashMap<>();
    some.forEach(entry -> queues.put(entry.getKey(), entry.getValue()));
    // Redis first: what changes meanwhile looks late there, never early.
    List<ShownJob> now = shown.look(queues);
    Map<String, Stored> rows =
        database.inTransaction(tx -> states.find(tx, now.stream().map(ShownJob::id).toList()));
    for (ShownJob job : now) {
      Stored row = rows.get(job.id());
      Remedy remedy = remedy(job, row);
      if (remedy != Remedy.LEAVE && remedy != Remedy.CLIENT && differing.size() < MOST_SUSPECTS) {
        differing.put(job.id(), new Differing(job, row, remedy));
      }
    }
  }

  private static Remedy remedy(ShownJob job, @Nullable Stored row) {
    Long rev = job.rev();
    if (row == null) {
      return rev == null ? Remedy.LEAVE : Remedy.of(null, job.state(), true);
    }
    boolean ahead = rev != null && rev > row.rev();
    if (!row.ours() || ahead) {
      return Remedy.LEAVE;
    }
    return Remedy.of(row.status(), job.state(), rev == null || rev < row.rev());
  }

  private Found found(int looked, Collection<Differing> differing, List<Differing> mend) {
    SortedMap<String, Integer> kinds = new TreeMap<>();
    differing.forEach(it -> kinds.merge(it.kind(), 1, Integer::sum));
    int orphans = (int) differing.stream().filter(Differing::isOrphan).count();
    Map<Remedy, List<Differing>> by = mend.stream().collect(groupingBy(Differing::remedy));
    return new Found(
        looked, kinds, orphans, showAgain(by), clear(by.getOrDefault(Remedy.CLEAR, List.of())));
  }

  private Mended clear(List<Differing> orphans) {
    orphans.forEach(it -> queue.forget(it.shown()));
    return orphans.isEmpty() ? Mended.NONE : mended(orphans.size(), orphans.getFirst());
  }

  /** A stray id of a queued job counts as waiting until it is shown properly. */
  private Mended showAgain(Map<Remedy, List<Differing>> by) {
    List<Differing> again = new ArrayList<>(by.getOrDefault(Remedy.SHOW, List.of()));
    by.getOrDefault(Remedy.PUSH, List.of()).stream()
        .filter(it -> it.shown().state() == RedisState.STRAY)
        .forEach(again::add);
    int times = 0;
    Differing example = null;
    for (int from = 0; from < again.size(); from += AT_ONCE) {
      List<Differing> some = again.subList(from, Math.min(again.size(), from + AT_ONCE));
      Map<UUID, Job> jobs = jobs(some);
      for (Differing it : some) {
        Stored stored = it.stored();
        Job job = stored == null ? null : jobs.get(stored.id());
        if (job != null) {
          queue.showAgain(job, it.shown());
          times++;
          example = it;
        }
      }
    }
    return example == null ? Mended.NONE : mended(times, example);
  }

  private Map<UUID, Job> jobs(List<Differing> some) {
    List<UUID> ids = new ArrayList<>();
    for (Differing it : some) {
      Stored stored = it.stored();
      if (stored != null) {
        ids.add(stored.id());
      }
    }
    Map<UUID, Job> jobs = new HashMap<>();
    database.inTransaction(tx -> store.find(tx, ids)).forEach(job -> jobs.put(job.id(), job));
    return jobs;
  }

  private static Mended mended(int times, Differing example) {
    return new Mended(times, example.shown().id() + ": " + example.kind());
  }
}
