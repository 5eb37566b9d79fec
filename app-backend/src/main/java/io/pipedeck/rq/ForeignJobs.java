package io.pipedeck.rq;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.Json;
import io.pipedeck.db.Database;
import io.pipedeck.job.ForeignRows;
import io.pipedeck.job.ForeignRows.Seen;
import io.pipedeck.job.Ids;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobEvents;
import io.pipedeck.job.JobViews;
import io.pipedeck.job.QueueUnavailableException;
import io.pipedeck.queue.RqCall;
import io.pipedeck.queue.RqOutbox;
import io.pipedeck.queue.RqOutbox.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Jobs of ours that Python workers run, on queues of their own: durable as a row, handed to RQ, and
 * their status, result and error copied back by {@link #sweep}. {@link #enqueue} is safe for all
 * threads, {@link #sweep} for one at a time.
 */
public final class ForeignJobs {
  private static final Logger LOG = LoggerFactory.getLogger(ForeignJobs.class);
  private static final int AT_ONCE = 500;

  /** Sweeps between looks at failed jobs that RQ's tools may have requeued. */
  private static final int LOOK_BACK_EVERY = 6;

  private static final UUID FIRST = new UUID(0, 0);

  private final Database database;
  private final ForeignRows rows = new ForeignRows();
  private final RqOutbox outbox;
  private final JobEvents events;
  private Set<UUID> missingBefore = Set.of();
  private long sweeps;

  public ForeignJobs(Database database, RqOutbox outbox, JobEvents events) {
    this.database = database;
    this.outbox = outbox;
    this.events = events;
  }

  /** Adds a job; when this returns it is durable. While Redis is away it is handed over later. */
  public Job enqueue(ForeignJob job) {
    ObjectNode payload = Json.mapper().createObjectNode();
    payload.putArray("args").addAll(job.args());
    payload.putObject("kwargs").setAll(job.kwargs());
    if (!job.retryIntervals().isEmpty()) {
      var seconds = payload.putArray("retry_intervals");
      job.retryIntervals().forEach(interval -> seconds.add(interval.toSeconds()));
    }
    var row =
        new ForeignRows.New(
            Ids.next(),
            job.realm(),
            job.queue(),
            job.function(),
            payload,
            job.maxAttempts(),
            Math.toIntExact(job.timeout().toSeconds()),
            job.startAt());
    Job added = database.inTransaction(tx -> rows.insert(tx, row));
    try {
      outbox.enqueue(outgoing(added));
    } catch (QueueUnavailableException e) {
      LOG.warn("Job {} is handed to RQ later", added.id(), e);
    }
    events.changed(List.of(JobViews.change(added)));
    return added;
  }

  private static RqOutbox.Outgoing outgoing(Job job) {
    JsonNode payload = job.payload() == null ? Json.mapper().createObjectNode() : job.payload();
    List<JsonNode> args = new ArrayList<>();
    payload.path("args").forEach(args::add);
    Map<String, JsonNode> kwargs = new LinkedHashMap<>();
    payload.path("kwargs").properties().forEach(it -> kwargs.put(it.getKey(), it.getValue()));
    List<Duration> intervals = new ArrayList<>();
    payload.path("retry_intervals").forEach(it -> intervals.add(Duration.ofSeconds(it.asLong())));
    Integer timeout = job.timeoutSeconds();
    return new RqOutbox.Outgoing(
        job.id().toString(),
        job.queue(),
        new RqCall.Call(String.valueOf(job.function()), args, kwargs),
        Duration.ofSeconds(timeout == null ? 180 : timeout),
        job.status() == JobStatus.SCHEDULED ? job.runAt() : null,
        job.maxAttempts() - 1,
        intervals);
  }

  /**
   * Copies what became of the jobs. One that Redis doesn't know in two sweeps running is handed
   * over again, or, if it had been started, has failed.
   *
   * @throws QueueUnavailableException if Redis can't be reached
   */
  public void sweep() {
    Set<UUID> missing = new HashSet<>();
    UUID after = FIRST;
    List<Job> page;
    do {
      UUID from = after;
      page = database.inStatement(tx -> rows.open(tx, from, AT_ONCE));
      look(page, missing);
      after = page.isEmpty() ? after : page.getLast().id();
    } while (page.size() == AT_ONCE);
    missingBefore = missing;
    if (sweeps++ % LOOK_BACK_EVERY == 0) {
      lookBack();
    }
  }

  private void look(List<Job> jobs, Set<UUID> missing) {
    Map<String, State> states =
        outbox.states(jobs.stream().map(Job::id).map(UUID::toString).toList());
    List<Job> changed = new ArrayList<>();
    for (Job job : jobs) {
      State state = states.get(job.id().toString());
      if (state != null) {
        copy(job, state).ifPresent(changed::add);
      } else if (missingBefore.contains(job.id())) {
        lost(job).ifPresent(changed::add);
      } else {
        missing.add(job.id());
      }
    }
    tell(changed);
  }

  private void lookBack() {
    List<Job> failed = database.inTransaction(tx -> rows.failedLately(tx, AT_ONCE));
    Map<String, State> states =
        outbox.states(failed.stream().map(Job::id).map(UUID::toString).toList());
    List<Job> changed = new ArrayList<>();
    for (Job job : failed) {
      State state = states.get(job.id().toString());
      if (state != null && goesOn(state)) {
        copy(job, state).ifPresent(changed::add);
      }
    }
    tell(changed);
  }

  private static boolean goesOn(State state) {
    return switch (state.status()) {
      case "queued", "started", "scheduled", "deferred", "finished" -> true;
      default -> false;
    };
  }

  private Optional<Job> lost(Job job) {
    if (job.status() != JobStatus.RUNNING) {
      LOG.info("Job {} is handed to RQ again: Redis doesn't know it", job.id());
      outbox.enqueue(outgoing(job));
      return Optional.empty();
    }
    return record(
        job,
        new Seen(
            JobStatus.FAILED,
            job.startedAt(),
            null,
            job.worker(),
            null,
            "Redis lost the job while worker "
                + job.worker()
                + " ran it, or somebody deleted it there.",
            ErrorCode.WORKER_LOST));
  }

  private Optional<Job> copy(Job job, State state) {
    Optional<JobStatus> status = status(state);
    if (status.isEmpty()
        || (status.get() == job.status() && startedAsKnown(job, state.startedAt()))) {
      return Optional.empty();
    }
    Optional<Job> recorded = record(job, seen(status.get(), state));
    recorded
        .filter(it -> it.status().isFinal())
        .ifPresent(it -> outbox.recorded(it.queue(), it.id().toString(), state.status()));
    return recorded;
  }

  /** Between two sweeps a job may have been tried twice. */
  private static boolean startedAsKnown(Job job, @Nullable Instant startedAt) {
    return job.status() != JobStatus.RUNNING
        || startedAt == null
        || startedAt.equals(job.startedAt());
  }

  private static Seen seen(JobStatus status, State state) {
    boolean ended = status.isFinal();
    boolean failed = status == JobStatus.FAILED;
    String error = state.error();
    boolean abandoned = error != null && error.contains("AbandonedJobError");
    return new Seen(
        status,
        state.startedAt(),
        ended ? state.endedAt() : null,
        ended || status == JobStatus.RUNNING ? state.worker() : null,
        state.result(),
        failed ? (error == null ? "RQ says nothing more." : error) : null,
        failed ? (abandoned ? ErrorCode.WORKER_LOST : ErrorCode.INTERNAL_ERROR) : null);
  }

  /** Our word for RQ's; empty for one that says nothing. */
  private static Optional<JobStatus> status(State state) {
    return switch (state.status()) {
      case "queued", "deferred", "created" -> Optional.of(JobStatus.QUEUED);
      case "scheduled" -> Optional.of(JobStatus.SCHEDULED);
      case "started" -> Optional.of(JobStatus.RUNNING);
      case "finished" -> Optional.of(JobStatus.FINISHED);
      case "failed" -> Optional.of(JobStatus.FAILED);
      case "canceled", "stopped" -> Optional.of(JobStatus.CANCELED);
      default -> Optional.empty();
    };
  }

  private Optional<Job> record(Job job, Seen seen) {
    return database.inTransaction(tx -> rows.record(tx, job, seen));
  }

  private void tell(List<Job> changed) {
    if (!changed.isEmpty()) {
      events.changed(changed.stream().map(JobViews::change).toList());
    }
  }
}
