package io.pipedeck.archive;

import static io.pipedeck.archive.OldJobs.RETENTION;
import static io.pipedeck.job.JobTests.aJob;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobPage;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView.Attempt;
import io.pipedeck.config.RetentionConfig;
import io.pipedeck.db.Database;
import io.pipedeck.db.MigratedDatabase;
import io.pipedeck.job.ArchivedJobs;
import io.pipedeck.job.Claim;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobLists;
import io.pipedeck.job.JobStore;
import io.pipedeck.job.JobTests;
import java.time.Duration;
import java.time.YearMonth;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ArchiverTest {
  private static final int DAYS = 30;

  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();

  private final JobStore store = new JobStore();

  @Test
  void onlyJobsOfOursThatEndedLongAgoMove() {
    Job finished = end(aJob().in(DB), JobStatus.FINISHED);
    Job failed = end(aJob().in(DB), JobStatus.FAILED);
    Job canceled = end(aJob().in(DB), JobStatus.CANCELED);
    aJob().in(DB);
    JobTests.claim(DB.pool(), aJob().in(DB), "w-1");
    OldJobs.age(DB, 31);
    end(aJob().in(DB), JobStatus.FINISHED);
    DB.foreign(
        """
        INSERT INTO pipeline_jobs (rq_job_id, status, created_at, finished_at)
        VALUES ('x', 'finished', now() - interval '90 days', now() - interval '90 days')
        """);
    String counted = counted(DB);

    OldJobs.archive(DB.pool());

    assertThat(ids("pipeline_jobs_archive")).isEqualTo(sorted(finished, failed, canceled));
    assertThat(DB.number("SELECT count(*) AS n FROM pipeline_jobs")).isEqualTo(4);
    assertThat(counted(DB)).isEqualTo(counted);
    assertThat(counted(DB)).isEqualTo(rows(DB));
  }

  @Test
  void aJobMovesAsAWholeWithItsAttempts() {
    Job job = aJob().attempts(2).ofContent("a".repeat(64)).in(DB);
    Claim first = JobTests.claim(DB.pool(), job, "w-1");
    DB.pool()
        .run(
            tx -> {
              store.retryLater(
                  tx, first, Duration.ZERO, ErrorCode.TIMEOUT, "slow \"quoted\" ünïcode");
              store.queueDue(tx, 10);
            });
    end(job, JobStatus.FAILED);
    OldJobs.age(DB, 31);
    Job before = JobTests.stored(DB.pool(), job.id());
    List<Attempt> attempts = DB.pool().inTransaction(tx -> new JobLists().attempts(tx, job.id()));

    OldJobs.archive(DB.pool());

    var archive = new ArchivedJobs();
    Optional<Job> found = DB.pool().inTransaction(tx -> archive.find(tx, job.id()));
    List<Attempt> kept = DB.pool().inTransaction(tx -> archive.attempts(tx, job.id()));
    assertThat(found).contains(before);
    assertThat(kept).isEqualTo(attempts).hasSize(2);
    assertThat(DB.number("SELECT count(*) AS n FROM job_attempts")).isZero();
  }

  @Test
  void aChunkIsAsLargeAsAskedAndTheLastOneSaysSo() {
    OldJobs.add(DB.pool(), 25);
    var archiver = new Archiver(DB.pool(), RETENTION, "test");

    assertThat(archiver.run(10)).isTrue();
    assertThat(archived()).isEqualTo(10);
    assertThat(archiver.run(10)).isTrue();
    assertThat(archiver.run(10)).isFalse();
    assertThat(archived()).isEqualTo(25);
    OldJobs.add(DB.pool(), 3);
    assertThat(archiver.run(10)).isFalse();
    assertThat(archived()).isEqualTo(28);
  }

  @Test
  void aJobThatSomebodyHoldsIsLeftForTheNextPass() throws Exception {
    OldJobs.add(DB.pool(), 5);
    var archiver = new Archiver(DB.pool(), RETENTION, "test");
    try (var other = DB.connect();
        var statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.executeQuery(
          "SELECT id FROM pipeline_jobs ORDER BY finished_at LIMIT 1 FOR UPDATE");

      archiver.run(10);

      assertThat(archived()).isEqualTo(4);
      other.rollback();
    }
    archiver.run(10);
    assertThat(archived()).isEqualTo(5);
  }

  /** A chunk that is not committed yet is the longest that anybody could have to wait for. */
  @Test
  void nobodyWaitsForAChunk() throws Exception {
    OldJobs.add(DB.pool(), 100);
    new Months(DB.pool()).ensureAhead();
    var archiver = new Archiver(DB.pool(), RETENTION, "test");
    archiver.run(50);
    var moves = new Moves(DB.pool(), "native", DAYS);
    var moved = new CountDownLatch(1);
    var done = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var open =
          threads.submit(
              () ->
                  DB.pool()
                      .inTransaction(
                          tx -> {
                            int chunk = moves.move(tx, 20).size();
                            moved.countDown();
                            await(done);
                            return chunk;
                          }));
      await(moved);
      DB.foreign("ALTER ROLE CURRENT_USER SET lock_timeout = '2s'");
      try (Database hasty = DB.another()) {
        Job job = aJob().in(hasty);
        Claim claim = JobTests.claim(hasty, job, "w-1");
        Optional<Job> finished = hasty.inTransaction(tx -> store.finish(tx, claim, null));
        assertThat(finished).isPresent();
        JobPage page =
            hasty.inTransaction(tx -> new JobLists().recent(tx, JobPage.Filters.NONE, 500, null));
        assertThat(page.jobs()).hasSize(101);
        hasty.inTransaction(new JobLists()::foldCounters);
        new Months(hasty).ensure(YearMonth.of(1999, 1));
      } finally {
        DB.foreign("ALTER ROLE CURRENT_USER RESET lock_timeout");
        done.countDown();
      }
      assertThat(open.get()).isEqualTo(20);
    }
  }

  @Test
  void jobsAreClaimedAndAddedAtFullSpeedMeanwhileAndNoneIsLost() throws Exception {
    OldJobs.add(DB.pool(), 600);
    var archiver = new Archiver(DB.pool(), RETENTION, "test");
    int fresh = 300;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var moving =
          threads.submit(
              () -> {
                int chunks = 0;
                while (archiver.run(20)) {
                  chunks++;
                }
                return chunks;
              });
      for (int i = 0; i < fresh; i++) {
        end(aJob().in(DB), JobStatus.FINISHED);
      }
      assertThat(moving.get(60, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(29);
    }
    assertThat(archived()).isEqualTo(600);
    assertThat(DB.number("SELECT count(*) AS n FROM pipeline_jobs")).isEqualTo(fresh);
    assertThat(counted(DB)).isEqualTo(rows(DB));
  }

  @Test
  void twoAtOnceMoveEachJobOnce() throws Exception {
    OldJobs.add(DB.pool(), 400);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var both =
          List.of(
              threads.submit(() -> OldJobs.archive(DB.pool())),
              threads.submit(() -> OldJobs.archive(DB.pool())));
      for (var one : both) {
        one.get(60, TimeUnit.SECONDS);
      }
    }
    OldJobs.archive(DB.pool());
    assertThat(archived()).isEqualTo(400);
    assertThat(DB.number("SELECT count(DISTINCT id) AS n FROM pipeline_jobs_archive"))
        .isEqualTo(400);
    assertThat(counted(DB)).isEqualTo(rows(DB));
  }

  @Test
  void rowsOfOthersMoveWhereThatIsConfiguredUnlessTheyHaveNoDate() {
    DB.foreign(
        """
        INSERT INTO pipeline_jobs (rq_job_id, status, created_at, finished_at)
        SELECT status || at, status, at, now() - interval '90 days'
        FROM unnest(ARRAY['finished', 'failed', 'deferred']) status,
            unnest(ARRAY[now() - interval '91 days', NULL, '-infinity', now() + interval '1 year']) at
        """);

    OldJobs.archive(DB.pool(), new RetentionConfig(DAYS, true, 0));

    assertThat(
            DB.text(
                "SELECT string_agg(status, ' ' ORDER BY status) AS text FROM pipeline_jobs_archive"))
        .isEqualTo("failed finished");
    assertThat(counted(DB)).isEqualTo(rows(DB));
  }

  @Test
  void columnsThatOthersAddedMoveAlong() {
    OldJobs.add(DB.pool(), 2);
    DB.foreign("ALTER TABLE pipeline_jobs ADD COLUMN \"Cost centre\" numeric(6,2) DEFAULT 12.5");
    try {
      OldJobs.archive(DB.pool());

      assertThat(DB.number("SELECT sum(\"Cost centre\")::bigint AS n FROM pipeline_jobs_archive"))
          .isEqualTo(25);
    } finally {
      DB.foreign("ALTER TABLE pipeline_jobs DROP COLUMN \"Cost centre\"");
      DB.foreign("ALTER TABLE pipeline_jobs_archive DROP COLUMN \"Cost centre\"");
    }
  }

  @Test
  void onlyTheLeaderArchives() {
    OldJobs.add(DB.pool(), 3);
    var pace = new Archiver.Pace(10, 1, Duration.ofHours(1));
    try (var archiver = new Archiver(DB.pool(), RETENTION, "me", pace)) {
      lead("somebody else");
      assertThat(archiver.step()).isEqualTo(pace.idle());
      assertThat(archived()).isZero();

      lead("me");
      archiver.step();
      assertThat(archived()).isEqualTo(3);
    }
  }

  @Test
  void nothingMovesWhereRetentionIsOff() {
    OldJobs.add(DB.pool(), 3);

    assertThat(new Archiver(DB.pool(), new RetentionConfig(0, true, 0), "me").run(10)).isFalse();

    assertThat(archived()).isZero();
  }

  private static void lead(String holder) {
    DB.foreign("DELETE FROM leader");
    DB.foreign(
        "INSERT INTO leader (holder, until, epoch) VALUES ('%s', now() + interval '1 hour', 1)"
            .formatted(holder));
  }

  private Job end(Job job, JobStatus status) {
    if (status == JobStatus.CANCELED) {
      return DB.pool().inTransaction(tx -> store.cancel(tx, job.id(), job.status())).orElseThrow();
    }
    Claim claim = JobTests.claim(DB.pool(), job, "w-1");
    return DB.pool()
        .inTransaction(
            tx ->
                status == JobStatus.FINISHED
                    ? store.finish(tx, claim, null)
                    : store.fail(tx, claim, ErrorCode.NO_TEXT, "none"))
        .orElseThrow();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long archived() {
    return DB.number("SELECT count(*) AS n FROM pipeline_jobs_archive");
  }

  private static String ids(String table) {
    return DB.text("SELECT string_agg(id::text, ' ' ORDER BY id::text) AS text FROM " + table);
  }

  private static String sorted(Job... jobs) {
    return Arrays.stream(jobs)
        .map(job -> job.id().toString())
        .sorted()
        .collect(Collectors.joining(" "));
  }

  static String counted(MigratedDatabase db) {
    return sums(
        db,
        """
        SELECT realm, queue, status, sum(jobs) AS jobs
        FROM (SELECT realm, queue, status, jobs FROM job_counters
              UNION ALL SELECT realm, queue, status, jobs FROM job_counter_deltas) c
        GROUP BY 1, 2, 3 HAVING sum(jobs) <> 0
        """);
  }

  static String rows(MigratedDatabase db) {
    return sums(
        db,
        """
        SELECT realm, queue, status, count(*) AS jobs
        FROM (SELECT realm, queue, status FROM pipeline_jobs
              UNION ALL SELECT realm, queue, status FROM pipeline_jobs_archive) j GROUP BY 1, 2, 3
        """);
  }

  private static String sums(MigratedDatabase db, String sql) {
    return db.text(
        "SELECT coalesce(string_agg(concat_ws('/', coalesce(realm, '-'), queue, status, jobs), ' '"
            + " ORDER BY realm, queue, status), '') AS text FROM ("
            + sql
            + ") s");
  }
}
