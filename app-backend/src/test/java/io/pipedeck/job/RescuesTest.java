package io.pipedeck.job;

import static io.pipedeck.job.JobTests.LEASE;
import static io.pipedeck.job.JobTests.aJob;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView.Attempt;
import io.pipedeck.api.JobView.Progress;
import io.pipedeck.db.MigratedDatabase;
import io.pipedeck.db.Tx;
import io.pipedeck.job.Rescues.Lost;
import io.pipedeck.job.Rescues.Verdict;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RescuesTest {
  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();

  private final Rescues rescues = new Rescues();

  @Test
  void onlyJobsWhoseLeasesRanOutAreLost() {
    Claim claim = lost(aJob().in(DB));
    claim(aJob().in(DB));
    aJob().in(DB);

    Lost lost = found().getFirst();

    assertThat(found()).hasSize(1);
    assertThat(lost.id()).isEqualTo(claim.job().id());
    assertThat(lost.claimId()).isEqualTo(claim.claimId());
    assertThat(lost.worker()).isEqualTo("w-1");
    assertThat(lost.leaseUntil()).isBefore(Instant.now());
    assertThat(lost.progress()).isNull();
  }

  @Test
  void noMoreAreFoundThanAskedFor() {
    IntStream.range(0, 5).forEach(_ -> lost(aJob().in(DB)));

    assertThat(list(tx -> rescues.lost(tx, 3))).hasSize(3);
  }

  @Test
  void howFarALostJobWasIsKnown() {
    Claim claim = claim(aJob().in(DB));
    var progress =
        new Progress("embed", 70, "chunk 7 of 10", Instant.parse("2026-01-01T00:00:00Z"));
    in(tx -> JobProgress.write(tx, List.of(new JobProgress.Report(claim, progress))));
    expire(claim);

    assertThat(found()).extracting(Lost::progress).containsExactly(progress);
  }

  @Test
  void aLostJobIsQueuedAgainAndSaysWhy() {
    Job job = aJob().withSecret("sealed").in(DB);
    Claim claim = lost(job);

    Job queued = rescue(found()).getFirst();

    assertThat(queued).isEqualTo(JobTests.stored(DB.pool(), job.id()));
    assertThat(queued.status()).isEqualTo(JobStatus.QUEUED);
    assertThat(queued.attempt()).as("the attempt counts").isEqualTo(1);
    assertThat(queued.errorCode()).isEqualTo(ErrorCode.WORKER_LOST);
    assertThat(queued.error()).isEqualTo("cause of w-1");
    assertThat(queued.claimId()).isNull();
    assertThat(queued.worker()).isNull();
    assertThat(queued.startedAt()).isNull();
    assertThat(queued.progress()).isNull();
    assertThat(queued.rev()).isEqualTo(claim.job().rev() + 1);
    assertThat(queued.runAt()).as("behind those that wait").isAfter(job.runAt());
    assertThat(DB.number("SELECT count(secret) AS n FROM pipeline_jobs")).isEqualTo(1);
    assertThat(attempts(job))
        .singleElement()
        .satisfies(
            attempt -> {
              assertThat(attempt.outcome()).isEqualTo("worker_lost");
              assertThat(attempt.worker()).isEqualTo("w-1");
              assertThat(attempt.errorCode()).isEqualTo(ErrorCode.WORKER_LOST);
              assertThat(attempt.error()).isEqualTo("cause of w-1");
              assertThat(attempt.startedAt()).isEqualTo(claim.job().startedAt());
              assertThat(attempt.endedAt()).isNotNull();
            });
  }

  @Test
  void aJobWithoutAnAttemptLeftFails() {
    Job job = aJob().attempts(1).withSecret("sealed").in(DB);
    lost(job);

    Job failed = rescue(found()).getFirst();

    assertThat(failed.status()).isEqualTo(JobStatus.FAILED);
    assertThat(failed.errorCode()).isEqualTo(ErrorCode.WORKER_LOST);
    assertThat(failed.error()).isEqualTo("cause of w-1");
    assertThat(failed.startedAt()).isNotNull();
    assertThat(failed.finishedAt()).isNotNull();
    assertThat(DB.number("SELECT count(secret) AS n FROM pipeline_jobs")).isZero();
    assertThat(attempts(job)).extracting(Attempt::outcome).containsExactly("worker_lost");
  }

  @Test
  void aWorkerThatRenewedItsLeaseMeanwhileKeepsItsJob() {
    Claim claim = lost(aJob().in(DB));
    List<Lost> found = found();
    in(tx -> JobClaims.renew(tx, List.of(claim), LEASE));

    assertThat(rescue(found)).isEmpty();

    assertThat(JobTests.stored(DB.pool(), claim.job().id())).isEqualTo(claim.job());
    assertThat(attempts(claim.job())).isEmpty();
  }

  @Test
  void aJobThatEndedOrWasTakenByAnotherMeanwhileIsLeftAlone() {
    Claim ended = lost(aJob().in(DB));
    Claim taken = lost(aJob().in(DB));
    List<Lost> found = found();
    in(tx -> new JobStore().finish(tx, ended, null));
    in(tx -> new JobStore().giveBack(tx, taken));
    Claim successor = lost(taken.job());

    assertThat(rescue(found)).isEmpty();

    assertThat(JobTests.stored(DB.pool(), ended.job().id()).status()).isEqualTo(JobStatus.FINISHED);
    assertThat(JobTests.stored(DB.pool(), taken.job().id()).claimId())
        .as("although its lease is over too: that verdict is of another attempt")
        .isEqualTo(successor.claimId());
  }

  @Test
  void eachVerdictIsThatOfItsJob() {
    Job one = aJob().in(DB);
    Job other = aJob().in(DB);
    lost(JobTests.claim(DB.pool(), one, "w-one"));
    lost(JobTests.claim(DB.pool(), other, "w-other"));

    rescue(found().reversed());

    assertThat(JobTests.stored(DB.pool(), one.id()).error()).isEqualTo("cause of w-one");
    assertThat(JobTests.stored(DB.pool(), other.id()).error()).isEqualTo("cause of w-other");
  }

  @Test
  void aRowThatSomebodyHoldsIsSkipped() throws Exception {
    Claim held = lost(aJob().in(DB));
    Claim free = lost(aJob().in(DB));
    try (Connection other = DB.connect()) {
      other.setAutoCommit(false);
      try (var statement =
          other.prepareStatement("SELECT id FROM pipeline_jobs WHERE id = ? FOR UPDATE")) {
        statement.setObject(1, held.job().id());
        assertThat(statement.executeQuery().next()).isTrue();
      }

      assertThat(rescue(found())).extracting(Job::id).containsExactly(free.job().id());
      other.rollback();
    }
    assertThat(rescue(found())).extracting(Job::id).containsExactly(held.job().id());
  }

  @Test
  void twoLeadersNeverRescueAJobTwice() throws Exception {
    IntStream.range(0, 40).forEach(_ -> lost(aJob().in(DB)));
    List<Lost> found = found();
    var together = new CyclicBarrier(2);
    List<Future<List<Job>>> rescued = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int leader = 0; leader < 2; leader++) {
        rescued.add(
            threads.submit(
                () -> {
                  together.await(20, TimeUnit.SECONDS);
                  return rescue(found);
                }));
      }
    }

    List<UUID> ids = new ArrayList<>();
    for (Future<List<Job>> one : rescued) {
      one.get().forEach(job -> ids.add(job.id()));
    }
    assertThat(ids).doesNotHaveDuplicates();
    assertThat(DB.number("SELECT count(*) AS n FROM job_attempts")).isEqualTo(ids.size());
    assertThat(DB.number("SELECT count(*) AS n FROM pipeline_jobs WHERE losses = 1"))
        .isEqualTo(ids.size());
  }

  @Test
  void aJobThatWasLostTwiceIsInQuarantine() {
    Job job = aJob().in(DB);
    Job other = aJob().in(DB);
    lost(job);
    assertThat(inQuarantine(rescue(found()))).isFalse();
    lost(job);
    lost(other);

    List<Job> rescued = rescue(found());

    assertThat(rescued).hasSize(2);
    assertThat(quarantined(rescued)).containsExactly(job.id());
  }

  @Test
  void attemptsThatFailedByThemselvesAreNoLosses() {
    Job job = aJob().in(DB);
    for (int n = 0; n < 3; n++) {
      Claim claim = claim(job);
      in(tx -> new JobStore().retryLater(tx, claim, Duration.ZERO, ErrorCode.TIMEOUT, "slow"));
    }

    assertThat(inQuarantine(List.of(job))).isFalse();
  }

  private boolean inQuarantine(List<Job> jobs) {
    return !quarantined(jobs).isEmpty();
  }

  private Set<UUID> quarantined(List<Job> jobs) {
    return in(tx -> rescues.inQuarantine(tx, jobs));
  }

  private List<Lost> found() {
    return in(tx -> rescues.lost(tx, 100));
  }

  private List<Job> rescue(List<Lost> found) {
    List<Verdict> verdicts =
        found.stream().map(lost -> new Verdict(lost, "cause of " + lost.worker())).toList();
    return in(tx -> rescues.rescue(tx, verdicts));
  }

  private static Claim claim(Job job) {
    return JobTests.claim(DB.pool(), job, "w-1");
  }

  private static Claim lost(Job job) {
    return lost(claim(job));
  }

  private static Claim lost(Claim claim) {
    expire(claim);
    return claim;
  }

  private static void expire(Claim claim) {
    DB.pool()
        .run(
            tx ->
                tx.update(
                    "UPDATE pipeline_jobs SET lease_until = now() - interval '1 second' WHERE claim_id = ?",
                    claim.claimId()));
  }

  private static List<Attempt> attempts(Job job) {
    return in(tx -> new JobLists().attempts(tx, job.id()));
  }

  private static <T> T in(Function<Tx, T> work) {
    return DB.pool().inTransaction(work);
  }

  private static <T> List<T> list(Function<Tx, List<T>> work) {
    return in(work);
  }
}
