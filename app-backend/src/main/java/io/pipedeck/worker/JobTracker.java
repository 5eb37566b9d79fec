package io.pipedeck.worker;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.api.AppException;
import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobView.Progress;
import io.pipedeck.api.Json;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.job.Claim;
import io.pipedeck.job.Ending;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobEvents;
import io.pipedeck.job.JobViews;
import io.pipedeck.job.JobWriter;
import io.pipedeck.job.RetryPolicy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tracking around a job function, and the only place that writes finished and failed: runs the
 * function of a claimed job and records what came of it with the claim as a fence. Usable without
 * the annotation. Thread-safe.
 */
public final class JobTracker {
  private static final Logger LOG = LoggerFactory.getLogger(JobTracker.class);
  private static final Duration WRITE_AGAIN_AFTER = Duration.ofSeconds(1);

  /** Longer texts of exceptions are dumps of what they failed on. */
  private static final int MOST_ERROR = 4_000;

  /** RQ's own words. */
  private static final String KILLED =
      "Work-horse terminated unexpectedly; waitpid returned 9 (signal 9); ";

  private final JobWriter writer;
  private final JobFunctions functions;
  private final RetryPolicy retries;
  private final JobEvents events;
  private final InstantSource clock;
  private final CountDownLatch stopped = new CountDownLatch(1);

  public JobTracker(
      JobWriter writer,
      JobFunctions functions,
      RetryPolicy retries,
      JobEvents events,
      InstantSource clock) {
    this.writer = writer;
    this.functions = functions;
    this.retries = retries;
    this.events = events;
    this.clock = clock;
  }

  /** Tells those who watch of jobs that were claimed. */
  void claimed(List<Claim> claims) {
    events.changed(claims.stream().map(claim -> JobViews.change(claim.job())).toList());
  }

  /**
   * Runs the claimed job on the calling thread and records the outcome. While PostgreSQL is away it
   * waits with the outcome in hand, until {@link #giveUpWaiting}.
   *
   * @return the outcome; {@link Outcome.Dropped} where the claim had moved on and nothing was
   *     written
   */
  Outcome run(RunningJob running) {
    return run(running, () -> {});
  }

  /**
   * The same.
   *
   * @param worked is called when the function has ended, before its outcome is recorded
   */
  Outcome run(RunningJob running, Runnable worked) {
    Outcome outcome = attempt(running);
    worked.run();
    Claim claim = running.claim();
    return switch (outcome) {
      case Outcome.Finished(JsonNode result, _) ->
          record(Ending.finished(claim, result), job -> new Outcome.Finished(result, job));
      case Outcome.Failed(ErrorCode code, String error, _) -> failed(claim, code, error);
      case Outcome.GivenBack _ -> record(Ending.givenBack(claim), Outcome.GivenBack::new);
      case Outcome.Scheduled scheduled -> scheduled;
      case Outcome.Dropped dropped -> dropped;
    };
  }

  /**
   * Lets {@link #run} end without its outcome recorded: the process is going, the lease will run
   * out.
   */
  void giveUpWaiting() {
    stopped.countDown();
  }

  private Outcome failed(Claim claim, ErrorCode code, String error) {
    Optional<Duration> pause = retries.pauseAfter(claim.job(), code);
    if (pause.isPresent()) {
      return record(
          Ending.retry(claim, pause.get(), code, error), job -> new Outcome.Scheduled(job, error));
    }
    return record(Ending.failed(claim, code, error), job -> new Outcome.Failed(code, error, job));
  }

  private Outcome attempt(RunningJob running) {
    Job job = running.claim().job();
    Optional<JobFunction> function = functions.find(job.function());
    if (function.isEmpty()) {
      return new Outcome.Failed(
          ErrorCode.UNKNOWN_FUNCTION,
          "No function is called " + job.function() + " here; known are " + functions.names() + ".",
          job);
    }
    running.begin();
    Outcome outcome;
    try {
      Object result =
          function.get().run(new TrackedContext(running.claim(), this::write, System::nanoTime));
      outcome =
          new Outcome.Finished(result == null ? null : Json.mapper().valueToTree(result), job);
    } catch (JobFailure e) {
      outcome = new Outcome.Failed(e.code(), text(e), job);
    } catch (OutOfMemoryError e) {
      LOG.error("Job {} ran out of memory", job.id(), e);
      outcome =
          new Outcome.Failed(
              ErrorCode.OUT_OF_MEMORY, "The worker had too little memory for this job.", job);
    } catch (Exception | Error e) {
      outcome = new Outcome.Failed(ErrorCode.INTERNAL_ERROR, text(e), job);
      unexpected(running, e);
    }
    RunningJob.Stop stop = running.end();
    return stop == null || outcome instanceof Outcome.Finished ? outcome : stopped(running, stop);
  }

  private static void unexpected(RunningJob running, Throwable e) {
    if (!(e instanceof InterruptedException)) {
      LOG.warn("Job {} failed unexpectedly", running.claim().job().id(), e);
    }
  }

  private static Outcome stopped(RunningJob running, RunningJob.Stop stop) {
    return switch (stop) {
      case CLAIM_LOST -> new Outcome.Dropped();
      case DRAINED -> new Outcome.GivenBack(running.claim().job());
      case KILLED -> new Outcome.Failed(ErrorCode.INTERNAL_ERROR, KILLED, running.claim().job());
      case OUT_OF_TIME ->
          new Outcome.Failed(
              ErrorCode.TIMEOUT,
              "The job ran longer than the " + running.timeout().toSeconds() + " seconds it may.",
              running.claim().job());
    };
  }

  private static String text(Throwable e) {
    String message = e.getMessage();
    boolean forPeople = e instanceof AppException || e instanceof JobFailure;
    if (forPeople && message != null) {
      return cut(message);
    }
    return cut(e.getClass().getName() + (message == null ? "" : ": " + message));
  }

  private static String cut(String text) {
    return text.length() <= MOST_ERROR ? text : text.substring(0, MOST_ERROR) + " …";
  }

  private Outcome record(Ending ending, Function<Job, Outcome> recorded) {
    Claim claim = ending.claim();
    boolean kept = false;
    for (boolean first = true; ; first = false) {
      try {
        Optional<Job> job = writer.end(ending);
        job.ifPresent(this::tell);
        if (job.isEmpty()) {
          LOG.info(
              "Job {} not recorded: its claim had moved on; outcome dropped", claim.job().id());
        }
        return job.map(recorded).orElseGet(Outcome.Dropped::new);
      } catch (DatabaseException e) {
        if (!e.unavailable()) {
          return notStorable(claim, e);
        }
        if (first) {
          LOG.warn("Job {} not recorded yet: PostgreSQL is away; trying on", claim.job().id());
        }
        // Whoever finds the spool writes it if this process dies now.
        kept = kept || writer.spool().keep(ending);
        if (waitedInVain()) {
          return new Outcome.Dropped();
        }
      }
    }
  }

  /** A result that the database refuses fails its own job and nothing else. */
  private Outcome notStorable(Claim claim, DatabaseException cause) {
    LOG.error("Job {}: its outcome can't be stored", claim.job().id(), cause);
    String error = cut("The outcome can't be stored: " + cause.getMessage());
    Optional<Job> failed = writer.end(Ending.failed(claim, ErrorCode.INTERNAL_ERROR, error));
    failed.ifPresent(this::tell);
    return failed
        .<Outcome>map(job -> new Outcome.Failed(ErrorCode.INTERNAL_ERROR, error, job))
        .orElseGet(Outcome.Dropped::new);
  }

  /**
   * Gives a job back whose function doesn't listen to an interrupt: it may end when it likes, its
   * claim is over.
   */
  Optional<Job> takeBack(Claim claim) {
    Ending givenBack = Ending.givenBack(claim);
    try {
      Optional<Job> queued = writer.end(givenBack);
      queued.ifPresent(this::tell);
      return queued;
    } catch (DatabaseException e) {
      if (e.unavailable() && writer.spool().keep(givenBack)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private boolean waitedInVain() {
    try {
      return stopped.await(WRITE_AGAIN_AFTER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** Doesn't wait: progress that can't be written is left out. */
  private void write(Claim claim, String stage, int percent, @Nullable String detail) {
    var _ =
        writer
            .report(claim, new Progress(stage, percent, detail, clock.instant()))
            .whenComplete(
                (written, failure) -> {
                  if (failure == null) {
                    written.ifPresent(change -> events.changed(List.of(change)));
                  } else {
                    LOG.debug("Progress of job {} not written", claim.job().id(), failure);
                  }
                });
  }

  private void tell(Job job) {
    events.changed(List.of(JobViews.change(job)));
  }
}
