package io.pipedeck.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.ui.contract.Documents;
import io.pipedeck.ui.contract.Line;
import io.pipedeck.ui.contract.StubJob;
import io.pipedeck.ui.detail.JobDetailViewModel;
import io.pipedeck.ui.jobs.JobsViewModel;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SecondsShownTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final Line line = new Line();
  private final JobsViewModel jobs =
      new JobsViewModel(line.connection, line.tasks, line.tasks::now);
  private final JobDetailViewModel detail = new JobDetailViewModel(line.connection, line.tasks);
  private final SecondsShown seconds = new SecondsShown(line.connection, jobs, detail);

  @AfterEach
  void close() {
    line.close();
  }

  @Test
  void aLineThatIsNotLiveCountsDown() {
    assertThat(seconds.test(line.tasks.now())).isTrue();

    line.live();
    assertThat(seconds.test(line.tasks.now())).isFalse();
  }

  @Test
  void aJobIsYoungForAMinute() {
    Instant created = job().createdAt;
    line.live();

    assertThat(seconds.test(created.plusSeconds(59))).isTrue();
    assertThat(seconds.test(created.plusSeconds(60))).isFalse();
  }

  @Test
  void aRunningJobTicks() {
    StubJob job = job();
    line.stub.changeSilently(job.id(), Documents.running("parse", 10, "page 1 of 9"));
    line.live();

    assertThat(seconds.test(job.createdAt.plus(HOUR))).isTrue();
  }

  @Test
  void aJobThatIsLookedAtTicksUntilItHasEnded() {
    StubJob job = job();
    line.live();
    detail.show(job.id());
    assertThat(seconds.test(job.createdAt.plus(HOUR))).isTrue();

    line.stub.changeSilently(job.id(), Documents::finished);
    detail.refresh();
    jobs.refresh();
    assertThat(seconds.test(job.createdAt.plus(HOUR))).isFalse();
  }

  private StubJob job() {
    return line.stub.add("a.pdf", Instant.parse("2026-11-23T12:00:00Z"), Documents::queued);
  }
}
