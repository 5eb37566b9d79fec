package io.pipedeck.worker;

import static io.pipedeck.job.JobTests.aJob;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.job.Claim;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TrackedContextTest {
  private final List<String> written = new ArrayList<>();
  private long nanos;
  private final TrackedContext context =
      new TrackedContext(
          new Claim(UUID.randomUUID(), aJob().queued(2)),
          (_, stage, percent, detail) -> written.add(stage + " " + percent + " " + detail),
          () -> nanos);

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
  void aLongDetailIsCut() {
    context.progress("parse", 1, "y".repeat(100_000));

    assertThat(written.getFirst()).hasSizeLessThan(200);
  }

  private void pass(long millis) {
    nanos += TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
