package io.pipedeck.document;

import static io.pipedeck.job.JobTests.aJob;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.config.DocumentConfig;
import io.pipedeck.db.Database;
import io.pipedeck.db.MigratedDatabase;
import io.pipedeck.job.Claim;
import io.pipedeck.job.JobStore;
import io.pipedeck.job.JobTests;
import io.pipedeck.pipeline.Stage;
import io.pipedeck.pipeline.StageOutputs;
import io.pipedeck.pipeline.StageOutputs.OutputKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StageStoreTest {
  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();

  private static final OutputKey CHUNKS = new OutputKey(Stage.CHUNK, "size=800", true);
  private static final OutputKey VECTORS = new OutputKey(Stage.EMBED, "size=800,model=m", true);

  private final StageStore store = new StageStore(DB.pool(), 1_000);

  @Test
  void aLaterAttemptFindsThePartsInTheirOrder() {
    Claim claim = claim(null);
    StageOutputs first = store.of(claim, false);
    keep(first, VECTORS, 0, "one");
    keep(first, VECTORS, 1, "two");
    keep(first, VECTORS, 1, "two again");
    keep(first, VECTORS, 3, "behind a gap");

    StageOutputs second = store.of(again(claim), false);
    assertThat(find(second, VECTORS)).containsExactly("one", "two again");
    assertThat(find(second, CHUNKS)).isEmpty();
  }

  @Test
  void anotherJobOfTheSameRealmHasThemToo() {
    keep(store.of(claim("r"), false), CHUNKS, 0, "chunks");

    assertThat(find(store.of(claim("r"), false), CHUNKS)).containsExactly("chunks");
    assertThat(find(store.of(claim("other"), false), CHUNKS)).isEmpty();
    assertThat(find(store.of(claim(null), false), CHUNKS)).isEmpty();
  }

  @Test
  void whatAPasswordOpenedIsForItsJobAlone() {
    Claim claim = claim("r");
    keep(store.of(claim, true), CHUNKS, 0, "secret text");

    assertThat(find(store.of(claim("r"), false), CHUNKS)).isEmpty();
    assertThat(find(store.of(claim("r"), true), CHUNKS)).isEmpty();
    assertThat(find(store.of(again(claim), true), CHUNKS)).containsExactly("secret text");
  }

  @Test
  void aJobWithAPasswordDoesNotUseWhatOthersLeft() {
    keep(store.of(claim("r"), false), CHUNKS, 0, "text");

    assertThat(find(store.of(claim("r"), true), CHUNKS)).isEmpty();
  }

  @Test
  void whatWasReadWithGapsIsForItsJobAlone() {
    Claim claim = claim("r");
    var gaps = new OutputKey(Stage.CLEAN, "ocr=true", false);
    keep(store.of(claim, false), gaps, 0, "half of it");

    assertThat(find(store.of(claim("r"), false), gaps)).isEmpty();
    assertThat(find(store.of(again(claim), false), gaps)).containsExactly("half of it");
  }

  @Test
  void cleanTextTakesThePlaceOfWhatWasParsed() {
    StageOutputs outputs = store.of(claim(null), false);
    var parsed = new OutputKey(Stage.PARSE, "ocr=true", true);
    keep(outputs, parsed, 0, "pages");
    keep(outputs, new OutputKey(Stage.CLEAN, "ocr=true", true), 0, "text");

    assertThat(find(outputs, parsed)).isEmpty();
    assertThat(parts()).isEqualTo(1);
  }

  @Test
  void anAttemptThatLostItsClaimKeepsNothing() {
    Claim frozen = claim(null);
    DB.foreign("UPDATE pipeline_jobs SET lease_until = now() - interval '1 second'");
    JobTests.rescue(DB.pool());

    keep(store.of(frozen, false), CHUNKS, 0, "late");

    assertThat(parts()).isZero();
  }

  @Test
  void nothingIsKeptBeyondTheBound() {
    StageOutputs outputs = store.of(claim(null), false);
    keep(outputs, VECTORS, 0, "x".repeat(600));
    keep(outputs, VECTORS, 1, "x".repeat(600));
    keep(outputs, VECTORS, 2, "x".repeat(400));

    assertThat(DB.number("SELECT sum(size_bytes)::bigint AS n FROM stage_outputs"))
        .isEqualTo(1_000);
  }

  @Test
  void withoutADatabaseNothingIsFoundAndNothingFails() {
    Claim claim = claim(null);
    var nowhere = new Database.Login("jdbc:postgresql://127.0.0.1:1/none", "u", "p");
    try (var away = new Database(nowhere, 0, 1, Duration.ofMillis(300))) {
      StageOutputs outputs = new StageStore(away, 1_000).of(claim, false);

      keep(outputs, CHUNKS, 0, "chunks");

      assertThat(find(outputs, CHUNKS)).isEmpty();
    }
  }

  @Test
  void whileAJobHasNotEndedItsOutputsStay() {
    Claim claim = claim("r");
    keep(store.of(claim, false), CHUNKS, 0, "x".repeat(900));
    keep(store.of(claim, true), CHUNKS, 0, "secret");
    age();

    assertThat(sweep(Duration.ZERO, 1)).isZero();
    DB.pool().run(tx -> new JobStore().giveBack(tx, claim));
    assertThat(sweep(Duration.ZERO, 1)).isZero();
  }

  @Test
  void afterTheEndOfTheJobTheyStayForATimeOfTheirOwn() {
    finish("r", "old");
    age();
    finish("r", "young");

    assertThat(sweep(Duration.ofHours(3), 1_000)).isZero();
    assertThat(sweep(Duration.ofMinutes(90), 1_000)).isEqualTo(1);
    assertThat(DB.text("SELECT variant AS text FROM stage_outputs")).isEqualTo("young");
    assertThat(sweep(Duration.ZERO, 1_000)).isEqualTo(1);
  }

  @Test
  void whatIsForOneJobGoesWithItsEnd() {
    Claim claim = claim("r");
    keep(store.of(claim, true), CHUNKS, 0, "secret");
    DB.pool().run(tx -> new JobStore().finish(tx, claim, null));
    claim("r");

    assertThat(sweep(Duration.ofDays(1), 1_000)).isEqualTo(1);
  }

  @Test
  void whatADeletedJobLeftGoesAtOnce() {
    finish("r", "text");
    DB.foreign("DELETE FROM pipeline_jobs");

    assertThat(sweep(Duration.ofDays(1), 1_000)).isEqualTo(1);
  }

  @Test
  void theOldestGoFirstWhereThereIsTooMuch() {
    finish("a", "1");
    age();
    finish("b", "2");
    finish("c", "3");

    assertThat(sweep(Duration.ofDays(1), 2)).isEqualTo(1);
    assertThat(DB.text("SELECT string_agg(variant, ' ' ORDER BY id) AS text FROM stage_outputs"))
        .isEqualTo("2 3");
  }

  /** A job that ended and left one output of one byte. */
  private void finish(String realm, String variant) {
    Claim claim = claim(realm);
    keep(store.of(claim, false), new OutputKey(Stage.CHUNK, variant, true), 0, "x");
    DB.pool().run(tx -> new JobStore().finish(tx, claim, null));
  }

  private static void age() {
    DB.foreign("UPDATE stage_outputs SET kept_at = kept_at - interval '2 hours'");
  }

  private static int sweep(Duration cache, long bytes) {
    var config =
        new DocumentConfig(
            DocumentConfig.Store.POSTGRES, Path.of("unused"), false, 0, cache, bytes);
    return DB.pool().inTransaction(tx -> new StageSweeper(DB.pool(), config, "me").sweep(tx));
  }

  private static void keep(StageOutputs outputs, OutputKey key, int part, String text) {
    outputs.keep(key, part, text.getBytes(UTF_8));
  }

  private static List<String> find(StageOutputs outputs, OutputKey key) {
    return outputs.find(key).stream().map(bytes -> new String(bytes, UTF_8)).toList();
  }

  private static long parts() {
    return DB.number("SELECT count(*) AS n FROM stage_outputs");
  }

  private static Claim claim(@Nullable String realm) {
    return JobTests.claim(DB.pool(), aJob().ofRealm(realm).ofContent("a".repeat(64)).in(DB), "w-1");
  }

  /** The next attempt, by another worker. */
  private static Claim again(Claim claim) {
    DB.pool().run(tx -> new JobStore().giveBack(tx, claim));
    return JobTests.claim(DB.pool(), JobTests.stored(DB.pool(), claim.job().id()), "w-2");
  }
}
