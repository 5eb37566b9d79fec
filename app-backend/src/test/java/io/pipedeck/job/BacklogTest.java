package io.pipedeck.job;

import static io.pipedeck.job.JobTests.LEASE;
import static io.pipedeck.job.JobTests.aJob;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.db.MigratedDatabase;
import io.pipedeck.db.Tx;
import io.pipedeck.job.Backlog.Place;
import io.pipedeck.job.Turns.Shares;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BacklogTest {
  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();

  private final Backlog backlog = new Backlog();
  private final Turns turns = new Turns(Shares.EQUAL);

  @Test
  void queuesWithWaitingJobsAndTheirRealmsAreTold() {
    jobs("b", 2);
    jobs(null, 1);
    aJob().on("slow").ofRealm("c").in(DB);
    JobTests.claim(DB.pool(), aJob().on("urgent").in(DB), "w-1");
    aJob().on("urgent").notBefore(Instant.parse("2999-01-01T00:00:00Z")).in(DB);

    assertThat(waiting()).isEqualTo(Map.of("default", Set.of("", "b"), "slow", Set.of("c")));
    in(tx -> new JobLists().foldCounters(tx));
    assertThat(waiting())
        .as("also once the counters are folded")
        .containsOnlyKeys("default", "slow");
  }

  private Map<String, ? extends Set<String>> waiting() {
    return in(backlog::waiting);
  }

  @Test
  void realmsTakeTurnsHoweverManyJobsOneHas() {
    List<Job> a = jobs("a", 5);
    List<Job> none = jobs(null, 1);
    List<Job> b = jobs("b", 2);

    assertThat(next(8, "a", "", "b"))
        .containsExactly(none.get(0), a.get(0), b.get(0), a.get(1), b.get(1), a.get(2));
    assertThat(next(8, "a", "", "b")).containsExactly(a.get(3), a.get(4));
    assertThat(next(8, "a", "", "b")).isEmpty();
  }

  @Test
  void weightsGiveMoreOfTheSameTime() {
    jobs("a", 20);
    jobs("b", 20);
    var weighted = new Turns(new Shares(Map.of("a", 3), Map.of()));

    List<Job> next = next(weighted, Map.of(), 8, "a", "b");

    assertThat(next).extracting(Job::realm).filteredOn("a"::equals).hasSize(6);
    assertThat(next).extracting(Job::realm).filteredOn("b"::equals).hasSize(2);
  }

  @Test
  void aLimitedRealmGetsWhatItsRunningJobsLeave() {
    List<Job> a = jobs("a", 5);
    jobs("b", 5);
    JobTests.claim(DB.pool(), a.get(0), "w-1");
    var limited = new Turns(new Shares(Map.of(), Map.of("a", 2)));
    Map<String, Integer> running = in(tx -> backlog.running(tx, List.of("a", "b")));

    List<Job> next = next(limited, running, 6, "a", "b");

    assertThat(running).isEqualTo(Map.of("a", 1));
    assertThat(next).extracting(Job::realm).filteredOn("a"::equals).hasSize(1);
    assertThat(next).extracting(Job::realm).filteredOn("b"::equals).hasSize(3);
  }

  @Test
  void fewAtATimeAreAsFairAsMany() {
    jobs("a", 30);
    jobs("b", 30);
    List<String> realms = new ArrayList<>();

    for (int n = 0; n < 10; n++) {
      next(1, "a", "b").forEach(job -> realms.add(job.realm()));
    }

    assertThat(realms).hasSize(10);
    assertThat(realms).filteredOn("a"::equals).as("b came later").hasSize(5);
  }

  @Test
  void jobsOfOneMomentAreNotSkippedByTheCursor() {
    List<Job> all = jobs("a", 9);
    DB.foreign("UPDATE pipeline_jobs SET run_at = '2026-01-01T00:00:00.000001Z'");
    List<UUID> seen = new ArrayList<>();

    for (List<Job> some = next(2, "a"); !some.isEmpty(); some = next(2, "a")) {
      some.forEach(job -> seen.add(job.id()));
    }

    // By their ids then, which of one millisecond are in no order of their own.
    assertThat(seen.stream().map(UUID::toString)).isSorted();
    assertThat(seen).containsExactlyInAnyOrderElementsOf(all.stream().map(Job::id).toList());
  }

  @Test
  void otherQueuesRealmsStatusesAndProgramsAreLeftAlone() {
    aJob().ofRealm("a").on("slow").in(DB);
    jobs("b", 1);
    JobTests.claim(DB.pool(), aJob().ofRealm("a").in(DB), "w-1");
    aJob().ofRealm("a").notBefore(Instant.parse("2999-01-01T00:00:00Z")).in(DB);
    DB.foreign("INSERT INTO pipeline_jobs (rq_job_id, realm, status) VALUES ('x', 'a', 'queued')");
    Job wanted = aJob().ofRealm("a").in(DB);

    assertThat(next(10, "a")).containsExactly(wanted);
  }

  @Test
  void aClaimTakesOneJobForEachWorker() {
    List<Job> a = jobs("a", 3);
    List<Job> b = jobs("b", 3);

    List<Claim> claims = claimNext(List.of("w-1", "w-2"), "a", "b");

    assertThat(claims)
        .extracting(claim -> claim.job().id())
        .containsExactlyInAnyOrder(a.get(0).id(), b.get(0).id());
    assertThat(claims)
        .extracting(claim -> claim.job().worker())
        .containsExactlyInAnyOrder("w-1", "w-2");
    assertThat(claimNext(List.of("w-3"), "none")).isEmpty();
  }

  @Test
  void oneSlotAtATimeServesAllRealms() {
    jobs("a", 10);
    jobs("b", 10);
    jobs("c", 10);
    List<String> realms = new ArrayList<>();

    for (int n = 0; n < 12; n++) {
      List<Claim> claims = claimNext(List.of("w-1"), "a", "b", "c");
      turns.took(claims.stream().map(Claim::job).toList());
      claims.forEach(claim -> realms.add(claim.job().realm()));
    }

    for (String realm : List.of("a", "b", "c")) {
      assertThat(realms).filteredOn(realm::equals).as(realm).hasSize(4);
    }
  }

  @Test
  void aRealmThatHasNothingLeftLeavesItsTurnToTheOthers() {
    jobs("a", 2);
    List<Job> b = jobs("b", 1);
    turns.took(next(1, "a"));
    next(1, "a");

    assertThat(claimNext(List.of("w-1"), "a", "b"))
        .extracting(claim -> claim.job().id())
        .containsExactly(b.getFirst().id());
  }

  @Test
  void whatAnotherConnectionHoldsIsSkippedAndNotWaitedFor() throws Exception {
    List<Job> jobs = jobs("a", 4);
    try (Connection other = DB.connect()) {
      other.setAutoCommit(false);
      lock(other, jobs.get(0));
      lock(other, jobs.get(2));

      assertThat(claimNext(List.of("w-1", "w-2", "w-3"), "a"))
          .extracting(claim -> claim.job().id())
          .containsExactlyInAnyOrder(jobs.get(1).id(), jobs.get(3).id());
      other.rollback();
    }
    assertThat(claimNext(List.of("w-1", "w-2", "w-3"), "a"))
        .extracting(claim -> claim.job().id())
        .containsExactlyInAnyOrder(jobs.get(0).id(), jobs.get(2).id());
  }

  @Test
  void manyThatAreClaimedAtOnceDoNotWaitForOneThatIsHeld() throws Exception {
    List<Job> jobs = jobs("a", 12);
    Map<UUID, String> wishes = new HashMap<>();
    jobs.forEach(job -> wishes.put(job.id(), "w-1"));
    try (var writer = new JobWriter(DB.pool());
        Connection other = DB.connect()) {
      other.setAutoCommit(false);
      lock(other, jobs.get(5));

      assertThat(writer.claim(wishes, LEASE))
          .extracting(claim -> claim.job().id())
          .hasSize(11)
          .doesNotContain(jobs.get(5).id());
      other.rollback();
      assertThat(writer.claim(wishes, LEASE))
          .extracting(claim -> claim.job().id())
          .containsExactly(jobs.get(5).id());
    }
  }

  private static void lock(Connection connection, Job job) throws Exception {
    try (var statement =
        connection.prepareStatement("SELECT id FROM pipeline_jobs WHERE id = ? FOR UPDATE")) {
      statement.setObject(1, job.id());
      assertThat(statement.executeQuery().next()).isTrue();
    }
  }

  @Test
  void manyWhoClaimAtOnceNeverTakeAJobTwice() throws Exception {
    int processes = 6;
    Set<UUID> all = new HashSet<>();
    jobs("a", 60).forEach(job -> all.add(job.id()));
    jobs("b", 60).forEach(job -> all.add(job.id()));
    var together = new CyclicBarrier(processes);
    List<Future<List<UUID>>> taken = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int p = 0; p < processes; p++) {
        String name = "p-" + p;
        taken.add(
            threads.submit(
                () -> {
                  together.await(20, TimeUnit.SECONDS);
                  return claimAll(name);
                }));
      }
    }

    List<UUID> claimed = new ArrayList<>();
    for (Future<List<UUID>> one : taken) {
      claimed.addAll(one.get());
    }
    assertThat(claimed).hasSize(120).containsExactlyInAnyOrderElementsOf(all);
    assertThat(DB.number("SELECT count(*) AS n FROM pipeline_jobs WHERE attempt = 1"))
        .isEqualTo(120);
  }

  private List<UUID> claimAll(String process) {
    List<String> workers = List.of(process + ".0", process + ".1", process + ".2");
    List<UUID> claimed = new ArrayList<>();
    while (DB.number("SELECT count(*) AS n FROM pipeline_jobs WHERE status = 'queued'") > 0) {
      claimNext(workers, "a", "b").forEach(claim -> claimed.add(claim.job().id()));
    }
    return claimed;
  }

  @Test
  void aJobThatWasLostTwiceIsInALaneOfItsOwn() {
    Job once = lost(aJob().in(DB), 1);
    Job twice = lost(aJob().in(DB), 2);

    assertThat(next(10, "")).containsExactly(once);
    turns.restart();
    assertThat(claimNext(List.of("w-1", "w-2"), ""))
        .extracting(claim -> claim.job().id())
        .containsExactly(once.id());
    assertThat(quarantine()).containsExactly(twice);
  }

  @Test
  void inThatLaneOneRunsAtATimeTheOldestFirst() {
    Job first = lost(aJob().on("slow").in(DB), 2);
    Job second = lost(aJob().on("urgent").in(DB), 3);

    assertThat(quarantine()).containsExactly(first);
    assertThat(quarantine(first.id())).as("while it stands on a queue").isEmpty();
    Claim claim = JobTests.claim(DB.pool(), first, "w-1");
    assertThat(quarantine()).as("while it runs").isEmpty();
    assertThat(claim(second)).as("however it was found").isEmpty();

    in(tx -> new JobStore().finish(tx, claim, null));

    assertThat(quarantine()).containsExactly(second);
    assertThat(claim(second)).hasSize(1);
  }

  @Test
  void othersRunBesideAJobOfThatLane() {
    Job lost = lost(aJob().in(DB), 2);
    Job other = aJob().in(DB);
    JobTests.claim(DB.pool(), lost, "w-1");

    assertThat(claim(other)).hasSize(1);
  }

  @Test
  void oneClaimOfManyTakesOneOfThatLane() {
    Job first = lost(aJob().in(DB), 2);
    Job second = lost(aJob().in(DB), 2);
    Job other = aJob().in(DB);

    assertThat(claim(first, second, other))
        .extracting(claim -> claim.job().id())
        .containsExactlyInAnyOrder(first.id(), other.id());
  }

  @Test
  void twoWhoClaimAtOnceTakeOneOfThatLane() throws Exception {
    for (int round = 0; round < 20; round++) {
      DB.foreign("TRUNCATE pipeline_jobs");
      List<Job> lost = List.of(lost(aJob().in(DB), 2), lost(aJob().in(DB), 2));
      var together = new CyclicBarrier(2);
      List<Future<List<Claim>>> taken = new ArrayList<>();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (Job job : lost) {
          taken.add(
              threads.submit(
                  () ->
                      in(
                          tx -> {
                            await(together);
                            return new JobStore().claim(tx, List.of(job.id()), "w", LEASE);
                          })));
        }
      }
      assertThat(taken.get(0).get().size() + taken.get(1).get().size()).isEqualTo(1);
    }
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aRetryOfAnOperatorLeavesThatLane() {
    Job lost = lost(aJob().in(DB), 2);
    in(tx -> new JobStore().cancel(tx, lost.id(), lost.status()));

    Job again =
        in(tx -> new JobStore().requeue(tx, lost.id(), io.pipedeck.api.JobStatus.CANCELED))
            .orElseThrow();

    assertThat(next(10, "")).containsExactly(again);
    assertThat(quarantine()).isEmpty();
  }

  private static List<Job> jobs(@Nullable String realm, int count) {
    return IntStream.range(0, count).mapToObj(_ -> aJob().ofRealm(realm).in(DB)).toList();
  }

  private static Job lost(Job job, int times) {
    DB.pool()
        .run(tx -> tx.update("UPDATE pipeline_jobs SET losses = ? WHERE id = ?", times, job.id()));
    return JobTests.stored(DB.pool(), job.id());
  }

  private List<Job> next(int most, String... realms) {
    return next(turns, Map.of(), most, realms);
  }

  private List<Job> next(Turns of, Map<String, Integer> running, int most, String... realms) {
    List<Place> places = of.next("default", sorted(realms), most, running);
    List<Job> next = in(tx -> backlog.next(tx, "default", places, most));
    of.took(next);
    return next;
  }

  private List<Claim> claimNext(List<String> workers, String... realms) {
    List<Place> places;
    synchronized (turns) {
      places = turns.next("default", sorted(realms), workers.size(), Map.of());
    }
    return in(tx -> backlog.claimNext(tx, "default", places, workers, LEASE));
  }

  private static Set<String> sorted(String... realms) {
    return new TreeSet<>(Arrays.asList(realms));
  }

  private List<Job> quarantine(UUID... onQueues) {
    return in(tx -> backlog.nextOfQuarantine(tx, List.of(onQueues)));
  }

  private static List<Claim> claim(Job... jobs) {
    List<UUID> ids = Arrays.stream(jobs).map(Job::id).toList();
    return in(tx -> new JobStore().claim(tx, ids, "w-9", LEASE));
  }

  private static <T> T in(Function<Tx, T> work) {
    return DB.pool().inTransaction(work);
  }
}
