package io.pipedeck.job;

import static io.pipedeck.job.JobTests.aJob;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pipedeck.api.EnqueueAnswer.Duplicate;
import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.OnDuplicate;
import io.pipedeck.archive.OldJobs;
import io.pipedeck.db.MigratedDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same content in the same realm is known before any work is done on it. */
class DuplicatesTest {
  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();

  private static final String SHA256 = "d".repeat(64);

  private final JobStore store = new JobStore();
  private final JobWriter writer = new JobWriter(DB.pool());
  private final JobService service =
      new JobService(
          DB.pool(),
          writer,
          new Nobody(),
          JobEvents.NONE,
          new WaitingReasons((_, _) -> OptionalLong.empty(), Turns.Shares.EQUAL));

  private static final class Nobody implements JobQueue {
    @Override
    public void push(List<Job> jobs) {}

    @Override
    public void feed(List<Job> jobs) {}

    @Override
    public void cancel(Job job) {}
  }

  @AfterEach
  void close() {
    writer.close();
  }

  @Test
  void aNewContentIsNoDuplicate() {
    Job job = service.enqueue(document("r").build());

    assertThat(Contents.duplicateOf(job)).isNull();
    assertThat(job.payload()).hasToString("{\"filename\":\"a.pdf\"}");
  }

  @Test
  void anotherJobForTheSameContentTellsOfTheOneThatHadIt() {
    Job first = processed("r");

    Job again = service.enqueue(document("r").build());
    Job elsewhere = service.enqueue(document("s").build());
    Job nowhere = service.enqueue(document(null).build());

    Duplicate duplicate = Contents.duplicateOf(again);
    assertThat(duplicate).isNotNull();
    assertThat(duplicate.jobId()).isEqualTo(first.id());
    assertThat(duplicate.at()).isBetween(first.createdAt(), first.finishedAt());
    assertThat(Contents.duplicateOf(JobTests.stored(DB.pool(), again.id())))
        .as("the row tells it too")
        .isEqualTo(duplicate);
    assertThat(Contents.duplicateOf(elsewhere)).isNull();
    assertThat(Contents.duplicateOf(nowhere)).isNull();
  }

  @Test
  void documentsWithoutARealmAreKnownAmongThemselves() {
    Job first = processed(null);

    Duplicate duplicate = Contents.duplicateOf(service.enqueue(document(null).build()));

    assertThat(duplicate).extracting(Duplicate::jobId).isEqualTo(first.id());
  }

  @Test
  void aFinishedJobIsReused() {
    Job first = processed("r");

    var reused = service.enqueue(document("r").build(), OnDuplicate.REUSE);
    var elsewhere = service.enqueue(document("s").build(), OnDuplicate.REUSE);

    assertThat(reused.reused()).isTrue();
    assertThat(reused.job()).isEqualTo(first);
    assertThat(elsewhere.reused()).isFalse();
    assertThat(jobs()).isEqualTo(2);
  }

  @Test
  void anArchivedJobIsReusedAndNamedToo() {
    Job first = processed("r");
    OldJobs.age(DB, 31);
    OldJobs.archive(DB.pool());

    assertThat(service.enqueue(document("r").build(), OnDuplicate.REUSE).job().id())
        .isEqualTo(first.id());
    assertThat(Contents.duplicateOf(service.enqueue(document("r").build())))
        .extracting(Duplicate::jobId)
        .isEqualTo(first.id());
  }

  @Test
  void aJobWithOtherOptionsIsNotReusedButRefused() {
    Job first = processed("r");
    DB.foreign("UPDATE pipeline_jobs SET options = '{\"embed\":false}'");

    var other = service.enqueue(document("r").build(), OnDuplicate.REUSE);

    assertThat(other.reused()).isFalse();
    assertThat(refusal(document("r").build()).earlier().id()).isEqualTo(first.id());
  }

  @Test
  void aDuplicateIsRefusedWithTheJobThatHadIt() {
    Job first = processed("r");

    DuplicateException refused = refusal(document("r").build());

    assertThat(refused.earlier()).isEqualTo(first);
    assertThat(refused).hasMessageContaining(first.id().toString());
    assertThat(jobs()).isEqualTo(1);
  }

  private DuplicateException refusal(NewJob job) {
    return catchThrowableOfType(
        DuplicateException.class, () -> service.enqueue(job, OnDuplicate.REFUSE));
  }

  @Test
  void aJobThatEndedBadlyIsNoReasonToRefuse() {
    Job first = service.enqueue(document("r").build(), OnDuplicate.REFUSE).job();
    assertThat(refusal(document("r").build()).earlier().id()).as("waits").isEqualTo(first.id());
    Claim claim = JobTests.claim(DB.pool(), first, "w-1");
    assertThat(refusal(document("r").build()).earlier().id()).as("runs").isEqualTo(first.id());
    DB.pool().inTransaction(tx -> store.fail(tx, claim, ErrorCode.NO_TEXT, "nothing in it"));

    Job second = service.enqueue(document("r").build(), OnDuplicate.REFUSE).job();

    assertThat(second.id()).isNotEqualTo(first.id());
    assertThat(refusal(document("r").build()).earlier().id()).isEqualTo(second.id());
  }

  @ParameterizedTest
  @EnumSource(names = {"REUSE", "REFUSE"})
  void ofManyThatComeAtOnceOneBecomesAJob(OnDuplicate wish) throws Exception {
    int senders = 8;
    List<UUID> fresh = new ArrayList<>();
    List<UUID> earlier = new ArrayList<>();
    for (Object outcome : atOnce(senders, () -> enqueued(wish))) {
      switch (outcome) {
        case Enqueued(Job job, boolean reused) -> (reused ? earlier : fresh).add(job.id());
        case DuplicateException refused -> earlier.add(refused.earlier().id());
        default -> throw new AssertionError(outcome);
      }
    }

    assertThat(fresh).hasSize(1);
    assertThat(earlier).hasSize(senders - 1).containsOnly(fresh.getFirst());
    assertThat(jobs()).isEqualTo(1);
  }

  private Object enqueued(OnDuplicate wish) {
    try {
      return service.enqueue(document("r").build(), wish);
    } catch (DuplicateException refused) {
      return refused;
    }
  }

  @Test
  void ofManyThatDontMindEachBecomesAJob() throws Exception {
    atOnce(8, () -> service.enqueue(document("r").build()));

    assertThat(jobs()).isEqualTo(8);
  }

  private static <T> List<T> atOnce(int times, Callable<T> call) throws Exception {
    var together = new CyclicBarrier(times);
    List<Future<T>> calls = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < times; i++) {
        calls.add(
            threads.submit(
                () -> {
                  together.await(20, TimeUnit.SECONDS);
                  return call.call();
                }));
      }
    }
    List<T> results = new ArrayList<>();
    for (Future<T> one : calls) {
      results.add(one.get());
    }
    return results;
  }

  @Test
  void aKeyThatWasUsedGivesTheFirstJobAlsoToOneThatMayNotBeADuplicate() {
    Job first = service.enqueue(document("r").keyed("k").build());

    var again = service.enqueue(document("r").keyed("k").build(), OnDuplicate.REFUSE);

    assertThat(again.job().id()).isEqualTo(first.id());
    assertThat(again.reused()).isFalse();
  }

  @Test
  void oldClaimsAreForgottenAsNewOnesCome() {
    service.enqueue(aJob().ofContent("a".repeat(64)).build(), OnDuplicate.REUSE);
    DB.foreign("UPDATE content_claims SET claimed_at = now() - interval '31 days'");

    service.enqueue(aJob().ofContent("b".repeat(64)).build(), OnDuplicate.REUSE);

    assertThat(DB.text("SELECT string_agg(left(sha256, 1), '') AS text FROM content_claims"))
        .isEqualTo("b");
  }

  @Test
  void theChunksOfADeletedJobGoWithIt() {
    Job job = processed("r");

    service.delete(job.id(), null);

    assertThat(chunks(job)).isZero();
    assertThat(Contents.duplicateOf(service.enqueue(document("r").build()))).isNull();
  }

  @Test
  void theChunksOfADeletedJobStayWithAnotherOneOfTheSameContent() {
    Job first = processed("r");
    Job second = processed("r");
    DB.foreign("DELETE FROM document_chunks WHERE job_id = '%s'".formatted(first.id())); // replaced

    service.delete(second.id(), null);

    assertThat(chunks(first)).isEqualTo(2);
    assertThat(Contents.duplicateOf(service.enqueue(document("r").build())))
        .extracting(Duplicate::jobId)
        .isEqualTo(first.id());
  }

  @Test
  void aRefusedDeleteLeavesTheChunks() {
    Job job = processed("r");
    service.retry(failedAfterwards(job).id(), null);

    assertThatThrownBy(() -> service.delete(job.id(), null))
        .isInstanceOf(JobConflictException.class);

    assertThat(chunks(job)).isEqualTo(2);
  }

  private Job failedAfterwards(Job job) {
    DB.foreign(
        "UPDATE pipeline_jobs SET status = 'failed', error = 'x' WHERE id = '%s'"
            .formatted(job.id()));
    return JobTests.stored(DB.pool(), job.id());
  }

  private static JobTests.Builder document(@Nullable String realm) {
    return aJob().ofRealm(realm).ofContent(SHA256);
  }

  /** A finished job of this content, with two chunks. */
  private Job processed(@Nullable String realm) {
    Job job = document(realm).in(DB);
    Claim claim = JobTests.claim(DB.pool(), job, "w-1");
    DB.pool()
        .run(
            tx ->
                tx.update(
                    """
                    INSERT INTO document_chunks (realm, sha256, pipeline_version, options_hash, ordinal, job_id,
                        start_offset, end_offset, text, tokens)
                    SELECT ?, ?, 1, ?, n, ?, n, n + 1, 'x', 1 FROM generate_series(0, 1) n
                    """,
                    realm,
                    SHA256,
                    job.id().toString(),
                    job.id()));
    DB.pool().inTransaction(tx -> store.finish(tx, claim, null));
    return JobTests.stored(DB.pool(), job.id());
  }

  private static long chunks(Job job) {
    return DB.number("SELECT count(*) AS n FROM document_chunks WHERE job_id = ?", job.id());
  }

  private static long jobs() {
    return DB.number(
        "SELECT (SELECT count(*) FROM pipeline_jobs) + (SELECT count(*) FROM pipeline_jobs_archive) AS n");
  }
}
