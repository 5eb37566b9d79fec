package io.pipedeck.worker;

import io.pipedeck.config.WorkerConfig;
import io.pipedeck.job.Claim;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobQueue;
import io.pipedeck.job.JobWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * No queue at all: a job runs on the thread that enqueues it, tracked as ever, with its row, claim,
 * lease and outcome; {@link #push} returns when it has ended, later attempts and the pauses between
 * them included. A job with a start time waits for workers. Thread-safe.
 */
public final class InlineQueue implements JobQueue, AutoCloseable {
  private final WorkerConfig config;
  private final JobWriter writer;
  private final JobTracker tracker;
  private final InstantSource clock;
  private final String identity;
  private final AtomicLong slots = new AtomicLong();
  private final Set<RunningJob> running = ConcurrentHashMap.newKeySet();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Heartbeats heartbeats;

  /** Begins to look after what runs. */
  public InlineQueue(
      WorkerConfig config,
      JobWriter writer,
      JobTracker tracker,
      NodePulse pulse,
      InstantSource clock) {
    this.config = config;
    this.writer = writer;
    this.tracker = tracker;
    this.clock = clock;
    this.identity = pulse.node().identity();
    this.heartbeats =
        new Heartbeats(
            new Heartbeats.Parts(writer, pulse, null, null),
            running,
            List.of(),
            new Heartbeats.Leases(config.lease(), config.leaseRenewal()));
    Thread.ofVirtual().name("pipedeck-inline-heartbeats").start(heartbeats::run);
  }

  @Override
  public void push(List<Job> jobs) {
    jobs.forEach(this::run);
  }

  @Override
  public void feed(List<Job> jobs) {
    push(jobs);
  }

  @Override
  public void cancel(Job job) {
    // The one that runs it notices.
  }

  /** Whoever else took the job meanwhile runs it. */
  private void run(Job job) {
    Optional<Job> again = Optional.of(job);
    while (again.isPresent() && stopping.getCount() > 0) {
      again = claim(again.get().id()).flatMap(this::attempt);
    }
  }

  private Optional<Claim> claim(UUID id) {
    String worker = identity + ".inline" + slots.incrementAndGet();
    return writer.claim(Map.of(id, worker), config.lease()).stream().findFirst();
  }

  /** The job, where another attempt is due. */
  private Optional<Job> attempt(Claim claim) {
    Job job = claim.job();
    Integer own = job.timeoutSeconds();
    Duration timeout = own == null ? config.timeoutOf(job.queue()) : Duration.ofSeconds(own);
    var attempt = new RunningJob(claim, String.valueOf(job.worker()), timeout);
    tracker.claimed(List.of(claim));
    running.add(attempt);
    heartbeats.started();
    try {
      return tracker.run(attempt) instanceof Outcome.Scheduled(Job later, _)
          ? due(later)
          : Optional.empty();
    } finally {
      running.remove(attempt);
    }
  }

  private Optional<Job> due(Job later) {
    Duration pause = Duration.between(clock.instant(), later.runAt());
    try {
      boolean stopped =
          pause.isPositive() && stopping.await(pause.toMillis() + 1, TimeUnit.MILLISECONDS);
      return stopped ? Optional.empty() : Optional.of(later);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** Gives running jobs back, whose threads end by themselves. */
  @Override
  public void close() {
    stopping.countDown();
    running.forEach(job -> job.stop(RunningJob.Stop.DRAINED));
    tracker.giveUpWaiting();
    heartbeats.stop();
  }
}
