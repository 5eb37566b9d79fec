package io.pipedeck.job;

import static io.pipedeck.job.JobTests.LEASE;
import static io.pipedeck.job.JobTests.aJob;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView.Attempt;
import io.pipedeck.api.JobView.Progress;
import io.pipedeck.api.Json;
import io.pipedeck.db.MigratedDatabase;
import io.pipedeck.db.Tx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JobStoreTest {
  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();

  private static final JsonNode RESULT = Json.mapper().valueToTree(Map.of("chunks", 3));

  private final JobStore store = new JobStore();

  @Test
  void aNewJobIsQueuedAndOursAndUnharmed() {
    Job job = aJob().ofRealm("finance").on("urgent").in(DB);

    assertThat(job.status()).isEqualTo(JobStatus.QUEUED);
    assertThat(job.nativeRow()).isTrue();
    assertThat(job.rqJobId()).isEqualTo(job.id().toString());
    assertThat(job.rev()).isEqualTo(1);
    assertThat(job.attempt()).isZero();
    assertThat(job.realm()).isEqualTo("finance");
    assertThat(job.createdAt()).isNotNull();
    assertThat(stored(job)).isEqualTo(job);
  }

  @Test
  void aJobWithAStartTimeIsScheduledUntilThen() {
    assertThat(aJob().notBefore(Instant.parse("2999-01-01T00:00:00Z")).in(DB).status())
        .isEqualTo(JobStatus.SCHEDULED);
    assertThat(aJob().notBefore(Instant.parse("2001-01-01T00:00:00Z")).in(DB).status())
        .isEqualTo(JobStatus.QUEUED);
  }

  @Test
  void anIdThatIsThereStaysAsItIs() {
    NewJob job = aJob().build();

    Job stored = in(tx -> store.insert(tx, job)).orElseThrow();
    claim(stored, "w-1");

    assertThat(maybe(tx -> store.insert(tx, job))).as("the same again").contains(stored(stored));
    assertThat(maybe(tx -> store.insert(tx, ofId(job.id(), aJob().on("slow").build()))))
        .as("another job")
        .isEmpty();
    assertThat(stored(stored).queue()).isEqualTo("default");
  }

  private static NewJob ofId(UUID id, NewJob job) {
    return new NewJob(
        id,
        job.realm(),
        job.queue(),
        job.function(),
        job.payload(),
        job.maxAttempts(),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  @Test
  void aClaimRunsTheJobWithALeaseAndCountsTheAttempt() {
    Job job = aJob().in(DB);

    Claim claim = claim(job, "w-1");

    Job running = claim.job();
    assertThat(running.status()).isEqualTo(JobStatus.RUNNING);
    assertThat(running.attempt()).isEqualTo(1);
    assertThat(running.worker()).isEqualTo("w-1");
    assertThat(running.claimId()).isEqualTo(claim.claimId());
    assertThat(running.startedAt()).isNotNull();
    assertThat(running.rev()).isEqualTo(2);
    assertThat(
            DB.number(
                "SELECT extract(epoch FROM lease_until - started_at)::bigint AS n FROM pipeline_jobs WHERE id = ?",
                job.id()))
        .isEqualTo(30);
    assertThat(attempts(job)).as("those that ended").isEmpty();
    assertThat(JobClaims.runningAttempt(running))
        .isEqualTo(new Attempt(1, "w-1", running.startedAt(), null, "running", null, null));
  }

  @Test
  void whatIsTakenFinalOrNotDueIsNotClaimed() {
    Job taken = aJob().in(DB);
    claim(taken, "w-1");
    Job finished = aJob().in(DB);
    Claim done = claim(finished, "w-1");
    in(tx -> store.finish(tx, done, RESULT));
    Job later = aJob().notBefore(Instant.parse("2999-01-01T00:00:00Z")).in(DB);
    Job free = aJob().in(DB);

    List<UUID> ids =
        List.of(taken.id(), finished.id(), later.id(), free.id(), free.id(), UUID.randomUUID());
    List<Claim> claims = in(tx -> store.claim(tx, ids, "w-2", LEASE));

    assertThat(claims).extracting(claim -> claim.job().id()).containsExactly(free.id());
    assertThat(stored(taken).worker()).isEqualTo("w-1");
  }

  @Test
  void aScheduledJobMayBeClaimedOnceItIsDue() {
    Job job = aJob().notBefore(Instant.parse("2999-01-01T00:00:00Z")).in(DB);
    DB.foreign("UPDATE pipeline_jobs SET run_at = now() + interval '500 milliseconds'");

    assertThat(claim(job, "w-1").job().status()).isEqualTo(JobStatus.RUNNING);
  }

  @Test
  void manyWorkersNeverTakeAJobTwice() throws Exception {
    int workers = 6;
    List<UUID> ids = IntStream.range(0, 120).mapToObj(_ -> aJob().in(DB).id()).toList();
    var start = new CyclicBarrier(workers);
    List<Future<List<Claim>>> taken = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int w = 0; w < workers; w++) {
        String name = "w-" + w;
        var order = new ArrayList<>(ids);
        Collections.shuffle(order, new Random(w));
        taken.add(
            threads.submit(
                () -> {
                  start.await(20, TimeUnit.SECONDS);
                  List<Claim> mine = new ArrayList<>();
                  for (UUID id : order) {
                    mine.addAll(in(tx -> store.claim(tx, List.of(id), name, LEASE)));
                  }
                  return mine;
                }));
      }
    }

    List<UUID> claimed = new ArrayList<>();
    for (Future<List<Claim>> worker : taken) {
      worker.get().forEach(claim -> claimed.add(claim.job().id()));
    }
    assertThat(claimed).hasSize(120).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(DB.number("SELECT count(*) AS n FROM pipeline_jobs WHERE attempt = 1"))
        .isEqualTo(120);
  }

  @Test
  void attemptsAreNumberedWithoutGaps() {
    Job job = aJob().in(DB);
    for (int n = 1; n <= 3; n++) {
      Claim claim = claim(job, "w-" + n);
      assertThat(claim.job().attempt()).isEqualTo(n);
      in(tx -> store.retryLater(tx, claim, Duration.ZERO, ErrorCode.INTERNAL_ERROR, "no"));
    }

    assertThat(attempts(job)).extracting(Attempt::attempt).containsExactly(3, 2, 1);
    assertThat(attempts(job)).extracting(Attempt::outcome).containsOnly("retry");
  }

  @Test
  void theNextAttemptBeginsNotBehindTheLast() {
    Job job = aJob().in(DB);
    Claim first = claim(job, "w-1");
    in(tx -> report(tx, first, 57));
    Job between =
        in(tx -> store.retryLater(tx, first, Duration.ZERO, ErrorCode.INTERNAL_ERROR, "no"))
            .orElseThrow();
    assertThat(between.progress()).isNull();
    assertThat(JobTests.stored(DB.pool(), job.id()).progress()).as("it only waits").isNull();

    Claim second = claim(job, "w-2");
    assertThat(second.job().progress()).extracting(Progress::percent).isEqualTo(57);
    in(tx -> store.giveBack(tx, second));

    assertThat(JobTests.stored(DB.pool(), job.id()).progress()).isNull();
    assertThat(claim(job, "w-3").job().progress()).extracting(Progress::percent).isEqualTo(57);
    expireLeases();
    assertThat(rescue()).extracting(Job::progress).containsOnlyNulls();
    assertThat(claim(job, "w-4").job().progress()).extracting(Progress::percent).isEqualTo(57);
  }

  @Test
  void aRetryThatSomebodyAsksForBeginsAnew() {
    Job job = aJob().in(DB);
    Claim claim = claim(job, "w-1");
    in(tx -> report(tx, claim, 57));
    in(tx -> store.fail(tx, claim, ErrorCode.INTERNAL_ERROR, "no"));
    in(tx -> store.requeue(tx, job.id(), JobStatus.FAILED, null));

    assertThat(claim(job, "w-2").job().progress()).isNull();
  }

  @Test
  void finishKeepsTheResultAndErasesWhatIsOver() {
    Job job = aJob().withSecret("sealed").in(DB);
    Claim claim = claim(job, "w-1");
    in(tx -> report(tx, claim, 50));

    Job finished = in(tx -> store.finish(tx, claim, RESULT)).orElseThrow();

    assertThat(finished.status()).isEqualTo(JobStatus.FINISHED);
    assertThat(finished.result()).isEqualTo(RESULT);
    assertThat(finished.finishedAt()).isNotNull();
    assertThat(finished.claimId()).isNull();
    assertThat(finished.worker()).isNull();
    assertThat(finished.progress()).isNull();
    assertThat(DB.number("SELECT count(secret) AS n FROM pipeline_jobs")).isZero();
    assertThat(attempts(job)).extracting(Attempt::outcome).containsExactly("finished");
  }

  @Test
  void failKeepsCodeAndWords() {
    Job job = aJob().withSecret("sealed").in(DB);
    Claim claim = claim(job, "w-1");

    Job failed =
        in(tx -> store.fail(tx, claim, ErrorCode.NO_TEXT, "nothing \u0000 in it")).orElseThrow();

    assertThat(failed.status()).isEqualTo(JobStatus.FAILED);
    assertThat(failed.errorCode()).isEqualTo(ErrorCode.NO_TEXT);
    assertThat(failed.error()).isEqualTo("nothing  in it");
    assertThat(failed.startedAt()).isNotNull();
    assertThat(DB.number("SELECT count(secret) AS n FROM pipeline_jobs")).isZero();
    assertThat(attempts(job).getFirst().errorCode()).isEqualTo(ErrorCode.NO_TEXT);
  }

  @Test
  void theNextAttemptWaitsForThePauseAndKeepsTheSecret() {
    Job job = aJob().withSecret("sealed").in(DB);
    Claim claim = claim(job, "w-1");

    Job scheduled =
        in(tx -> store.retryLater(tx, claim, Duration.ofHours(1), ErrorCode.TIMEOUT, "slow"))
            .orElseThrow();

    assertThat(scheduled.status()).isEqualTo(JobStatus.SCHEDULED);
    assertThat(list(tx -> store.queueDue(tx, 10))).isEmpty();
    assertThat(list(tx -> store.claim(tx, List.of(job.id()), "w-2", LEASE))).isEmpty();
    assertThat(DB.number("SELECT count(secret) AS n FROM pipeline_jobs")).isEqualTo(1);

    DB.foreign("UPDATE pipeline_jobs SET run_at = now()");
    List<Job> due = in(tx -> store.queueDue(tx, 10));
    assertThat(due).extracting(Job::status).containsExactly(JobStatus.QUEUED);
    assertThat(maybe(tx -> store.secret(tx, claim(job, "w-2")))).contains("sealed");
  }

  @Test
  void aJobThatIsGivenBackLosesNoAttempt() {
    Job job = aJob().in(DB);
    Claim claim = claim(job, "w-1");

    Job queued = in(tx -> store.giveBack(tx, claim)).orElseThrow();

    assertThat(queued.status()).isEqualTo(JobStatus.QUEUED);
    assertThat(queued.attempt()).isZero();
    assertThat(queued.claimId()).isNull();
    assertThat(claim(job, "w-2").job().attempt()).isEqualTo(1);
    assertThat(attempts(job)).extracting(Attempt::outcome).containsExactly("given_back");
  }

  /** What an attempt may write. */
  record Write(String name, BiFunction<Tx, Claim, Optional<?>> sql) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Write> everyWrite() {
    var store = new JobStore();
    return List.of(
        new Write("finish", (tx, claim) -> store.finish(tx, claim, RESULT)),
        new Write("fail", (tx, claim) -> store.fail(tx, claim, ErrorCode.NO_TEXT, "late")),
        new Write(
            "retryLater",
            (tx, claim) -> store.retryLater(tx, claim, Duration.ZERO, ErrorCode.TIMEOUT, "late")),
        new Write("giveBack", store::giveBack),
        new Write("progress", (tx, claim) -> report(tx, claim, 99)));
  }

  @ParameterizedTest
  @MethodSource("everyWrite")
  void aWorkerThatLostItsClaimWritesNothing(Write write) {
    Job job = aJob().in(DB);
    Claim frozen = claim(job, "frozen");
    expireLeases();
    rescue();
    Claim successor = claim(job, "successor");
    Job before = stored(job);

    assertThat(writes(write, frozen)).isFalse();
    in(
        tx -> {
          store.describe(tx, frozen, Json.mapper().createObjectNode().put("pages", 1));
          return true;
        });

    assertThat(stored(job)).isEqualTo(before);
    assertThat(yes(tx -> store.lockClaim(tx, frozen))).isFalse();
    assertThat(set(tx -> JobClaims.renew(tx, List.of(frozen, successor), LEASE)))
        .containsExactly(successor.claimId());
    assertThat(set(tx -> JobClaims.holding(tx, List.of(frozen, successor))))
        .containsExactly(successor.claimId());
    assertThat(attempts(job)).extracting(Attempt::outcome).containsExactly("worker_lost");
    assertThat(writes(write, successor)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("everyWrite")
  void nothingIsWrittenToACanceledJob(Write write) {
    Job job = aJob().in(DB);
    Claim claim = claim(job, "w-1");
    in(tx -> store.cancel(tx, job.id(), JobStatus.RUNNING));
    Job before = stored(job);

    assertThat(writes(write, claim)).isFalse();

    assertThat(stored(job)).isEqualTo(before);
    assertThat(before.status()).isEqualTo(JobStatus.CANCELED);
    assertThat(set(tx -> JobClaims.holding(tx, List.of(claim)))).isEmpty();
    assertThat(attempts(job)).extracting(Attempt::outcome).containsExactly("canceled");
  }

  @Test
  void describeAddsToThePayloadOfTheClaimedJob() {
    Job job = aJob().in(DB);
    Claim claim = claim(job, "w-1");

    in(
        tx -> {
          store.describe(tx, claim, Json.mapper().createObjectNode().put("pages", 7));
          return true;
        });

    assertThat(stored(job).payload()).hasToString("{\"pages\":7,\"filename\":\"a.pdf\"}");
  }

  @Test
  void onlyExpiredLeasesAreRescuedAndTheAttemptCounts() {
    Job lost = aJob().in(DB);
    claim(lost, "dead");
    expireLeases();
    Job alive = aJob().in(DB);
    claim(alive, "alive");

    List<Job> rescued = rescue();

    assertThat(rescued).extracting(Job::id).containsExactly(lost.id());
    Job again = rescued.getFirst();
    assertThat(again.status()).isEqualTo(JobStatus.QUEUED);
    assertThat(again.attempt()).isEqualTo(1);
    assertThat(again.errorCode()).isEqualTo(ErrorCode.WORKER_LOST);
    assertThat(again.startedAt()).isNull();
    assertThat(attempts(lost).getFirst().outcome()).isEqualTo("worker_lost");
    assertThat(stored(alive).status()).isEqualTo(JobStatus.RUNNING);
  }

  @Test
  void aRenewedLeaseIsNotRescued() {
    Job job = aJob().in(DB);
    Claim claim = claim(job, "w-1");
    expireLeases();

    assertThat(set(tx -> JobClaims.renew(tx, List.of(claim), LEASE)))
        .containsExactly(claim.claimId());

    assertThat(rescue()).isEmpty();
    assertThat(stored(job).rev()).isEqualTo(claim.job().rev());
  }

  @Test
  void aJobWhoseLastAttemptIsLostFails() {
    Job job = aJob().attempts(1).withSecret("sealed").in(DB);
    claim(job, "dead");
    expireLeases();

    Job failed = rescue().getFirst();

    assertThat(failed.status()).isEqualTo(JobStatus.FAILED);
    assertThat(failed.error()).isEqualTo("lost");
    assertThat(failed.startedAt()).isNotNull();
    assertThat(failed.finishedAt()).isNotNull();
    assertThat(DB.number("SELECT count(secret) AS n FROM pipeline_jobs")).isZero();
  }

  @Test
  void cancelAndRequeueActOnlyOnTheStatusThatWasSeen() {
    Job job = aJob().in(DB);

    assertThat(maybe(tx -> store.cancel(tx, job.id(), JobStatus.RUNNING))).isEmpty();
    assertThat(maybe(tx -> store.requeue(tx, job.id(), JobStatus.FAILED))).isEmpty();
    assertThat(maybe(tx -> store.cancel(tx, job.id(), JobStatus.QUEUED))).isPresent();
    assertThat(maybe(tx -> store.cancel(tx, job.id(), JobStatus.QUEUED))).isEmpty();

    Job again = in(tx -> store.requeue(tx, job.id(), JobStatus.CANCELED)).orElseThrow();
    assertThat(again.status()).isEqualTo(JobStatus.QUEUED);
    assertThat(again.finishedAt()).isNull();
  }

  @Test
  void anOperatorsRetryGrantsAnotherAttempt() {
    Job job = aJob().attempts(1).in(DB);
    Claim claim = claim(job, "w-1");
    in(tx -> store.fail(tx, claim, ErrorCode.CORRUPT_DOCUMENT, "broken"));

    Job again = in(tx -> store.requeue(tx, job.id(), JobStatus.FAILED)).orElseThrow();

    assertThat(again.maxAttempts()).isEqualTo(2);
    assertThat(again.error()).isNull();
    assertThat(again.errorCode()).isNull();
    assertThat(claim(job, "w-2").job().attempt()).isEqualTo(2);
  }

  @Test
  void rowsOfOtherProgramsAreNeverTouched() {
    DB.foreign(
        """
        INSERT INTO pipeline_jobs (rq_job_id, status, started_at) VALUES ('waits', 'queued', NULL), ('runs', 'running', now());
        UPDATE pipeline_jobs SET status = 'running', started_at = now() WHERE rq_job_id = 'runs'
        """);
    UUID waits = foreignId("waits");
    UUID runs = foreignId("runs");

    assertThat(list(tx -> store.claim(tx, List.of(waits, runs), "w-1", LEASE))).isEmpty();
    assertThat(maybe(tx -> store.cancel(tx, waits, JobStatus.QUEUED))).isEmpty();
    assertThat(maybe(tx -> store.requeue(tx, runs, JobStatus.RUNNING))).isEmpty();
    assertThat(rescue()).isEmpty();
    assertThat(list(tx -> store.queueDue(tx, 10))).isEmpty();
    assertThat(list(tx -> new Backlog().stillQueued(tx, List.of(waits, runs)))).isEmpty();
    assertThat(list(tx -> new Backlog().next(tx, "default", List.of(oldest()), 10))).isEmpty();

    DB.foreign(
        "UPDATE pipeline_jobs SET status = 'finished', result = '{\"n\": 1}', finished_at = now() WHERE rq_job_id = 'runs'");
    assertThat(stored(runs).result()).hasToString("{\"n\":1}");
    assertThat(stored(runs).nativeRow()).isFalse();
  }

  @Test
  void waitingJobsAreInTheOrderInWhichTheyShouldStart() {
    Job first = aJob().in(DB);
    Job second = aJob().in(DB);
    Job third = aJob().in(DB);
    Claim claim = claim(first, "w-1");
    in(tx -> store.giveBack(tx, claim));

    var backlog = new Backlog();
    assertThat(list(tx -> backlog.next(tx, "default", List.of(oldest()), 2)))
        .extracting(Job::id)
        .containsExactly(first.id(), second.id());
    assertThat(list(tx -> backlog.stillQueued(tx, List.of(third.id(), second.id()))))
        .extracting(Job::id)
        .containsExactly(second.id(), third.id());
    assertThat(count(tx -> Backlog.before(tx, stored(third), 10))).isEqualTo(2);
    assertThat(count(tx -> Backlog.before(tx, stored(third), 1))).isEqualTo(1);
    assertThat(count(tx -> Backlog.before(tx, stored(first), 10))).isZero();
  }

  private static <T> T in(Function<Tx, T> work) {
    return DB.pool().inTransaction(work);
  }

  /** As {@link #in}, typed: an assertion can't infer it. */
  private static <T> Optional<T> maybe(Function<Tx, Optional<T>> work) {
    return in(work);
  }

  private static <T> List<T> list(Function<Tx, List<T>> work) {
    return in(work);
  }

  private static <T> Set<T> set(Function<Tx, Set<T>> work) {
    return in(work);
  }

  private static boolean yes(Function<Tx, Boolean> work) {
    return in(work);
  }

  private static int count(Function<Tx, Integer> work) {
    return in(work);
  }

  private Job stored(Job job) {
    return stored(job.id());
  }

  private Job stored(UUID id) {
    return JobTests.stored(DB.pool(), id);
  }

  private Claim claim(Job job, String worker) {
    return JobTests.claim(DB.pool(), job, worker);
  }

  private List<Attempt> attempts(Job job) {
    return in(tx -> new JobLists().attempts(tx, job.id()));
  }

  private static UUID foreignId(String rqJobId) {
    return UUID.fromString(
        DB.text("SELECT id::text AS text FROM pipeline_jobs WHERE rq_job_id = ?", rqJobId));
  }

  private static void expireLeases() {
    DB.foreign(
        "UPDATE pipeline_jobs SET lease_until = now() - interval '1 second' WHERE status = 'running'");
  }

  private static boolean writes(Write write, Claim claim) {
    return in(tx -> write.sql().apply(tx, claim).isPresent());
  }

  private static List<Job> rescue() {
    return JobTests.rescue(DB.pool());
  }

  /** From the oldest job without a realm on. */
  private static Backlog.Place oldest() {
    return new Backlog.Place("", Instant.EPOCH, new UUID(0, 0), 10);
  }

  private static Optional<JobEvents.Change> report(Tx tx, Claim claim, int percent) {
    var progress = new Progress("parse", percent, null, Instant.parse("2026-01-01T00:00:00Z"));
    return JobProgress.write(tx, List.of(new JobProgress.Report(claim, progress))).getFirst();
  }
}
