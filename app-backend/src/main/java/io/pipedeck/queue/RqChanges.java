package io.pipedeck.queue;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.api.ErrorCode;
import io.pipedeck.job.Adopted;
import io.pipedeck.job.Job;
import io.pipedeck.queue.Change.Kind;
import io.pipedeck.queue.RqJobs.Next;
import io.pipedeck.queue.RqJobs.Place;
import io.pipedeck.queue.RqJobs.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What Redis is to show of jobs that Python programs enqueued. */
final class RqChanges {
  private static final long CANCELED_TTL_SECONDS = Duration.ofDays(7).toSeconds();

  /** Such as {@code java.lang.IllegalStateException: no}. */
  private static final Pattern CLASS_AND_MESSAGE =
      Pattern.compile("[A-Za-z_$][\\w$]*(\\.[A-Za-z_$][\\w$]*)*: .*");

  private RqChanges() {}

  /** When it is shown. */
  record At(Instant instant) {
    String timestamp() {
      return RedisQueue.timestamp(instant);
    }

    long epochSecond() {
      return instant.getEpochSecond();
    }
  }

  /** Where an adopted job stands. */
  static Place place(Job job) {
    return new Place(job.queue(), job.idInRedis());
  }

  /** The row behind an adopted job. */
  static Row row(Job job) {
    return new Row(job.id().toString(), job.rev());
  }

  static Change started(At at, Place place, Row row, String worker) {
    return Change.of(
        Kind.RQ_START,
        place.id(),
        place.queue(),
        at.timestamp(),
        at.instant().plus(RqWorkers.BUSY_TTL).getEpochSecond(),
        worker,
        row.rev(),
        row.id());
  }

  static Change finished(At at, Place place, Row row, String worker, @Nullable JsonNode result) {
    return Change.of(
        Kind.RQ_FINISH,
        place.id(),
        place.queue(),
        at.timestamp(),
        at.epochSecond(),
        worker,
        RqEncoding.returnValue(result),
        row.rev(),
        row.id());
  }

  /**
   * A failed attempt.
   *
   * @param worker empty for none
   * @param startAt of the next attempt where the row says it, else null
   */
  record Failure(String worker, Next next, String error, @Nullable Instant startAt) {}

  static Change failed(At at, Place place, @Nullable Row row, Failure failure) {
    return Change.of(
        Kind.RQ_FAIL,
        place.id(),
        place.queue(),
        at.timestamp(),
        at.epochSecond(),
        failure.worker(),
        RqEncoding.errorText(failure.error()),
        failure.next().name().toLowerCase(Locale.ROOT),
        row == null ? "" : row.rev(),
        row == null ? "" : row.id(),
        place.id(),
        failure.startAt() == null ? "" : failure.startAt().getEpochSecond());
  }

  static Change abandoned(At at, Place place, String member, String error) {
    return Change.of(
        Kind.RQ_FAIL,
        place.id(),
        place.queue(),
        at.timestamp(),
        at.epochSecond(),
        "",
        RqEncoding.errorText(error),
        "abandoned",
        "",
        "",
        member,
        "");
  }

  /**
   * An adopted job on its queue.
   *
   * @param timeout shown where Redis has forgotten the job
   */
  static Change pushed(At at, Job job, boolean front, Duration timeout) {
    Adopted adopted = Adopted.of(job).orElseThrow();
    var call = new RqCall.Call(adopted.function(), adopted.args(job), adopted.kwargs(job));
    Instant created = job.createdAt();
    return Change.of(
        Kind.RQ_PUSH,
        job.idInRedis(),
        job.queue(),
        at.timestamp(),
        front ? "front" : "",
        job.rev(),
        job.id(),
        RqEncoding.call(call),
        RqEncoding.description(call),
        timeout.toSeconds(),
        created == null ? at.timestamp() : RedisQueue.timestamp(created));
  }

  static Change canceled(At at, Place place, Row row) {
    return Change.of(
        Kind.RQ_CANCEL,
        place.id(),
        place.queue(),
        at.timestamp(),
        at.epochSecond(),
        CANCELED_TTL_SECONDS,
        row.rev(),
        row.id());
  }

  /**
   * An error as RQ's people expect it: the last line is a class and a message, RQ's own where it
   * has one.
   */
  static String errorText(Job job, String error) {
    String last = error.substring(error.stripTrailing().lastIndexOf('\n') + 1);
    ErrorCode code = job.errorCode();
    if (code == ErrorCode.WORKER_LOST) {
      return error + "\nrq.exceptions.AbandonedJobError: " + last;
    }
    Integer seconds = job.timeoutSeconds();
    if (code == ErrorCode.TIMEOUT && seconds != null) {
      return error
          + "\nrq.timeouts.JobTimeoutException: Task exceeded maximum timeout value ("
          + seconds
          + " seconds)";
    }
    return code == null || CLASS_AND_MESSAGE.matcher(last).matches()
        ? error
        : error + "\npipedeck." + code.wireName() + ": " + last;
  }
}
