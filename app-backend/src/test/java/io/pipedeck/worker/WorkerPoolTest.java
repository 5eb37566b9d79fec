package io.pipedeck.worker;

import static io.pipedeck.job.JobTests.aJob;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobEvent;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView.Attempt;
import io.pipedeck.api.Json;
import io.pipedeck.db.MigratedDatabase;
import io.pipedeck.job.Claim;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobLists;
import io.pipedeck.job.JobStore;
import io.pipedeck.job.JobTests;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.RedisClient;

class WorkerPoolTest {
  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();

  private final WorkerRig rig = new WorkerRig(DB);
  private final CountDownLatch open = new CountDownLatch(1);
  private final BlockingQueue<Job> begun = new ArrayBlockingQueue<>(1_000);

  @AfterEach
  void close() {
    open.countDown();
    rig.close();
  }

  /** A function that tells that it began and goes on when the test says so. */
  private void registerGate(String name) {
    rig.functions.register(
        name,
        context -> {
          begun.add(context.job());
          open.await();
          return null;
        });
  }

  private Job nextBegun() throws InterruptedException {
    return Objects.requireNonNull(begun.poll(30, TimeUnit.SECONDS), "nothing began");
  }

  @Test
  void aJobRunsFromTheQueueToItsResult() throws Exception {
    rig.functions.register(
        "test",
        context -> Map.of("file", Objects.requireNonNull(context.job().payloadText("filename"))));
    rig.start(2);

    Job job = rig.enqueue(aJob());

    Job finished = rig.await(job, JobStatus.FINISHED);
    assertThat(finished.result()).hasToString("{\"file\":\"a.pdf\"}");
    assertThat(finished.attempt()).isEqualTo(1);
    assertThat(rig.heard.of(job))
        .extracting(JobEvent::status)
        .containsExactly(JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.FINISHED);
    assertThat(rig.heard.of(job)).extracting(JobEvent::rev).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void oneSlotServesUrgentBeforeDefaultBeforeSlow() throws Exception {
    registerGate("gate");
    List<String> order = new CopyOnWriteArrayList<>();
    var done = new CountDownLatch(6);
    rig.functions.register(
        "test",
        context -> {
          order.add(context.job().queue());
          done.countDown();
          return null;
        });
    rig.start(1);
    rig.enqueue(aJob().running("gate"));
    nextBegun();

    for (String queue : List.of("slow", "default", "urgent", "slow", "default", "urgent")) {
      rig.enqueue(aJob().on(queue));
    }
    open.countDown();

    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(order).containsExactly("urgent", "urgent", "default", "default", "slow", "slow");
  }

  @Test
  void noMoreJobsRunAtOnceThanThereAreSlots() throws Exception {
    var now = new AtomicInteger();
    var most = new AtomicInteger();
    var both = new CountDownLatch(2);
    rig.functions.register(
        "test",
        _ -> {
          most.accumulateAndGet(now.incrementAndGet(), Math::max);
          both.countDown();
          both.await();
          now.decrementAndGet();
          return null;
        });
    rig.start(2);

    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      jobs.add(rig.enqueue(aJob()));
    }

    for (Job job : jobs) {
      rig.await(job, JobStatus.FINISHED);
    }
    assertThat(most).hasValue(2);
    assertThat(DB.number("SELECT count(*) AS n FROM job_attempts")).isEqualTo(12);
  }

  @Test
  void twoProcessesShareAQueueAndRunEachJobOnce() throws Exception {
    var runs = new AtomicInteger();
    rig.functions.register("test", _ -> runs.incrementAndGet());
    rig.start(3);
    rig.start(3);

    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      jobs.add(rig.enqueue(aJob().on(List.of("urgent", "default", "slow").get(i % 3))));
    }

    for (Job job : jobs) {
      rig.await(job, JobStatus.FINISHED);
    }
    assertThat(runs).hasValue(150);
    assertThat(DB.number("SELECT max(attempt)::bigint AS n FROM pipeline_jobs")).isEqualTo(1);
  }

  @Test
  void aFailedAttemptIsTriedAgainAfterThePausesUntilNoneIsLeft() throws Exception {
    rig.functions.register(
        "test",
        context -> {
          throw new IllegalStateException("attempt " + context.job().attempt());
        });
    rig.start(1);
    Job job = rig.enqueue(aJob().attempts(3));

    Job first = rig.await(job, JobStatus.SCHEDULED);
    assertThat(first.error()).isEqualTo("java.lang.IllegalStateException: attempt 1");
    assertThat(first.errorCode()).isEqualTo(ErrorCode.INTERNAL_ERROR);
    assertThat(rig.pause(job)).isEqualTo(Duration.ofSeconds(10));
    rig.pauseIsOver(job);

    rig.heard.await(
        e -> e.id().equals(job.id()) && e.rev() > first.rev() && e.status() == JobStatus.SCHEDULED);
    assertThat(rig.pause(job)).isEqualTo(Duration.ofSeconds(30));
    rig.pauseIsOver(job);

    Job failed = rig.await(job, JobStatus.FAILED);
    assertThat(failed.error()).endsWith("attempt 3");
    assertThat(outcomes(job)).containsExactly("failed", "retry", "retry");
  }

  @Test
  void aFaultOfTheDocumentIsNotTriedAgain() throws Exception {
    rig.functions.register(
        "test",
        _ -> {
          throw new JobFailure(
              ErrorCode.WRONG_PASSWORD, "The password is wrong.", new IllegalStateException());
        });
    rig.start(1);

    Job failed = rig.await(rig.enqueue(aJob()), JobStatus.FAILED);

    assertThat(failed.errorCode()).isEqualTo(ErrorCode.WRONG_PASSWORD);
    assertThat(failed.error()).isEqualTo("The password is wrong.");
    assertThat(failed.attempt()).isEqualTo(1);
  }

  @Test
  void whateverAFunctionThrowsIsItsOwnFailure() throws Exception {
    rig.functions.register(
        "assertion",
        _ -> {
          throw new AssertionError("broken");
        });
    rig.functions.register(
        "memory",
        _ -> {
          throw new OutOfMemoryError("for the test");
        });
    rig.functions.register(
        "deep",
        _ -> {
          throw new StackOverflowError();
        });
    rig.functions.register(
        "long",
        _ -> {
          throw new IllegalStateException("x".repeat(100_000));
        });
    rig.start(1);

    Job assertion =
        rig.await(rig.enqueue(aJob().running("assertion").attempts(1)), JobStatus.FAILED);
    Job memory = rig.await(rig.enqueue(aJob().running("memory").attempts(1)), JobStatus.FAILED);
    Job deep = rig.await(rig.enqueue(aJob().running("deep").attempts(1)), JobStatus.FAILED);
    Job lengthy = rig.await(rig.enqueue(aJob().running("long").attempts(1)), JobStatus.FAILED);

    assertThat(assertion.error()).isEqualTo("java.lang.AssertionError: broken");
    assertThat(memory.errorCode()).isEqualTo(ErrorCode.OUT_OF_MEMORY);
    assertThat(deep.errorCode()).isEqualTo(ErrorCode.INTERNAL_ERROR);
    assertThat(lengthy.error()).hasSizeLessThan(5_000);
  }

  @Test
  void aFunctionThatIsNotHereFailsTheJob() throws Exception {
    rig.functions.register("known", _ -> null);
    rig.start(1);

    Job failed = rig.await(rig.enqueue(aJob().running("os.system")), JobStatus.FAILED);

    assertThat(failed.errorCode()).isEqualTo(ErrorCode.UNKNOWN_FUNCTION);
    assertThat(failed.error()).contains("os.system").contains("known");
  }

  @Test
  void aResultThatCanNotBeStoredFailsItsJobAndNoOther() throws Exception {
    rig.functions.register("huge", _ -> new BigDecimal("1e400000"));
    rig.functions.register("odd", _ -> Map.of("text", "a\u0000b\ud800c"));
    rig.start(1);

    Job huge = rig.await(rig.enqueue(aJob().running("huge")), JobStatus.FAILED);
    Job odd = rig.await(rig.enqueue(aJob().running("odd")), JobStatus.FINISHED);

    assertThat(huge.errorCode()).isEqualTo(ErrorCode.INTERNAL_ERROR);
    assertThat(huge.error()).startsWith("The outcome can't be stored: ");
    assertThat(odd.result()).hasToString("{\"text\":\"ab\ufffdc\"}");
  }

  @Test
  void aJobThatTakesTooLongIsStoppedWithItsCode() throws Exception {
    registerGate("test");
    rig.start(WorkerRig.config(1, Duration.ofMillis(50), Duration.ofMillis(100)));

    Job job = rig.enqueue(aJob());

    Job once = rig.await(job, JobStatus.SCHEDULED);
    assertThat(once.errorCode()).isEqualTo(ErrorCode.TIMEOUT);
    rig.pauseIsOver(job);
    assertThat(rig.await(job, JobStatus.FAILED).attempt()).isEqualTo(2);
  }

  @Test
  void aCanceledJobIsStoppedWithinTwoSecondsAndWritesNothingMore() throws Exception {
    var interrupted = new CountDownLatch(1);
    var over = new CountDownLatch(1);
    rig.functions.register(
        "test",
        context -> {
          begun.add(context.job());
          try {
            open.await();
          } catch (InterruptedException _) {
            interrupted.countDown();
          }
          context.progress("late", 99, null);
          over.countDown();
          throw new IllegalStateException("late");
        });
    rig.functions.register("next", _ -> null);
    rig.start(1);
    Job job = rig.enqueue(aJob());
    nextBegun();

    Job canceled = rig.service.cancel(job.id(), JobStatus.RUNNING);

    assertThat(interrupted.await(2, TimeUnit.SECONDS)).isTrue();
    assertThat(over.await(30, TimeUnit.SECONDS)).isTrue();
    rig.await(rig.enqueue(aJob().running("next")), JobStatus.FINISHED);
    assertThat(rig.stored(job)).isEqualTo(canceled);
    assertThat(outcomes(job)).containsExactly("canceled");
  }

  @Test
  void aStoppingProcessGivesItsJobsBackWithoutCostingAnAttempt() throws Exception {
    registerGate("test");
    WorkerPool pool = rig.start(1);
    Job running = rig.enqueue(aJob());
    nextBegun();
    Job waiting = rig.enqueue(aJob());

    pool.close();

    Job back = rig.stored(running);
    assertThat(back.status()).isEqualTo(JobStatus.QUEUED);
    assertThat(back.attempt()).isZero();
    assertThat(outcomes(running)).containsExactly("given_back");
    assertThat(rig.stored(waiting).status()).isEqualTo(JobStatus.QUEUED);
    try (var redis = RedisClient.create(rig.redisUrl)) {
      assertThat(redis.lrange("rq:queue:default", 0, -1))
          .containsExactly(running.id().toString(), waiting.id().toString());
      assertThat(redis.exists("rq:workers", "rq:wip:default", "rq:queue:default:intermediate"))
          .isZero();
    }
  }

  @Test
  void aFunctionThatIgnoresTheStopLosesItsJobAllTheSame() throws Exception {
    rig.functions.register(
        "test",
        context -> {
          begun.add(context.job());
          while (true) {
            try {
              open.await();
              return "late";
            } catch (InterruptedException _) {
              // It doesn't listen.
            }
          }
        });
    WorkerPool pool = rig.start(1);
    Job job = rig.enqueue(aJob());
    nextBegun();

    pool.close();

    Job back = rig.stored(job);
    assertThat(back.status()).isEqualTo(JobStatus.QUEUED);
    assertThat(back.attempt()).isZero();
    open.countDown();
    rig.start(1);
    assertThat(rig.await(job, JobStatus.FINISHED).attempt()).isEqualTo(1);
  }

  @Test
  void jobsThatEndWhileAProcessDrainsAreRecorded() throws Exception {
    registerGate("test");
    WorkerPool pool = rig.start(WorkerRig.config(1, Duration.ofMinutes(1), Duration.ofSeconds(30)));
    Job job = rig.enqueue(aJob());
    nextBegun();

    Thread closing = Thread.ofVirtual().start(pool::close);
    open.countDown();

    assertThat(closing.join(Duration.ofSeconds(30))).isTrue();
    assertThat(rig.stored(job).status()).isEqualTo(JobStatus.FINISHED);
  }

  @Test
  void theResultOfAWorkerThatLostItsLeaseIsDropped() throws Exception {
    var frozen = new Semaphore(0);
    rig.functions.register(
        "test",
        context -> {
          begun.add(context.job());
          frozen.acquireUninterruptibly();
          return "of the frozen worker";
        });
    rig.functions.register("next", _ -> null);
    rig.start(1);
    Job job = rig.enqueue(aJob());
    nextBegun();

    DB.foreign("UPDATE pipeline_jobs SET lease_until = now() - interval '1 second'");
    JobTests.rescue(DB.pool());
    Claim successor = JobTests.claim(DB.pool(), job, "successor");
    var result = Json.mapper().valueToTree("of the successor");
    DB.pool().inTransaction(tx -> new JobStore().finish(tx, successor, result));
    frozen.release();

    rig.await(rig.enqueue(aJob().running("next")), JobStatus.FINISHED);
    assertThat(rig.stored(job).result()).isEqualTo(result);
    assertThat(rig.stored(job).attempt()).isEqualTo(2);
    assertThat(outcomes(job)).containsExactly("finished", "worker_lost");
  }

  @Test
  void idsForWhichNoJobWaitsAreClearedAway() throws Exception {
    rig.functions.register("test", _ -> null);
    try (var redis = RedisClient.create(rig.redisUrl)) {
      redis.rpush("rq:queue:default", "no-uuid", "0199c0de-0000-7000-8000-000000000001");
      Job canceled = rig.enqueue(aJob());
      DB.pool().inTransaction(tx -> new JobStore().cancel(tx, canceled.id(), JobStatus.QUEUED));
      WorkerPool pool = rig.start(1);

      rig.await(rig.enqueue(aJob()), JobStatus.FINISHED);
      pool.close(); // What its jobs have to show is on its way then.
      rig.queue.awaitShown();

      assertThat(redis.exists("rq:queue:default", "rq:queue:default:intermediate")).isZero();
      assertThat(rig.stored(canceled).status()).isEqualTo(JobStatus.CANCELED);
    }
  }

  @Test
  void theLoopTicksWhileItWaits() {
    WorkerPool pool = rig.start(1);

    assertThat(pool.sinceTick()).isLessThan(Duration.ofSeconds(10));
  }

  private List<String> outcomes(Job job) {
    List<Attempt> attempts = DB.pool().inTransaction(tx -> new JobLists().attempts(tx, job.id()));
    return attempts.stream().map(Attempt::outcome).toList();
  }
}
