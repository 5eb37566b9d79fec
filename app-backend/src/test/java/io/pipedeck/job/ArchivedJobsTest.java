package io.pipedeck.job;

import static io.pipedeck.job.JobTests.aJob;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobPage;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView;
import io.pipedeck.api.Json;
import io.pipedeck.api.OnDuplicate;
import io.pipedeck.archive.OldJobs;
import io.pipedeck.db.MigratedDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What people see and do does not change when a job is archived. */
class ArchivedJobsTest {
  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();

  private final List<UUID> pushed = new CopyOnWriteArrayList<>();
  private final JobStore store = new JobStore();
  private final JobWriter writer = new JobWriter(DB.pool());
  private final JobService service =
      new JobService(
          DB.pool(),
          writer,
          new JobQueue() {
            @Override
            public void push(List<Job> jobs) {
              jobs.forEach(job -> pushed.add(job.id()));
            }

            @Override
            public void feed(List<Job> jobs) {
              push(jobs);
            }

            @Override
            public void cancel(Job job) {}
          },
          JobEvents.NONE,
          new WaitingReasons((_, _) -> OptionalLong.empty(), Turns.Shares.EQUAL));

  @AfterEach
  void close() {
    writer.close();
  }

  @Test
  void anArchivedJobIsShownAsBefore() throws Exception {
    Job failed = failed(aJob().ofRealm("a"));
    Job finished = finished(aJob());
    OldJobs.age(DB, 31);
    String failedBefore = json(service.view(failed.id()).orElseThrow());
    String finishedBefore = json(service.view(finished.id()).orElseThrow());

    OldJobs.archive(DB.pool());

    assertThat(live()).isZero();
    assertThat(json(service.view(failed.id()).orElseThrow())).isEqualTo(failedBefore);
    assertThat(json(service.view(finished.id()).orElseThrow())).isEqualTo(finishedBefore);
    assertThat(service.view(UUID.randomUUID())).isEmpty();
    assertThat(service.view(Ids.next())).isEmpty();
  }

  /** An id says when it was made; where that is wrong, the job is found all the same. */
  @Test
  void aJobWhoseIdSaysAnotherTimeIsFound() {
    Job job = finished(aJob());
    OldJobs.age(DB, 400);
    UUID random = UUID.randomUUID();
    DB.foreign(
        """
        INSERT INTO pipeline_jobs (id, runner, status, created_at, finished_at)
        VALUES ('%s', 'native', 'canceled', '2020-05-05Z', '2020-05-05Z')
        """
            .formatted(random));

    OldJobs.archive(DB.pool());

    assertThat(live()).isZero();
    assertThat(service.view(job.id())).isPresent();
    assertThat(service.view(random)).isPresent();
  }

  /** Each combination of filters, pages of several sizes, over the border of the two tables. */
  @Test
  void listsGoOnFromTheTableIntoTheArchive() {
    var random = new Random(20_261_124);
    fill(random, 240);
    List<JobPage.Filters> combinations = combinations();
    List<List<JobView>> before = combinations.stream().map(f -> pages(f, 500)).toList();

    OldJobs.archive(DB.pool());

    assertThat(live()).isBetween(60L, 180L);
    for (int i = 0; i < combinations.size(); i++) {
      for (int size : new int[] {1, 7, 500}) {
        assertThat(pages(combinations.get(i), size))
            .as("%s by %d", combinations.get(i), size)
            .isEqualTo(before.get(i));
      }
    }
    assertThat(before.getFirst()).hasSize(243);
    assertThat(before).allSatisfy(list -> assertThat(list).isNotEmpty());
  }

  /** Young and old ends at all times of creation, so that the two tables interleave. */
  private static void fill(Random random, int count) {
    for (int n = 0; n < count; n++) {
      String status = List.of("finished", "failed", "canceled").get(random.nextInt(3));
      String realm = random.nextInt(5) == 0 ? "NULL" : "'realm-" + random.nextInt(3) + "'";
      String queue = List.of("urgent", "default", "slow").get(random.nextInt(3));
      int hours = random.nextInt(2_000);
      int ended = random.nextBoolean() ? hours : random.nextInt(700);
      // Some at the same moment.
      DB.foreign(
          """
          INSERT INTO pipeline_jobs (rq_job_id, runner, realm, queue, status, created_at, finished_at, payload, result)
          VALUES (gen_random_uuid(), 'native', %s, '%s', '%s', date_trunc('day', now() - %d * interval '1 hour'),
              now() - %d * interval '1 hour', '{"filename": "%d.pdf"}', '{"summary": "number %d"}')
          """
              .formatted(realm, queue, status, hours, Math.min(ended, hours), n, n));
    }
    DB.foreign(
        """
        INSERT INTO pipeline_jobs (rq_job_id, realm, queue, status, created_at)
        VALUES ('f1', 'realm-1', 'urgent', 'deferred', now() - interval '80 days'),
            ('f2', 'realm-1', 'slow', 'failed', NULL), ('f3', NULL, 'else', 'started', now())
        """);
  }

  private static List<JobPage.Filters> combinations() {
    List<JobPage.Filters> all = new ArrayList<>();
    for (String realm : new String[] {null, "realm-1"}) {
      for (String queue : new String[] {null, "slow"}) {
        for (JobStatus status : new JobStatus[] {null, JobStatus.FAILED}) {
          all.add(new JobPage.Filters(realm, queue, status));
        }
      }
    }
    return all;
  }

  private List<JobView> pages(JobPage.Filters filters, int size) {
    List<JobView> all = new ArrayList<>();
    @Nullable String next = null;
    do {
      Cursor before = next == null ? null : Cursor.parse(next).orElseThrow();
      JobPage page = service.recent(filters, size, before);
      all.addAll(page.jobs());
      next = page.next();
    } while (next != null);
    return all;
  }

  @Test
  void aFailedJobIsRetriedOutOfTheArchive() {
    Job job = failed(aJob().ofRealm("a").attempts(1));
    OldJobs.age(DB, 31);
    OldJobs.archive(DB.pool());

    Job queued = service.retry(job.id(), JobStatus.FAILED);

    assertThat(queued.status()).isEqualTo(JobStatus.QUEUED);
    assertThat(queued.rev()).isEqualTo(job.rev() + 1);
    assertThat(pushed).containsExactly(job.id());
    assertThat(archived()).isZero();
    JobView view = service.view(job.id()).orElseThrow();
    assertThat(view.attempts()).extracting(JobView.Attempt::outcome).containsExactly("failed");
    Claim claim = JobTests.claim(DB.pool(), queued, "w-2");
    assertThat(claim.job().attempt()).isEqualTo(2);
    assertThat(service.counts().running()).isEqualTo(1);
    assertThat(service.counts().failed()).isZero();
  }

  @Test
  void whatCanNotBeRetriedStaysInTheArchive() {
    Job job = finished(aJob());
    OldJobs.age(DB, 31);
    OldJobs.archive(DB.pool());

    assertThatThrownBy(() -> service.retry(job.id(), null))
        .isInstanceOf(JobConflictException.class)
        .hasMessage("The job was not retried: it is finished now.");

    assertThat(live()).isZero();
    assertThat(archived()).isEqualTo(1);
    assertThat(service.counts().finished()).isEqualTo(1);
  }

  @Test
  void ofManyRetriesAtOnceOneWins() throws Exception {
    Job job = failed(aJob());
    OldJobs.age(DB, 31);
    OldJobs.archive(DB.pool());
    int operators = 6;
    var start = new CyclicBarrier(operators);
    List<Future<Boolean>> answers = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < operators; i++) {
        answers.add(
            threads.submit(
                () -> {
                  start.await(20, TimeUnit.SECONDS);
                  try {
                    service.retry(job.id(), JobStatus.FAILED);
                    return true;
                  } catch (JobConflictException e) {
                    assertThat(e.current().status()).isEqualTo(JobStatus.QUEUED);
                    return false;
                  }
                }));
      }
    }
    int won = 0;
    for (Future<Boolean> answer : answers) {
      won += answer.get() ? 1 : 0;
    }
    assertThat(won).isEqualTo(1);
    assertThat(pushed).containsExactly(job.id());
    assertThat(live()).isEqualTo(1);
    assertThat(archived()).isZero();
  }

  @Test
  void aJobThatHasEndedIsDeletedWhereverItIs() {
    Job old = failed(aJob());
    OldJobs.age(DB, 31);
    Job young = finished(aJob());
    OldJobs.archive(DB.pool());

    assertThatThrownBy(() -> service.delete(old.id(), JobStatus.CANCELED))
        .isInstanceOf(JobConflictException.class);
    assertThat(service.delete(old.id(), JobStatus.FAILED).id()).isEqualTo(old.id());
    assertThat(service.delete(young.id(), null).id()).isEqualTo(young.id());

    assertThat(service.view(old.id())).isEmpty();
    assertThat(service.view(young.id())).isEmpty();
    assertThat(DB.number("SELECT count(*) AS n FROM job_attempts")).isZero();
    assertThat(service.counts().finished() + service.counts().failed()).isZero();
    assertThatThrownBy(() -> service.delete(old.id(), null))
        .isInstanceOf(JobNotFoundException.class);
  }

  @Test
  void whatHasNotEndedOrIsNotOursIsNotDeleted() {
    Job job = aJob().in(DB);
    DB.foreign(
        "INSERT INTO pipeline_jobs (id, rq_job_id, status) VALUES ('%s', 'x', 'finished')"
            .formatted(new UUID(0, 1)));

    assertThatThrownBy(() -> service.delete(job.id(), null))
        .isInstanceOf(JobConflictException.class)
        .hasMessage("The job was not deleted: it is queued now.");
    assertThatThrownBy(() -> service.delete(new UUID(0, 1), null))
        .isInstanceOf(JobConflictException.class)
        .hasMessageContaining("another program");
    assertThat(live()).isEqualTo(2);
  }

  @Test
  void keysAndContentsOfArchivedJobsAreKnown() {
    String sha256 = "b".repeat(64);
    Job job = finished(aJob().ofRealm("a").ofContent(sha256));
    DB.foreign(
        "INSERT INTO idempotency_keys (realm, key, job_id) VALUES ('a', 'k', '%s')"
            .formatted(job.id()));
    OldJobs.age(DB, 31);
    OldJobs.archive(DB.pool());

    assertThat(service.ofIdempotencyKey("a", "k")).map(Job::id).contains(job.id());
    assertThat(service.enqueue(aJob().ofRealm("a").keyed("k").build()).id()).isEqualTo(job.id());
    NewJob same = aJob().ofRealm("a").ofContent(sha256).build();
    assertThat(service.enqueue(same, OnDuplicate.REUSE).job().id()).isEqualTo(job.id());
    NewJob elsewhere = aJob().ofRealm("b").ofContent(sha256).build();
    assertThat(service.enqueue(elsewhere, OnDuplicate.REUSE).job().id()).isEqualTo(elsewhere.id());
  }

  @Test
  void emptyingOneTableByHandLeavesTheCountsOfTheOther() {
    finished(aJob());
    OldJobs.age(DB, 31);
    OldJobs.archive(DB.pool());
    failed(aJob());

    DB.foreign("TRUNCATE pipeline_jobs");
    assertThat(service.counts().finished()).isEqualTo(1);
    assertThat(service.counts().failed()).isZero();

    failed(aJob());
    DB.foreign("TRUNCATE pipeline_jobs_archive");
    assertThat(service.counts().finished()).isZero();
    assertThat(service.counts().failed()).isEqualTo(1);
  }

  private Job finished(JobTests.Builder job) {
    Claim claim = JobTests.claim(DB.pool(), job.in(DB), "w-1");
    var result = Json.mapper().createObjectNode().put("summary", "it went well");
    return DB.pool().inTransaction(tx -> store.finish(tx, claim, result)).orElseThrow();
  }

  private Job failed(JobTests.Builder job) {
    Claim claim = JobTests.claim(DB.pool(), job.in(DB), "w-1");
    return DB.pool()
        .inTransaction(tx -> store.fail(tx, claim, ErrorCode.NO_TEXT, "no \"text\"\n at all"))
        .orElseThrow();
  }

  private static String json(JobView view) throws Exception {
    return Json.mapper().writeValueAsString(view);
  }

  private static long live() {
    return DB.number("SELECT count(*) AS n FROM pipeline_jobs");
  }

  private static long archived() {
    return DB.number("SELECT count(*) AS n FROM pipeline_jobs_archive");
  }
}
