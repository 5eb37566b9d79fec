package io.pipedeck.rq;

import io.pipedeck.api.JobStatus;
import io.pipedeck.db.Database;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.db.Tx;
import io.pipedeck.job.AdoptedJobs;
import io.pipedeck.job.Claim;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobEvents;
import io.pipedeck.job.JobStore;
import io.pipedeck.job.JobViews;
import io.pipedeck.job.QueueUnavailableException;
import io.pipedeck.queue.Popped;
import io.pipedeck.queue.RqHash;
import io.pipedeck.queue.RqJobs;
import io.pipedeck.queue.RqJobs.Next;
import io.pipedeck.queue.RqJobs.Place;
import io.pipedeck.queue.RqJobs.Row;
import io.pipedeck.queue.RqJobs.Seen;
import io.pipedeck.worker.ForeignArrivals;
import io.pipedeck.worker.JobFunctions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in the jobs that Python programs enqueued: the call is claimed in Redis as RQ's own workers
 * do, a row is made for it or the one that the program inserted is taken over, and from then on it
 * is a job like any other. What can't be run fails in Redis with a text that says why. Thread-safe.
 */
public final class Adoption implements ForeignArrivals {
  private static final Logger LOG = LoggerFactory.getLogger(Adoption.class);
  private static final int MOST_COMPLAINTS = 100;

  private final Database database;
  private final AdoptedJobs adopted = new AdoptedJobs();
  private final JobStore store = new JobStore();
  private final RqJobs jobs;
  private final CallReader reader;
  private final JobEvents events;
  private final Duration lease;
  private final Set<String> complained = ConcurrentHashMap.newKeySet();

  /**
   * How calls are understood.
   *
   * @param builtin registered name of the function for documents
   * @param aliases names under which Python programs call it
   * @param pathParameter its parameter that says where the document is
   */
  public record Calls(
      JobFunctions functions, String builtin, List<String> aliases, String pathParameter) {}

  public Adoption(Database database, RqJobs jobs, Calls calls, JobEvents events, Duration lease) {
    this.database = database;
    this.jobs = jobs;
    this.reader =
        new CallReader(
            calls.functions(),
            new CallReader.Builtin(
                calls.builtin(), Set.copyOf(calls.aliases()), calls.pathParameter()));
    this.events = events;
    this.lease = lease;
  }

  @Override
  public Optional<Claim> take(Popped popped, String worker) {
    var place = new Place(popped.queue(), popped.id());
    Optional<Seen> seen = jobs.look(place.id());
    if (seen.isEmpty()) {
      jobs.forget(place);
      return Optional.empty();
    }
    Row row = seen.get().row();
    Standing standing = row == null ? new Standing.Unknown() : standing(row, seen.get(), worker);
    return switch (standing) {
      case Standing.Unknown() -> fresh(place, worker);
      case Standing.Claimed(Claim claim) -> {
        if (seen.get().adopted()) {
          started(place, claim, worker);
        } else {
          tell(claim);
        }
        yield Optional.of(claim);
      }
      case Standing.Over() -> {
        LOG.debug("Id {} of queue {} stands for no job that waits", place.id(), place.queue());
        jobs.forget(place);
        yield Optional.empty();
      }
    };
  }

  /** What the row says about an id whose hash names one. */
  private sealed interface Standing {
    record Claimed(Claim claim) implements Standing {}

    /** Nothing is to be run. */
    record Over() implements Standing {}

    /** The id stands for a new call. */
    record Unknown() implements Standing {}
  }

  private Standing standing(Row row, Seen seen, String worker) {
    UUID id;
    try {
      id = UUID.fromString(row.id());
    } catch (IllegalArgumentException _) {
      return new Standing.Unknown();
    }
    return database.inTransaction(tx -> standing(tx, id, seen, worker));
  }

  private Standing standing(Tx tx, UUID id, Seen seen, String worker) {
    Optional<Job> known = adopted.lock(tx, id);
    if (known.isEmpty()) {
      return seen.adopted() ? new Standing.Unknown() : new Standing.Over();
    }
    Job job = known.get();
    // With an older rev Redis only hasn't heard yet how the job ended.
    boolean told = seen.row() != null && seen.row().rev() == job.rev();
    boolean queuedAnew = told && seen.status().equals("queued");
    if (job.status() == JobStatus.FINISHED && queuedAnew && seen.adopted()) {
      return new Standing.Unknown();
    }
    if (queuedAnew && adopted.retried(tx, job).isPresent()) {
      LOG.info("Job {} is retried: an operator queued it again in Redis", id);
    }
    return store.claim(tx, List.of(id), worker, lease).stream()
        .findFirst()
        .<Standing>map(Standing.Claimed::new)
        .orElseGet(Standing.Over::new);
  }

  private Optional<Claim> fresh(Place place, String worker) {
    Optional<RqHash> hash = jobs.claim(place, worker);
    if (hash.isEmpty()) {
      LOG.info("Id {} left queue {}: no job waits under it", place.id(), place.queue());
      return Optional.empty();
    }
    return switch (reader.read(place, hash.get())) {
      case CallReader.Reading.Runs(AdoptedJobs.Call call) -> adopt(place, call, worker);
      case CallReader.Reading.Refused(String text) -> {
        refuse(place, worker, text);
        yield Optional.empty();
      }
    };
  }

  private Optional<Claim> adopt(Place place, AdoptedJobs.Call call, String worker) {
    record Taken(AdoptedJobs.Outcome outcome, Optional<Claim> claim) {}
    Taken taken;
    try {
      taken =
          database.inTransaction(
              tx -> {
                AdoptedJobs.Outcome outcome = adopted.adopt(tx, call);
                return new Taken(
                    outcome,
                    outcome instanceof AdoptedJobs.Outcome.Waits(Job job)
                        ? store.claim(tx, List.of(job.id()), worker, lease).stream().findFirst()
                        : Optional.empty());
              });
    } catch (DatabaseException e) {
      if (e.unavailable()) {
        jobs.unclaim(place, worker);
        throw e;
      }
      LOG.error("Job {} of queue {} can't be tracked", place.id(), place.queue(), e);
      refuse(place, worker, "The job can't be tracked.\nValueError: " + e.getMessage());
      return Optional.empty();
    }
    switch (taken.outcome()) {
      case AdoptedJobs.Outcome.Refused(String why) -> refuse(place, worker, "ValueError: " + why);
      case AdoptedJobs.Outcome.Runs(Job job) -> showHolder(place, job);
      case AdoptedJobs.Outcome.Waits(Job job) ->
          taken
              .claim()
              .ifPresentOrElse(
                  claim -> started(place, claim, worker), () -> showHolder(place, job));
    }
    return taken.claim();
  }

  private void refuse(Place place, String worker, String text) {
    String error = text.lines().reduce("", (_, line) -> line);
    if (complained.size() < MOST_COMPLAINTS && complained.add(place.queue() + error)) {
      LOG.warn("Job {} of queue {} can't be run here: {}", place.id(), place.queue(), error);
    }
    jobs.failed(place, worker, Next.FAILED, text);
  }

  private void tell(Claim claim) {
    events.changed(List.of(JobViews.change(claim.job())));
  }

  private void started(Place place, Claim claim, String worker) {
    tell(claim);
    show(place, claim.job(), worker);
  }

  /** Somebody else has the job or it isn't due; what comes of it will be shown from there. */
  private void showHolder(Place place, Job job) {
    LOG.info("Id {} left queue {}: job {} is looked after", place.id(), place.queue(), job.id());
    show(place, job, job.worker() == null ? "" : job.worker());
  }

  /** The claim holds whether Redis shows it or not. */
  private void show(Place place, Job job, String worker) {
    try {
      jobs.started(place, new Row(job.id().toString(), job.rev()), worker);
    } catch (QueueUnavailableException e) {
      LOG.debug("Redis was not told", e);
    }
  }
}
