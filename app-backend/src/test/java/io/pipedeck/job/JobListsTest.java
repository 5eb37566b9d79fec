package io.pipedeck.job;

import static io.pipedeck.job.JobTests.aJob;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.api.Counts;
import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobPage;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView;
import io.pipedeck.api.Json;
import io.pipedeck.api.QueueView;
import io.pipedeck.api.RealmView;
import io.pipedeck.db.MigratedDatabase;
import io.pipedeck.db.Tx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JobListsTest {
  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();

  private final JobLists lists = new JobLists();
  private final JobStore store = new JobStore();

  @Test
  void pagesGoOnWhereTheLastEndedAlsoAmongRowsOfOneMoment() {
    List<UUID> all = new ArrayList<>();
    for (int i = 0; i < 23; i++) {
      all.add(aJob().in(DB).id());
    }
    DB.foreign("UPDATE pipeline_jobs SET created_at = '2026-01-01T00:00:00.000001Z'");

    List<UUID> seen = readPages(5);

    assertThat(seen).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void rowsOfOtherProgramsWithoutADateDoNotCutTheList() {
    DB.foreign(
        """
        INSERT INTO pipeline_jobs (rq_job_id, created_at, status)
        SELECT 'undated-' || n, NULL, 'strange' FROM generate_series(1, 7) n
        """);
    aJob().in(DB);
    aJob().in(DB);

    assertThat(readPages(2)).hasSize(9).doesNotHaveDuplicates();
    assertThat(readPages(4)).hasSize(9).doesNotHaveDuplicates();
    assertThat(page(JobPage.Filters.NONE, 1, null).jobs().getFirst().status())
        .isEqualTo(JobStatus.QUEUED);
  }

  private List<UUID> readPages(int size) {
    List<UUID> seen = new ArrayList<>();
    String next = null;
    do {
      Cursor before = next == null ? null : Cursor.parse(next).orElseThrow();
      JobPage page = page(JobPage.Filters.NONE, size, before);
      assertThat(page.count()).isEqualTo(page.jobs().size()).isPositive();
      page.jobs().forEach(job -> seen.add(job.id()));
      next = page.next();
    } while (next != null);
    return seen;
  }

  @Test
  void onlyWhatTheFiltersAskForIsListed() {
    Job wanted = aJob().ofRealm("a").on("slow").in(DB);
    aJob().ofRealm("b").on("slow").in(DB);
    aJob().ofRealm("a").on("default").in(DB);
    JobTests.claim(DB.pool(), aJob().ofRealm("a").on("slow").in(DB), "w-1");

    var filters = new JobPage.Filters("a", "slow", JobStatus.QUEUED);

    assertThat(page(filters, 10, null).jobs()).extracting(JobView::id).containsExactly(wanted.id());
    assertThat(page(filters, 10, null).next()).isNull();
    assertThat(page(new JobPage.Filters("a", null, null), 10, null).count()).isEqualTo(3);
    assertThat(page(new JobPage.Filters(null, "slow", null), 10, null).count()).isEqualTo(3);
  }

  @Test
  void aRowOfAListStaysSmallHoweverLongTheJobIs() throws Exception {
    var payload = Json.mapper().createObjectNode().put("filename", "ä".repeat(5_000) + ".pdf");
    payload.put("more", "x".repeat(100_000));
    Job finished = aJob().ofRealm("finance-team").with(payload).in(DB);
    Claim one = JobTests.claim(DB.pool(), finished, "host.12345.0199c0de.0");
    var result = Json.mapper().valueToTree(Map.of("summary", "words ".repeat(50_000)));
    in(tx -> store.finish(tx, one, result));
    Claim two = JobTests.claim(DB.pool(), aJob().in(DB), "host.12345.0199c0de.0");
    in(tx -> store.fail(tx, two, ErrorCode.INTERNAL_ERROR, "because ".repeat(50_000)));

    JobPage page = page(JobPage.Filters.NONE, 10, null);

    for (JobView job : page.jobs()) {
      byte[] json = Json.mapper().writeValueAsString(job).getBytes(StandardCharsets.UTF_8);
      assertThat(json.length).isLessThan(1_200);
    }
    assertThat(page.jobs().getLast().resultSummary()).startsWith("words words");
    assertThat(page.jobs().getFirst().error()).startsWith("because because");
  }

  /** Who writes plain SQL keeps them up too; what is short is read where it is. */
  @Test
  void longValuesHaveTheirPreviewBesideThem() {
    String result = "jsonb_build_object('summary', 'Sums' || repeat(' it up', %d))";
    DB.foreign(
        "INSERT INTO pipeline_jobs (rq_job_id, payload, result) VALUES ('x', jsonb_build_object('filename', 'x.pdf', 'more', repeat('x', 5000)), "
            + result.formatted(500)
            + ")");
    assertThat(previews()).isEqualTo("x.pdf Sums it up it up");
    assertThat(page(JobPage.Filters.NONE, 1, null).jobs().getFirst().filename()).isEqualTo("x.pdf");

    DB.foreign("UPDATE pipeline_jobs SET result = " + result.formatted(600) + ", payload = '[1]'");
    assertThat(previews()).isEqualTo("- Sums it up it up");

    DB.foreign("UPDATE pipeline_jobs SET result = " + result.formatted(1));
    assertThat(previews()).isEqualTo("- -");
    assertThat(page(JobPage.Filters.NONE, 1, null).jobs().getFirst().resultSummary())
        .isEqualTo("Sums it up");
  }

  private static String previews() {
    return DB.text(
        "SELECT coalesce(filename_preview, '-') || ' ' || coalesce(left(summary_preview, 16), '-') AS text FROM pipeline_jobs");
  }

  @Test
  void rowsOfATableThatAllowsNoNamesAreListed() {
    try {
      DB.foreign("ALTER TABLE pipeline_jobs ALTER queue DROP NOT NULL, ALTER status DROP NOT NULL");
      DB.foreign(
          """
          INSERT INTO pipeline_jobs (rq_job_id, realm, queue, status)
          VALUES ('a', 'r', NULL, 'failed'), ('b', 'r', 'slow', NULL), ('c', 'r', NULL, NULL), ('d', 'q', NULL, NULL)
          """);
      aJob().ofRealm("r").on("slow").in(DB);

      assertThat(page(new JobPage.Filters("r", null, null), 10, null).jobs()).hasSize(4);
      assertThat(page(new JobPage.Filters(null, "slow", null), 10, null).jobs()).hasSize(2);
      assertThat(page(new JobPage.Filters("r", null, JobStatus.FAILED), 10, null).jobs())
          .extracting(JobView::rqJobId)
          .containsExactly("a");
      assertThat(page(JobPage.Filters.NONE, 10, null).jobs()).hasSize(5);
    } finally {
      DB.foreign("TRUNCATE pipeline_jobs");
      DB.foreign("ALTER TABLE pipeline_jobs ALTER queue SET NOT NULL, ALTER status SET NOT NULL");
    }
  }

  @Test
  void whatIsNoCursorIsNone() {
    for (String text :
        List.of(
            "",
            "x",
            "****",
            encoded("no"),
            encoded("2026-01-01T00:00:00Z x"),
            encoded("+1000000000-12-31T23:59:59Z 0199c0de-0000-7000-8000-000000000001"))) {
      assertThat(Cursor.parse(text)).as(text).isEmpty();
    }
    var cursor = new Cursor(Instant.parse("2026-01-01T00:00:00.123456Z"), UUID.randomUUID());
    assertThat(Cursor.parse(cursor.text())).contains(cursor);
    var undated = new Cursor(null, UUID.randomUUID());
    assertThat(Cursor.parse(undated.text())).contains(undated);
  }

  private static String encoded(String text) {
    return Base64.getUrlEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Whatever happens to jobs, in whatever order, ours or not: the counters say what is there. */
  @Test
  void countersEqualTheRowsAfterAnyHistory() {
    var random = new Random(20_261_123);
    List<Job> jobs = new ArrayList<>();
    for (int step = 0; step < 400; step++) {
      step(random, jobs);
      if (step % 50 == 0) {
        assertThat(counted()).as("step %d", step).isEqualTo(rows());
      }
    }
    assertThat(counted()).isEqualTo(rows());
    in(lists::foldCounters);
    assertThat(DB.number("SELECT count(*) AS n FROM job_counter_deltas")).isZero();
    assertThat(counted()).isEqualTo(rows());
  }

  private void step(Random random, List<Job> jobs) {
    int kind = random.nextInt(12);
    if (jobs.isEmpty() || kind == 0) {
      String realm = random.nextBoolean() ? null : "realm-" + random.nextInt(3);
      String queue = List.of("urgent", "default", "slow").get(random.nextInt(3));
      jobs.add(aJob().ofRealm(realm).on(queue).attempts(3).in(DB));
      return;
    }
    Job job = JobTests.stored(DB.pool(), jobs.get(random.nextInt(jobs.size())).id());
    switch (kind) {
      case 1 ->
          DB.foreign(
              "INSERT INTO pipeline_jobs (rq_job_id, realm, status) VALUES (gen_random_uuid(), NULL, 'deferred'),"
                  + " (gen_random_uuid(), 'realm-1', 'queued')");
      case 2 ->
          DB.foreign(
              "UPDATE pipeline_jobs SET status = CASE status WHEN 'queued' THEN 'running' ELSE 'finished' END,"
                  + " realm = 'realm-2' WHERE runner = 'foreign' AND rq_job_id < '8'");
      case 3 ->
          DB.foreign("DELETE FROM pipeline_jobs WHERE runner = 'foreign' AND rq_job_id < '2'");
      case 4 -> in(lists::foldCounters);
      case 5, 6 -> in(tx -> store.claim(tx, List.of(job.id()), "w", JobTests.LEASE));
      case 7 -> in(tx -> store.cancel(tx, job.id(), job.status()));
      case 8 -> in(tx -> store.requeue(tx, job.id(), JobStatus.CANCELED));
      case 9 -> {
        DB.foreign(
            "UPDATE pipeline_jobs SET lease_until = now() - interval '1 s' WHERE status = 'running' AND runner = 'native'");
        JobTests.rescue(DB.pool());
      }
      default -> end(random, job);
    }
  }

  private void end(Random random, Job job) {
    if (job.claimId() == null) {
      return;
    }
    var claim = new Claim(job.claimId(), job);
    switch (random.nextInt(4)) {
      case 0 -> in(tx -> store.finish(tx, claim, null));
      case 1 -> in(tx -> store.fail(tx, claim, ErrorCode.NO_TEXT, "none"));
      case 2 -> in(tx -> store.giveBack(tx, claim));
      default ->
          in(
              tx -> {
                store.retryLater(tx, claim, Duration.ZERO, ErrorCode.TIMEOUT, "slow");
                return store.queueDue(tx, 10);
              });
    }
  }

  private static String rows() {
    return sums(
        "SELECT realm, queue, status, count(*) AS jobs FROM pipeline_jobs GROUP BY 1, 2, 3");
  }

  private static String counted() {
    return sums(
        """
        SELECT realm, queue, status, sum(jobs) AS jobs
        FROM (SELECT realm, queue, status, jobs FROM job_counters
              UNION ALL SELECT realm, queue, status, jobs FROM job_counter_deltas) c
        GROUP BY 1, 2, 3 HAVING sum(jobs) <> 0
        """);
  }

  private static String sums(String sql) {
    return DB.text(
        "SELECT string_agg(concat_ws('/', coalesce(realm, '-'), queue, status, jobs), ' ' ORDER BY realm, queue, status)"
            + " AS text FROM ("
            + sql
            + ") s");
  }

  @Test
  void countsAreToldByQueueAndRealm() {
    aJob().on("slow").in(DB);
    aJob().on("default").ofRealm("b").in(DB);
    aJob().on("default").ofRealm("a").in(DB);
    JobTests.claim(DB.pool(), aJob().on("default").in(DB), "w-1");
    DB.foreign("INSERT INTO pipeline_jobs (rq_job_id, status) VALUES ('x', 'deferred')");

    Counts all = in(lists::counts);
    assertThat(all.queued()).isEqualTo(4);
    assertThat(all.running()).isEqualTo(1);
    assertThat(list(lists::queues)).extracting(QueueView::name).containsExactly("default", "slow");
    assertThat(list(lists::realms)).extracting(RealmView::realm).containsExactly(null, "a", "b");
  }

  private JobPage page(JobPage.Filters filters, int limit, @Nullable Cursor before) {
    return in(tx -> lists.recent(tx, filters, limit, before));
  }

  private static <T> T in(Function<Tx, T> work) {
    return DB.pool().inTransaction(work);
  }

  private static <T> List<T> list(Function<Tx, List<T>> work) {
    return in(work);
  }
}
