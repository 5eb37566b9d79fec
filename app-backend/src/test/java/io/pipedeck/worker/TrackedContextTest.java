package io.pipedeck.worker;

import static io.pipedeck.job.JobTests.aJob;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.api.JobView.Progress;
import io.pipedeck.job.Claim;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobTests;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TrackedContextTest {
  private final List<String> written = new ArrayList<>();
  private long nanos;
  private final TrackedContext context = context(aJob().queued(2));

  private TrackedContext context(Job job) {
    return new TrackedContext(
        new Claim(UUID.randomUUID(), job),
        (_, stage, percent, detail) -> written.add(stage + " " + percent + " " + detail),
        () -> nanos);
  }

  @Test
  void theFirstIsWrittenAtOnceAndThenOneEachHalfSecond() {
    for (int percent = 0; percent < 100; percent++) {
      context.progress("parse", percent, null);
      pass(50);
    }

    assertThat(written)
        .containsExactly(
            "parse 0 null",
            "parse 10 null",
            "parse 20 null",
            "parse 30 null",
            "parse 40 null",
            "parse 50 null",
            "parse 60 null",
            "parse 70 null",
            "parse 80 null",
            "parse 90 null");
  }

  @Test
  void itNeverGoesBackwardsNorBeyondItsEnds() {
    for (int percent : new int[] {-5, 30, 20, 500, 40}) {
      context.progress("embed", percent, "x");
      pass(500);
    }

    assertThat(written)
        .containsExactly("embed 0 x", "embed 30 x", "embed 30 x", "embed 100 x", "embed 100 x");
  }

  @Test
  void anAttemptNeverTellsLessThanTheOneBefore() {
    var before = new Progress("embed", 57, "chunk 5 of 9", Instant.parse("2026-01-01T00:00:00Z"));
    TrackedContext second = context(JobTests.at(aJob().queued(2), before));

    for (int percent : new int[] {25, 50, 60}) {
      second.progress("embed", percent, "x");
      pass(500);
    }

    assertThat(written).containsExactly("embed 57 x", "embed 57 x", "embed 60 x");
  }

  @Test
  void aLongDetailIsCut() {
    context.progress("parse", 1, "y".repeat(100_000));

    assertThat(written.getFirst()).hasSizeLessThan(200);
  }

  private void pass(long millis) {
    nanos += TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
