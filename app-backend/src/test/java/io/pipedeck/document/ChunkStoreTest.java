package io.pipedeck.document;

import static io.pipedeck.job.JobTests.aJob;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.db.MigratedDatabase;
import io.pipedeck.job.Claim;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobTests;
import io.pipedeck.pipeline.PipelineOptions;
import io.pipedeck.pipeline.PipelineOutput;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ChunkStoreTest {
  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();

  private static final String SHA256 = "a".repeat(64);

  private final ChunkStore store = new ChunkStore(DB.pool());

  @Test
  void chunksAndWhatWasLearnedAreKept() {
    Claim claim = claim(null);

    assertThat(store.replace(claim, PipelineOptions.DEFAULT, output(2, "text \u0000 Ōtautahi")))
        .isTrue();

    assertThat(
            DB.text(
                """
                SELECT string_agg(concat_ws('/', ordinal, page, start_offset, end_offset, heading, text, tokens, model,
                    dimensions, embedding::text), ' ' ORDER BY ordinal) AS text FROM document_chunks
                """))
        .isEqualTo(
            "0/1/0/10/Kapitel/text  Ōtautahi 0/5/mini/2/{1,-0.5} 1/1/10/20/Kapitel/text  Ōtautahi 1/5/mini/2/{1,-0.5}");
    Job job = JobTests.stored(DB.pool(), claim.job().id());
    assertThat(job.payload())
        .hasToString(
            "{\"pages\":1,\"title\":\"Titel\",\"words\":3,\"created\":\"2026-05-04T08:00:00.000000Z\",\"filename\":\"a.pdf\",\"language\":\"en\",\"media_type\":\"text/plain\"}");
  }

  @Test
  void aRunAgainReplacesAndNeverDoubles() {
    store.replace(claim(null), PipelineOptions.DEFAULT, output(5, "old"));
    store.replace(claim(null), PipelineOptions.DEFAULT, output(3, "new"));

    assertThat(count()).isEqualTo(3);
    assertThat(DB.number("SELECT count(*) AS n FROM document_chunks WHERE text LIKE 'new%'"))
        .isEqualTo(3);
  }

  @Test
  void otherRealmsAndOptionsAreVersionsOfTheirOwn() {
    store.replace(claim(null), PipelineOptions.DEFAULT, output(1, "x"));
    store.replace(claim("r"), PipelineOptions.DEFAULT, output(1, "x"));
    store.replace(claim("r"), new PipelineOptions(400, 50, true, true), output(1, "x"));

    assertThat(count()).isEqualTo(3);
  }

  @Test
  void chunksWithoutVectorsHaveNoModel() {
    var plain = new PipelineOutput.Chunk(0, null, 0, 1, null, "x", 0, null);

    store.replace(claim(null), PipelineOptions.DEFAULT, output(List.of(plain)));

    assertThat(
            DB.number(
                "SELECT count(*) AS n FROM document_chunks WHERE model IS NULL AND embedding IS NULL AND page IS NULL"))
        .isEqualTo(1);
  }

  @Test
  void anAttemptThatLostItsClaimWritesNothing() {
    Claim frozen = claim(null);
    DB.foreign("UPDATE pipeline_jobs SET lease_until = now() - interval '1 second'");
    JobTests.rescue(DB.pool());
    Job before = JobTests.stored(DB.pool(), frozen.job().id());

    assertThat(store.replace(frozen, PipelineOptions.DEFAULT, output(2, "late"))).isFalse();

    assertThat(count()).isZero();
    assertThat(JobTests.stored(DB.pool(), frozen.job().id())).isEqualTo(before);
  }

  @Test
  void jobsOfTheSameDocumentMayEndAtOnce() throws Exception {
    int jobs = 6;
    var together = new CyclicBarrier(jobs);
    List<Future<Boolean>> written = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < jobs; i++) {
        Claim claim = claim("r");
        written.add(
            threads.submit(
                () -> {
                  together.await(20, TimeUnit.SECONDS);
                  return store.replace(claim, PipelineOptions.DEFAULT, output(40, "same"));
                }));
      }
    }

    for (Future<Boolean> one : written) {
      assertThat(one.get()).isTrue();
    }
    assertThat(count()).isEqualTo(40);
  }

  @Test
  void aWorkerWhoseClaimIsTakenAwayWhileItWaitsToWriteWritesNothing() throws Exception {
    Claim claim = claim("r");
    try (var other = DB.connect();
        var statement = other.createStatement();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      other.setAutoCommit(false);
      statement.execute("UPDATE pipeline_jobs SET claim_id = gen_random_uuid(), worker = 'w-2'");
      Future<Boolean> late =
          threads.submit(() -> store.replace(claim, PipelineOptions.DEFAULT, output(3, "late")));
      awaitOneThatWaits();
      other.commit();

      assertThat(late.get(20, TimeUnit.SECONDS)).isFalse();
    }
    assertThat(count()).isZero();
    assertThat(DB.number("SELECT count(*) AS n FROM document_versions")).isZero();
  }

  /** Until PostgreSQL says that a transaction waits for the row. */
  private static void awaitOneThatWaits() {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (DB.number(
            "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
        == 0) {
      assertThat(System.nanoTime()).as("somebody waits").isLessThan(until);
    }
  }

  @Test
  void nobodyTakesTheClaimAwayWhileChunksAreWritten() throws Exception {
    Claim claim = claim("r");
    DB.foreign("UPDATE pipeline_jobs SET lease_until = now() - interval '1 second'");
    try (var other = DB.connect();
        var statement = other.createStatement();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      other.setAutoCommit(false);
      // Stands for another job of the same document that is just being written.
      statement.execute(
          "SELECT pg_advisory_xact_lock(hashtextextended('chunks r %s %s', 0))"
              .formatted(SHA256, ChunkStore.optionsHash(PipelineOptions.DEFAULT)));
      Future<Boolean> writing =
          threads.submit(() -> store.replace(claim, PipelineOptions.DEFAULT, output(3, "mine")));
      awaitOneThatWaits();

      assertThat(JobTests.rescue(DB.pool())).as("its row is locked").isEmpty();
      other.commit();

      assertThat(writing.get(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(count()).isEqualTo(3);
  }

  @Test
  void eachVersionIsARowThatIsMovedByEveryChange() {
    Claim first = claim("r");
    store.replace(first, PipelineOptions.DEFAULT, output(5, "old"));
    long before = DB.number("SELECT revision AS n FROM document_versions");
    Claim second = claim("r");
    store.replace(second, PipelineOptions.DEFAULT, output(300, "new"));

    assertThat(version()).isEqualTo("r/300/" + second.job().id());
    assertThat(DB.number("SELECT revision AS n FROM document_versions")).isNotEqualTo(before);

    DB.foreign("UPDATE document_chunks SET job_id = '%s'".formatted(first.job().id()));
    assertThat(version()).isEqualTo("r/300/" + first.job().id());

    DB.foreign("DELETE FROM document_chunks WHERE ordinal >= 100");
    assertThat(version()).isEqualTo("r/100/" + first.job().id());

    DB.foreign("TRUNCATE document_chunks");
    assertThat(version()).isEqualTo("r/0/" + first.job().id());
  }

  private static String version() {
    return DB.text("SELECT concat_ws('/', realm, chunks, job_id) AS text FROM document_versions");
  }

  private static Claim claim(@Nullable String realm) {
    return JobTests.claim(DB.pool(), aJob().ofRealm(realm).ofContent(SHA256).in(DB), "w-1");
  }

  private static long count() {
    return DB.number("SELECT count(*) AS n FROM document_chunks");
  }

  private static PipelineOutput output(int chunks, String text) {
    return output(
        IntStream.range(0, chunks)
            .mapToObj(
                n ->
                    new PipelineOutput.Chunk(
                        n,
                        1,
                        n * 10,
                        n * 10 + 10,
                        "Kapitel",
                        text + " " + n,
                        5,
                        new float[] {1, -0.5f}))
            .toList());
  }

  private static PipelineOutput output(List<PipelineOutput.Chunk> chunks) {
    return new PipelineOutput(
        "text/plain",
        1,
        3,
        "en",
        "Titel",
        null,
        Instant.parse("2026-05-04T08:00:00Z"),
        null,
        "mini",
        2,
        chunks,
        "summary",
        List.of(),
        List.of());
  }
}
