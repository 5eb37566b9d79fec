package io.pipedeck.spool;

import static io.pipedeck.job.JobTests.aJob;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.db.MigratedDatabase;
import io.pipedeck.job.Claim;
import io.pipedeck.job.Ending;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobStore;
import io.pipedeck.job.JobTests;
import io.pipedeck.job.JobWriter;
import io.pipedeck.job.NewJob;
import io.pipedeck.job.SmallDocument;
import io.pipedeck.stand.Pause;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();

  private static final Instant ACCEPTED = Instant.parse("2026-01-31T08:00:00.5Z");
  private static final long ROOMY = 1 << 20;

  @TempDir Path folder;

  private final JobStore store = new JobStore();
  private final JobWriter writer = new JobWriter(DB.pool());
  private final List<Job> told = new CopyOnWriteArrayList<>();
  private Spool spool;

  @BeforeEach
  void open() {
    DB.foreign("TRUNCATE spool_conflicts, small_documents");
    spool = open(ROOMY);
  }

  private Spool open(long maxBytes) {
    return Spool.open(folder, maxBytes, () -> ACCEPTED);
  }

  @AfterEach
  void close() {
    spool.close();
    writer.close();
  }

  private void replayAll() throws InterruptedException {
    var listener =
        new SpoolReplay.Listener() {
          @Override
          public void added(List<Job> jobs) {
            told.addAll(jobs);
          }

          @Override
          public void ended(Ending ending, Job job) {
            told.add(job);
          }
        };
    try (var replay = new SpoolReplay(spool, DB.pool(), writer, listener)) {
      replay.start();
      assertThat(Pause.until(Duration.ofSeconds(30), () -> spool.depth() == 0)).isTrue();
    }
  }

  @Test
  void aJobIsInTheDatabaseAsItWasAcceptedAndOnce() throws Exception {
    byte[] text = "Whales sing.".getBytes(StandardCharsets.UTF_8);
    NewJob job = withDocument(aJob().ofRealm("a").keyed("k"), text);
    Job kept = spool.keep(job).orElseThrow();
    assertThat(kept.spooled()).isTrue();
    assertThat(spool.find(job.id())).contains(kept);
    assertThat(spool.ofIdempotencyKey("a", "k")).contains(kept);
    assertThat(spool.ofIdempotencyKey(null, "k")).isEmpty();

    spool.close();
    spool = open(ROOMY);
    assertThat(spool.depth()).isEqualTo(1);
    replayAll();
    // As if the process had died before it took the entry out.
    assertThat(spool.keep(job)).isPresent();
    replayAll();

    assertThat(DB.number("SELECT count(*) AS n FROM pipeline_jobs")).isEqualTo(1);
    Job stored = JobTests.stored(DB.pool(), job.id());
    assertThat(stored.status()).isEqualTo(JobStatus.QUEUED);
    assertThat(stored.createdAt()).isEqualTo(ACCEPTED);
    assertThat(stored.runAt()).isEqualTo(ACCEPTED);
    assertThat(stored.spooled()).isFalse();
    assertThat(told).extracting(Job::id).containsOnly(job.id());
    assertThat(DB.text("SELECT convert_from(bytes, 'UTF8') AS text FROM small_documents"))
        .isEqualTo("Whales sing.");
    assertThat(conflicts()).isZero();
    assertThat(spool.find(job.id())).isEmpty();
  }

  private static NewJob withDocument(JobTests.Builder builder, byte[] document) {
    NewJob job = builder.ofContent("a".repeat(64)).build();
    return new NewJob(
        job.id(),
        job.realm(),
        job.queue(),
        job.function(),
        job.payload(),
        job.maxAttempts(),
        job.runAt(),
        job.batchId(),
        job.sha256(),
        job.options(),
        job.idempotencyKey(),
        job.secret(),
        job.timeoutSeconds(),
        new SmallDocument(document));
  }

  @Test
  void anAttemptThatEndedIsRecordedUnderItsClaimAndOnce() throws Exception {
    Claim claim = claimed();
    assertThat(spool.keep(Ending.finished(claim, IntNode.valueOf(7)))).isTrue();
    spool.close();
    spool = open(ROOMY);

    replayAll();
    assertThat(spool.keep(Ending.finished(claim, IntNode.valueOf(7)))).isTrue();
    replayAll();

    Job stored = JobTests.stored(DB.pool(), claim.job().id());
    assertThat(stored.status()).isEqualTo(JobStatus.FINISHED);
    assertThat(stored.result()).hasToString("7");
    assertThat(DB.number("SELECT count(*) AS n FROM job_attempts")).isEqualTo(1);
    assertThat(conflicts()).isZero();
  }

  @Test
  void anAttemptWhoseJobWasGivenToAnotherWorkerIsKeptAsAConflict() throws Exception {
    Claim late = claimed();
    DB.pool().run(tx -> store.giveBack(tx, late));
    Claim next = claim(late.job());
    assertThat(spool.keep(Ending.finished(late, IntNode.valueOf(1)))).isTrue();

    replayAll();

    assertThat(JobTests.stored(DB.pool(), late.job().id()).claimId()).isEqualTo(next.claimId());
    assertThat(conflicts()).isEqualTo(1);
    assertThat(DB.text("SELECT reason AS text FROM spool_conflicts")).contains("somebody else");
  }

  @Test
  void aJobWhoseIdAnotherOneHasIsKeptAsAConflictAndTheOthersComeIn() throws Exception {
    NewJob job = aJob().build();
    NewJob other = aJob().build();
    assertThat(spool.keep(job)).isPresent();
    assertThat(spool.keep(other)).isPresent();
    DB.pool()
        .run(
            tx ->
                tx.update("INSERT INTO pipeline_jobs (id, queue) VALUES (?, 'python')", job.id()));

    replayAll();

    assertThat(JobTests.stored(DB.pool(), other.id()).status()).isEqualTo(JobStatus.QUEUED);
    assertThat(JobTests.stored(DB.pool(), job.id()).queue()).isEqualTo("python");
    assertThat(conflicts()).isEqualTo(1);
  }

  @Test
  void itRefusesWhatDoesNotFitAndWhatHasAPassword() {
    assertThat(spool.keep(aJob().withSecret("x").build())).isEmpty();
    spool.close();
    long one = Bodies.entry(aJob().build(), ACCEPTED).sizeBytes();
    spool = open(3 * one + one / 2);
    int kept = 0;
    while (kept < 10 && spool.keep(aJob().build()).isPresent()) {
      kept++;
    }

    assertThat(kept).isEqualTo(3);
    assertThat(spool.depth()).isEqualTo(3);
  }

  @Test
  void twoProcessesOfAFolderHaveAFileEach() throws Exception {
    NewJob job = aJob().build();
    try (Spool second = open(ROOMY)) {
      assertThat(second.keep(job)).isPresent();
      assertThat(spool.depth()).isZero();
      assertThat(spool.find(job.id())).isEmpty();
    }
  }

  @Test
  void manyAtATimeAreAllKept() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<Boolean>>();
      for (int i = 0; i < 500; i++) {
        answers.add(threads.submit(() -> spool.keep(aJob().build()).isPresent()));
      }
      for (Future<Boolean> answer : answers) {
        assertThat(answer.get()).isTrue();
      }
    }
    spool.close();
    spool = open(ROOMY);

    replayAll();

    assertThat(DB.number("SELECT count(*) AS n FROM pipeline_jobs")).isEqualTo(500);
  }

  private Claim claimed() {
    NewJob job = aJob().build();
    return claim(DB.pool().inTransaction(tx -> store.insert(tx, job)).orElseThrow());
  }

  private Claim claim(Job job) {
    return DB.pool()
        .inTransaction(tx -> store.claim(tx, List.of(job.id()), "w.0", JobTests.LEASE))
        .getFirst();
  }

  private static long conflicts() {
    return DB.number("SELECT count(*) AS n FROM spool_conflicts");
  }
}
