package io.pipedeck.queue;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.job.Adopted;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobQueue;
import io.pipedeck.job.QueueUnavailableException;
import io.pipedeck.queue.RqJobs.Next;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The queues: ids in lists, calls in hashes, as RQ has them. What a worker does here always follows
 * PostgreSQL, so each method only makes Redis show what is true already. Safe for all threads.
 */
public final class RedisQueue implements JobQueue, AutoCloseable {
  /** How long a failed or canceled job is shown in Redis; PostgreSQL keeps it longer. */
  private static final long FAILURE_TTL_SECONDS = Duration.ofDays(7).toSeconds();

  /** Whoever enqueues waits this long at most for Redis to show the job. */
  private static final Duration SHOWN_WITHIN = Duration.ofMillis(500);

  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final InstantSource clock;
  private final Timeouts timeouts;
  private final RedisBudget budget;
  private final Set<String> shared;
  private final RedisWriter writer;

  /** How long an attempt of a job may take; shown to RQ's own tools. */
  @FunctionalInterface
  public interface Timeouts {
    Duration of(Job job);
  }

  /** A queue in this Redis; {@link #close} sends what is still to be shown. */
  public RedisQueue(RedisConnection redis, InstantSource clock, Timeouts timeouts) {
    this(redis, clock, timeouts, RedisBudget.NONE, Set.of());
  }

  /**
   * A queue that keeps within a budget.
   *
   * @param budget how much of Redis finished jobs may fill
   * @param shared queues that Python workers serve, too
   */
  public RedisQueue(
      RedisConnection redis,
      InstantSource clock,
      Timeouts timeouts,
      RedisBudget budget,
      Set<String> shared) {
    this.shared = Set.copyOf(shared);
    this.clock = clock;
    this.timeouts = timeouts;
    this.budget = budget;
    this.writer = new RedisWriter(redis);
  }

  @Override
  public void push(List<Job> jobs) {
    shown(pushes(jobs, Place.WINDOW));
  }

  @Override
  public void feed(List<Job> jobs) {
    shown(pushes(jobs, Place.QUEUE));
  }

  /** Where a pushed job goes; what {@code push.lua} makes of it. */
  private enum Place {
    /** Into its queue's window if that has room. */
    WINDOW("0"),
    /** Into its queue, whatever stands there. */
    QUEUE("1"),
    /** Where it stands in its queue already, else at its end. */
    SAME("2");

    private final String word;

    Place(String word) {
      this.word = word;
    }
  }

  private List<CompletableFuture<Long>> pushes(List<Job> jobs, Place place) {
    return jobs.stream().map(job -> writer.submit(push(job, place))).toList();
  }

  private Change push(Job job, Place place) {
    if (Adopted.is(job)) {
      return RqChanges.pushed(at(), job, false, timeouts.of(job));
    }
    String function = job.function() == null ? "" : job.function();
    List<String> args = List.of(argument(job), job.id().toString());
    return Change.of(
        Change.Kind.PUSH,
        job.id(),
        job.queue(),
        now(),
        RqEncoding.call(function, args),
        RqEncoding.description(function, args),
        timeouts.of(job).toSeconds(),
        TIMESTAMP.format(job.createdAt() == null ? clock.instant() : job.createdAt()),
        job.rev(),
        place.word,
        isWorthWriting(job) ? 0 : 1);
  }

  /**
   * What is to vanish at its end, moments from now, is not worth Redis' disk; unless others may run
   * it, who leave their word there.
   */
  private boolean isWorthWriting(Job job) {
    return shared.contains(job.queue()) || !budget.isVanishing();
  }

  /**
   * What stands where the Python function had its file path: the document's name, which only we can
   * open.
   */
  private static String argument(Job job) {
    String filename = job.payloadText("filename");
    return filename == null ? "" : filename;
  }

  @Override
  public void cancel(Job job) {
    shown(List.of(writer.submit(canceled(job))));
  }

  private Change canceled(Job job) {
    if (Adopted.is(job)) {
      return RqChanges.canceled(at(), RqChanges.place(job), RqChanges.row(job));
    }
    return Change.of(
        Change.Kind.CANCEL,
        job.id(),
        job.queue(),
        now(),
        epochSecond(),
        FAILURE_TTL_SECONDS,
        job.rev());
  }

  /** Puts an id back at the head of its queue. */
  public void putBack(Popped popped) {
    shown(
        List.of(
            writer.submit(
                Change.of(Change.Kind.GIVE_BACK, popped.id(), popped.queue(), now(), ""))));
  }

  /** Forgets an id that nobody waits for: its job doesn't exist, or doesn't wait any more. */
  public void drop(Popped popped) {
    var _ =
        writer.submit(
            Change.of(Change.Kind.DROP, popped.id(), popped.queue(), FAILURE_TTL_SECONDS));
  }

  /**
   * Shows a claimed job as started by this worker; doesn't wait for it.
   *
   * @param pastTheQueue whether it was claimed without having been popped
   */
  public void started(Job job, String worker, boolean pastTheQueue) {
    Change start =
        Adopted.is(job)
            ? RqChanges.started(at(), RqChanges.place(job), RqChanges.row(job), worker)
            : Change.of(
                Change.Kind.START,
                job.id(),
                job.queue(),
                now(),
                clock.instant().plus(RqWorkers.BUSY_TTL).getEpochSecond(),
                worker,
                job.rev(),
                pastTheQueue ? 1 : 0);
    var _ = writer.submit(start);
  }

  /** Shows a job as finished, or no longer; doesn't wait for it. */
  public void finished(Job job, String worker, @Nullable JsonNode result) {
    Change finish =
        Adopted.is(job)
            ? RqChanges.finished(at(), RqChanges.place(job), RqChanges.row(job), worker, result)
            : finish(job, worker, RqEncoding.returnValue(result), budget.resultTtlSeconds());
    var _ = writer.submit(finish);
  }

  private Change finish(Job job, String worker, String returnValue, long ttlSeconds) {
    if (ttlSeconds <= 0) {
      return Change.of(
          Change.Kind.HIDE, job.id(), job.queue(), now(), job.rev(), returnValue.length(), 0);
    }
    return Change.of(
        Change.Kind.FINISH,
        job.id(),
        job.queue(),
        now(),
        epochSecond(),
        worker,
        ttlSeconds,
        returnValue,
        job.rev(),
        TIMESTAMP.format(job.startedAt() == null ? clock.instant() : job.startedAt()),
        0);
  }

  /**
   * Shows a job as failed for good; doesn't wait for it.
   *
   * @param worker who ran it, empty for none that could say so itself
   */
  public void failed(Job job, String worker, String error) {
    end(job, worker, RqChanges.errorText(job, error), Next.FAILED);
  }

  /** Shows a job as stopped by a command of RQ's; doesn't wait for it. */
  public void stopped(Job job, String worker, String error) {
    end(job, worker, error, Next.STOPPED);
  }

  private void end(Job job, String worker, String error, Next how) {
    Change fail =
        Adopted.is(job)
            ? RqChanges.failed(
                at(),
                RqChanges.place(job),
                RqChanges.row(job),
                new RqChanges.Failure(worker, how, error, null))
            : Change.of(
                Change.Kind.FAIL,
                job.id(),
                job.queue(),
                now(),
                epochSecond(),
                worker,
                FAILURE_TTL_SECONDS,
                RqEncoding.errorText(error),
                job.rev(),
                how == Next.STOPPED ? "stopped" : "failed",
                worker.isEmpty() ? 1 : 0);
    var _ = writer.submit(fail);
  }

  /** Shows a job as waiting for its next attempt; doesn't wait for it. */
  public void scheduled(Job job) {
    Change schedule =
        Adopted.is(job)
            ? RqChanges.failed(
                at(),
                RqChanges.place(job),
                RqChanges.row(job),
                new RqChanges.Failure("", Next.AGAIN, "", job.runAt()))
            : Change.of(
                Change.Kind.SCHEDULE,
                job.id(),
                job.queue(),
                now(),
                job.runAt().getEpochSecond(),
                job.rev(),
                0);
    var _ = writer.submit(schedule);
  }

  /**
   * Shows a job as PostgreSQL has it instead of as it is shown, unless that has changed since;
   * doesn't wait for it.
   */
  public void showAgain(Job job, ShownJob seen) {
    // Only its hash is missing, as after Redis was started anew: it needn't lose its place.
    boolean lacksHash = job.status() == JobStatus.QUEUED && seen.rev() == null;
    if (!lacksHash) {
      var _ = writer.submit(clear(seen, ""));
    }
    switch (job.status()) {
      case QUEUED -> {
        var _ = writer.submit(push(job, lacksHash ? Place.SAME : Place.QUEUE));
      }
      case SCHEDULED -> scheduled(job);
      case RUNNING -> {
        if (seen.rev() == null) {
          var _ = writer.submit(push(job, Place.QUEUE));
        }
        started(job, job.worker() == null ? "" : job.worker(), true);
      }
      case FINISHED -> finished(job, "", job.result());
      case FAILED -> failed(job, "", String.valueOf(job.error()));
      case CANCELED -> {
        var _ = writer.submit(canceled(job));
      }
    }
  }

  /**
   * Takes a job that PostgreSQL doesn't know off its queue, unless that has changed since; its hash
   * expires. Doesn't wait for it.
   */
  public void forget(ShownJob seen) {
    var _ = writer.submit(clear(seen, Long.toString(FAILURE_TTL_SECONDS)));
  }

  private static Change clear(ShownJob seen, String ttl) {
    Long rev = seen.rev();
    return Change.of(Change.Kind.CLEAR, seen.id(), seen.queue(), rev == null ? "" : rev, ttl);
  }

  /** Puts a job that was started back at the head of its queue. */
  public void gaveBack(Job job) {
    Change back =
        Adopted.is(job)
            ? RqChanges.pushed(at(), job, true, timeouts.of(job))
            : Change.of(Change.Kind.GIVE_BACK, job.id(), job.queue(), now(), job.rev());
    shown(List.of(writer.submit(back)));
  }

  /**
   * Waits until Redis shows it, for a short while.
   *
   * @throws QueueUnavailableException if it didn't within that time
   */
  private static void shown(List<CompletableFuture<Long>> changes) {
    try {
      CompletableFuture.allOf(changes.toArray(CompletableFuture[]::new))
          .get(SHOWN_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof QueueUnavailableException unavailable
          ? new QueueUnavailableException(String.valueOf(unavailable.getMessage()), unavailable)
          : new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw new QueueUnavailableException("Redis has not answered yet", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new QueueUnavailableException("Interrupted while Redis was told", e);
    }
  }

  private RqChanges.At at() {
    return new RqChanges.At(clock.instant());
  }

  private String now() {
    return timestamp(clock.instant());
  }

  static String timestamp(Instant instant) {
    return TIMESTAMP.format(instant);
  }

  private long epochSecond() {
    return clock.instant().getEpochSecond();
  }

  /**
   * Waits until Redis shows all that it was told so far, held-back starts too.
   *
   * @throws QueueUnavailableException if it doesn't within a short while
   */
  public void awaitShown() {
    shown(writer.all());
  }

  /** Sends what is still to be shown. */
  @Override
  public void close() {
    writer.close();
  }
}
