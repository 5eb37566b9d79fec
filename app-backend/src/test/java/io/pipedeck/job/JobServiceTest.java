package io.pipedeck.job;

import static io.pipedeck.job.JobTests.aJob;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobEvent;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView;
import io.pipedeck.api.JobView.Waiting;
import io.pipedeck.db.MigratedDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JobServiceTest {
  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();

  private final ToldQueue queue = new ToldQueue();
  private final List<JobEvent> events = new CopyOnWriteArrayList<>();
  private final JobWriter writer = new JobWriter(DB.pool());
  private final JobService service =
      new JobService(
          DB.pool(),
          writer,
          queue,
          changes -> changes.forEach(change -> events.add(change.event())),
          new WaitingReasons((_, _) -> queue.place(), Turns.Shares.EQUAL));

  @AfterEach
  void close() {
    writer.close();
  }

  /** A queue that remembers what it was told. */
  private static final class ToldQueue implements JobQueue {
    private final List<UUID> pushed = new CopyOnWriteArrayList<>();
    private final List<UUID> canceled = new CopyOnWriteArrayList<>();
    private boolean away;

    @Override
    public void push(List<Job> jobs) {
      reach();
      jobs.forEach(job -> pushed.add(job.id()));
    }

    @Override
    public void feed(List<Job> jobs) {
      push(jobs);
    }

    @Override
    public void cancel(Job job) {
      reach();
      canceled.add(job.id());
    }

    private void reach() {
      if (away) {
        throw new QueueUnavailableException("away", new IllegalStateException());
      }
    }

    /** Knows no places: the one among the realm's own jobs counts. */
    OptionalLong place() {
      reach();
      return OptionalLong.empty();
    }
  }

  @Test
  void anEnqueuedJobIsPushedAndTold() {
    Job job = service.enqueue(aJob().build());

    assertThat(queue.pushed).containsExactly(job.id());
    assertThat(events).containsExactly(new JobEvent(job.id(), 1, JobStatus.QUEUED, null, null));
  }

  @Test
  void aScheduledJobIsNotPushed() {
    service.enqueue(aJob().notBefore(Instant.parse("2999-01-01T00:00:00Z")).build());

    assertThat(queue.pushed).isEmpty();
    assertThat(events).hasSize(1);
  }

  @Test
  void aJobIsAcceptedWhileTheQueueIsAway() {
    queue.away = true;

    Job job = service.enqueue(aJob().build());

    assertThat(JobTests.stored(DB.pool(), job.id()).status()).isEqualTo(JobStatus.QUEUED);
  }

  @Test
  void theSameKeyInTheSameRealmGivesTheFirstJob() {
    Job first = service.enqueue(aJob().ofRealm("a").keyed("k").build());

    assertThat(service.enqueue(aJob().ofRealm("a").keyed("k").build()).id()).isEqualTo(first.id());
    assertThat(service.enqueue(aJob().ofRealm("b").keyed("k").build()).id())
        .isNotEqualTo(first.id());
    assertThat(service.enqueue(aJob().keyed("k").build()).id()).isNotEqualTo(first.id());
    assertThat(service.enqueue(aJob().ofRealm("a").keyed("k2").build()).id())
        .isNotEqualTo(first.id());
    assertThat(service.ofIdempotencyKey("a", "k")).map(Job::id).contains(first.id());
    assertThat(service.ofIdempotencyKey("c", "k")).isEmpty();
    assertThat(queue.pushed).hasSize(4);
  }

  @Test
  void aKeyWithoutARealmIsOneKey() {
    Job first = service.enqueue(aJob().keyed("k").build());

    assertThat(service.enqueue(aJob().keyed("k").build()).id()).isEqualTo(first.id());
    assertThat(service.ofIdempotencyKey(null, "k")).map(Job::id).contains(first.id());
  }

  @Test
  void aKeyWhoseJobIsGoneStandsForTheNextOne() {
    service.enqueue(aJob().keyed("k").build());
    DB.foreign("DELETE FROM pipeline_jobs");

    Job second = service.enqueue(aJob().keyed("k").build());

    assertThat(service.enqueue(aJob().keyed("k").build()).id()).isEqualTo(second.id());
  }

  @Test
  void manyWithOneKeyAtOnceMakeOneJob() throws Exception {
    int senders = 8;
    for (int round = 0; round < 5; round++) {
      String key = "race-" + round;
      var start = new CyclicBarrier(senders);
      List<Future<Job>> answers = new ArrayList<>();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < senders; i++) {
          answers.add(
              threads.submit(
                  () -> {
                    start.await(20, TimeUnit.SECONDS);
                    return service.enqueue(aJob().keyed(key).build());
                  }));
        }
      }
      Set<UUID> ids = new HashSet<>();
      for (Future<Job> answer : answers) {
        ids.add(answer.get().id());
      }
      assertThat(ids).hasSize(1);
    }
    assertThat(DB.number("SELECT count(*) AS n FROM pipeline_jobs")).isEqualTo(5);
    assertThat(queue.pushed).hasSize(5);
  }

  @Test
  void aCanceledJobIsTakenOutOfTheQueueAndTold() {
    Job job = service.enqueue(aJob().build());

    Job canceled = service.cancel(job.id(), JobStatus.QUEUED);

    assertThat(canceled.status()).isEqualTo(JobStatus.CANCELED);
    assertThat(queue.canceled).containsExactly(job.id());
    assertThat(events.getLast().status()).isEqualTo(JobStatus.CANCELED);
  }

  @Test
  void aConflictCarriesTheJobAsItIsAndChangesNothing() {
    Job job = service.enqueue(aJob().build());
    Claim claim = JobTests.claim(DB.pool(), job, "w-1");

    var conflict =
        catchThrowableOfType(
            JobConflictException.class, () -> service.cancel(job.id(), JobStatus.QUEUED));

    assertThat(conflict.current()).isEqualTo(claim.job());
    assertThat(conflict).hasMessage("The job was not canceled: it is running now.");
    assertThat(queue.canceled).isEmpty();
    assertThatThrownBy(() -> service.retry(job.id(), null))
        .isInstanceOf(JobConflictException.class)
        .hasMessage("The job was not retried: it is running now.");
  }

  @Test
  void aFinishedJobIsNeitherCanceledNorRetried() {
    Job job = service.enqueue(aJob().build());
    Claim claim = JobTests.claim(DB.pool(), job, "w-1");
    DB.pool().inTransaction(tx -> new JobStore().finish(tx, claim, null));

    assertThatThrownBy(() -> service.cancel(job.id(), null))
        .isInstanceOf(JobConflictException.class);
    assertThatThrownBy(() -> service.retry(job.id(), JobStatus.FINISHED))
        .isInstanceOf(JobConflictException.class);
  }

  @Test
  void aFailedJobIsRetriedAndPushedAgain() {
    Job job = service.enqueue(aJob().attempts(1).build());
    Claim claim = JobTests.claim(DB.pool(), job, "w-1");
    DB.pool().inTransaction(tx -> new JobStore().fail(tx, claim, ErrorCode.NO_TEXT, "none"));

    Job again = service.retry(job.id(), JobStatus.FAILED);

    assertThat(again.status()).isEqualTo(JobStatus.QUEUED);
    assertThat(queue.pushed).containsExactly(job.id(), job.id());
  }

  @Test
  void rowsOfOtherProgramsAreShownAndNotChanged() {
    DB.foreign(
        "INSERT INTO pipeline_jobs (rq_job_id, status, payload) VALUES ('x', 'queued', '[1]')");
    UUID id = UUID.fromString(DB.text("SELECT id::text AS text FROM pipeline_jobs"));

    JobView view = service.view(id).orElseThrow();
    assertThat(view.rqJobId()).isEqualTo("x");
    assertThat(view.payload()).hasToString("[1]");
    assertThat(view.waiting()).isNull();
    assertThat(view.attempts()).isNull();
    assertThat(view.attempt()).isNull();
    assertThatThrownBy(() -> service.cancel(id, null))
        .isInstanceOf(JobConflictException.class)
        .hasMessageContaining("another program");
  }

  @Test
  void aJobThatIsNotThereIsSaidSo() {
    UUID id = UUID.randomUUID();

    assertThat(service.view(id)).isEmpty();
    assertThatThrownBy(() -> service.cancel(id, null))
        .isInstanceOf(JobNotFoundException.class)
        .hasMessageContaining(id.toString());
  }

  @Test
  void everyWaitingJobHasOneReason() {
    Job first = service.enqueue(aJob().build());
    Job second = service.enqueue(aJob().build());
    Job later = service.enqueue(aJob().notBefore(Instant.parse("2999-01-01T00:00:00Z")).build());
    Job retried = service.enqueue(aJob().on("slow").build());
    Claim claim = JobTests.claim(DB.pool(), retried, "w-1");
    assertThat(service.view(retried.id()).orElseThrow().waiting()).isNull();
    DB.pool()
        .inTransaction(
            tx ->
                new JobStore()
                    .retryLater(tx, claim, Duration.ofHours(1), ErrorCode.TIMEOUT, "slow"));

    assertThat(reason(first)).isEqualTo("no_worker_for_queue");
    JobTests.node(DB.pool(), "n-1", 2);
    assertThat(reason(first)).isEqualTo("next_in_line");
    assertThat(reason(second)).isEqualTo("behind_others");
    assertThat(waiting(second).position()).isEqualTo(1);
    assertThat(reason(later)).isEqualTo("start_time");
    assertThat(reason(retried)).isEqualTo("retry_backoff");
    queue.away = true;
    assertThat(reason(second)).as("its place is counted in PostgreSQL").isEqualTo("behind_others");
    assertThat(waiting(second).position()).isEqualTo(1);
  }

  private String reason(Job job) {
    return waiting(job).reason();
  }

  private Waiting waiting(Job job) {
    return Objects.requireNonNull(service.view(job.id()).orElseThrow().waiting());
  }
}
