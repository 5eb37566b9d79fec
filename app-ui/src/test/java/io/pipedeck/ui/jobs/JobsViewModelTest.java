package io.pipedeck.ui.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.api.JobStatus;
import io.pipedeck.api.Problem;
import io.pipedeck.ui.contract.Documents;
import io.pipedeck.ui.contract.Line;
import io.pipedeck.ui.contract.StubJob;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JobsViewModelTest {
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
  private static final Duration SETTLED = Duration.ofSeconds(1);

  private final Line line = new Line();
  private final JobsViewModel jobs =
      new JobsViewModel(line.connection, line.tasks, line.tasks::now);

  @AfterEach
  void close() {
    line.close();
  }

  @Test
  void showsNewestFirst() {
    job("old.pdf", 1);
    job("new.pdf", 9);
    line.live();

    assertThat(names()).containsExactly("new.pdf", "old.pdf");
    assertThat(jobs.stateProperty().get()).isEqualTo(ListState.READY);
  }

  @Test
  void tellsEmptyFromNoMatch() {
    line.live();
    assertThat(jobs.stateProperty().get()).isEqualTo(ListState.EMPTY);

    jobs.filterProperty().set(JobFilter.ALL.withStatus(JobStatus.FAILED));
    assertThat(jobs.stateProperty().get()).isEqualTo(ListState.NO_MATCH);

    jobs.clearFilters();
    assertThat(jobs.stateProperty().get()).isEqualTo(ListState.EMPTY);
  }

  @Test
  void saysWhyTheListCouldNotBeLoadedAndRecovers() {
    line.stub.refuseWith(
        new Problem("about:blank", "", 503, "unavailable", "starting", null, null, null));
    line.live();
    assertThat(jobs.stateProperty().get()).isEqualTo(ListState.FAILED);
    assertThat(jobs.problemProperty().get()).extracting(Problem::code).isEqualTo("unavailable");

    line.stub.refuseWith(null);
    job("a.pdf", 1);
    jobs.refresh();
    assertThat(jobs.stateProperty().get()).isEqualTo(ListState.READY);
    assertThat(jobs.problemProperty().get()).isNull();
  }

  @Test
  void aFailedRefreshKeepsTheRows() {
    job("a.pdf", 1);
    line.live();

    line.stub.refuseWith(
        new Problem("about:blank", "", 503, "unavailable", "busy", null, null, null));
    jobs.refresh();

    assertThat(names()).containsExactly("a.pdf");
    assertThat(jobs.stateProperty().get()).isEqualTo(ListState.READY);
  }

  @Test
  void refreshKeepsTheSameRowObjectsAndSelection() {
    StubJob job = job("a.pdf", 1);
    job("b.pdf", 2);
    line.live();
    JobRow before = jobs.rows().get(1);
    jobs.selectedProperty().set(job.id());

    line.stub.changeSilently(job.id(), Documents::finished);
    job("c.pdf", 3);
    jobs.refresh();

    assertThat(names()).containsExactly("c.pdf", "b.pdf", "a.pdf");
    assertThat(jobs.rows().get(2)).isSameAs(before);
    assertThat(before.job().status()).isEqualTo(JobStatus.FINISHED);
    assertThat(jobs.selectedProperty().get()).isEqualTo(job.id());
  }

  @Test
  void anEventMovesItsRowWithoutReadingTheList() {
    StubJob job = job("a.pdf", 1);
    line.stub.changeSilently(job.id(), Documents.running("parse", 10, "page 1 of 9"));
    line.live();
    int calls = line.stub.listCalls();

    line.stub.change(job.id(), Documents.running("embed", 70, "chunk 7 of 9"));
    line.tasks.await("70 %", () -> percent() == 70);

    assertThat(line.stub.listCalls()).isEqualTo(calls);
  }

  @Test
  void aStatusChangeIsReadAgainOnceForManyEvents() {
    List<StubJob> many = IntStream.range(0, 20).mapToObj(i -> job("f" + i + ".pdf", i)).toList();
    line.live();
    int calls = line.stub.listCalls();

    many.forEach(job -> line.stub.change(job.id(), Documents::finished));
    line.tasks.await(
        "all finished",
        () -> jobs.rows().stream().allMatch(row -> row.job().status() == JobStatus.FINISHED));
    line.tasks.advance(SETTLED);

    assertThat(line.stub.listCalls()).isEqualTo(calls + 1);
    assertThat(jobs.rows().getFirst().job().resultSummary()).startsWith("The agreement");
  }

  @Test
  void anOlderEventIsIgnored() {
    StubJob job = job("a.pdf", 1);
    line.live();
    JobRow row = jobs.rows().getFirst();
    line.stub.change(job.id(), Documents::finished);
    line.tasks.await("finished", () -> row.job().status() == JobStatus.FINISHED);

    var older = new io.pipedeck.api.JobEvent(job.id(), 1, JobStatus.QUEUED, null, null);
    jobs.jobsChanged(List.of(older));

    assertThat(row.job().status()).isEqualTo(JobStatus.FINISHED);
  }

  @Test
  void anAnswerThatWasAskedForBeforeTheFilterChangedIsDropped() {
    job("failed.pdf", 1).status = JobStatus.FAILED;
    job("queued.pdf", 2);
    line.live();
    line.tasks.hold();
    jobs.refresh();
    jobs.filterProperty().set(JobFilter.ALL.withStatus(JobStatus.FAILED));

    line.tasks.releaseNewest();
    while (line.tasks.held() > 0) {
      line.tasks.release();
    }

    assertThat(names()).containsExactly("failed.pdf");
  }

  @Test
  void aRowThatLeftTheFilterStaysGreyWhileSelectedAndGoesAfterwards() {
    StubJob job = job("a.pdf", 1);
    line.live();
    jobs.filterProperty().set(JobFilter.ALL.withStatus(JobStatus.QUEUED));
    jobs.selectedProperty().set(job.id());

    line.stub.changeSilently(job.id(), Documents::finished);
    jobs.refresh();
    assertThat(jobs.rows()).hasSize(1);
    assertThat(jobs.rows().getFirst().goneProperty().get()).isTrue();

    jobs.selectedProperty().set(null);
    assertThat(jobs.rows()).isEmpty();
  }

  @Test
  void aDeletedJobLeavesTheList() {
    StubJob job = job("a.pdf", 1);
    job("b.pdf", 2);
    line.live();

    line.stub.delete(job.id());
    jobs.refresh();

    assertThat(names()).containsExactly("b.pdf");
  }

  @Test
  void newJobsWaitAboveTheViewUntilAskedFor() {
    job("a.pdf", 1);
    line.live();
    jobs.atTopProperty().set(false);

    job("b.pdf", 2);
    job("c.pdf", 3);
    jobs.refresh();
    assertThat(names()).containsExactly("a.pdf");
    assertThat(jobs.heldNewProperty().get()).isEqualTo(2);

    jobs.showNew();
    assertThat(names()).containsExactly("c.pdf", "b.pdf", "a.pdf");
    assertThat(jobs.heldNewProperty().get()).isZero();
  }

  @Test
  void newJobsComeInWhenTheViewReachesTheTop() {
    job("a.pdf", 1);
    line.live();
    jobs.atTopProperty().set(false);
    job("b.pdf", 2);
    jobs.refresh();

    jobs.atTopProperty().set(true);

    assertThat(names()).containsExactly("b.pdf", "a.pdf");
  }

  @Test
  void loadsOlderPagesAndKeepsThemOverARefresh() {
    IntStream.range(0, 230).forEach(i -> job("f" + i + ".pdf", i));
    line.live();
    assertThat(jobs.rows()).hasSize(100);
    assertThat(jobs.moreProperty().get()).isTrue();

    jobs.loadMore();
    jobs.loadMore();
    assertThat(jobs.rows()).hasSize(230);
    assertThat(jobs.moreProperty().get()).isFalse();

    jobs.refresh();
    assertThat(jobs.rows()).hasSize(230);
    assertThat(jobs.rows())
        .isSortedAccordingTo((a, b) -> JobRow.NEWEST_FIRST.compare(a.job(), b.job()));
  }

  @Test
  void countsFollowTheEvents() {
    StubJob job = job("a.pdf", 1);
    line.live();
    var counts = jobs.counts().allProperty();
    assertThat(counts.get()).extracting(io.pipedeck.api.Counts::queued).isEqualTo(1L);

    line.stub.change(job.id(), Documents::finished);

    line.tasks.await("1 finished", () -> JobCountsModel.of(counts.get(), JobStatus.FINISHED) == 1);
  }

  @Test
  void knowsTheTotalOfOneFilterButNotOfTwoCrossed() {
    job("a.pdf", 1).realm = "legal";
    job("b.pdf", 2).realm = "legal";
    job("c.pdf", 3);
    line.live();

    assertThat(jobs.counts().total(JobFilter.ALL)).hasValue(3);
    assertThat(jobs.counts().total(JobFilter.ALL.withRealm("legal"))).hasValue(2);
    assertThat(jobs.counts().total(JobFilter.ALL.withRealm("legal").withQueue("default")))
        .isEmpty();
    assertThat(jobs.counts().realms()).containsExactly("legal");
  }

  private StubJob job(String name, int minute) {
    return line.stub.add(name, NOON.plusSeconds(60L * minute), _ -> {});
  }

  private int percent() {
    var progress = jobs.rows().getFirst().job().progress();
    return progress == null ? -1 : progress.percent();
  }

  private List<String> names() {
    return jobs.rows().stream().map(row -> JobNames.of(row.job())).toList();
  }
}
