package io.pipedeck.ui.detail;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView;
import io.pipedeck.api.Json;
import io.pipedeck.api.Problem;
import io.pipedeck.ui.contract.Documents;
import io.pipedeck.ui.contract.Line;
import io.pipedeck.ui.contract.StubJob;
import io.pipedeck.ui.contract.Words;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JobDetailTest {
  private final Line line = new Line();
  private final JobDetailViewModel detail = new JobDetailViewModel(line.connection, line.tasks);
  private final StubJob job =
      line.stub.add("a.pdf", Instant.parse("2026-11-23T12:00:00Z"), Documents::queued);

  @AfterEach
  void close() {
    line.close();
  }

  @Test
  void followsTheShownJobToItsEnd() {
    line.live();
    detail.show(job.id());
    assertThat(shown().status()).isEqualTo(JobStatus.QUEUED);

    line.stub.change(job.id(), Documents::finished);
    line.tasks.await("told", () -> pending() || shown().status() == JobStatus.FINISHED);

    assertThat(JobFacts.of(shown()).summary()).startsWith("The agreement covers");
  }

  @Test
  void aJobThatIsNotThereIsGoneNotFailed() {
    line.live();
    detail.show(UUID.randomUUID());

    assertThat(detail.stateProperty().get()).isEqualTo(DetailState.GONE);
    assertThat(detail.jobProperty().get()).isNull();
  }

  @Test
  void aJobThatCannotBeReadSaysWhyAndKeepsWhatItHas() {
    line.live();
    line.stub.refuseWith(new Problem("about:blank", "", 503, "unavailable", "", null, null, null));
    detail.show(job.id());
    assertThat(detail.stateProperty().get()).isEqualTo(DetailState.FAILED);

    line.stub.refuseWith(null);
    detail.refresh();
    line.stub.refuseWith(new Problem("about:blank", "", 503, "unavailable", "", null, null, null));
    detail.refresh();

    assertThat(detail.stateProperty().get()).isEqualTo(DetailState.READY);
    assertThat(shown().id()).isEqualTo(job.id());
  }

  @Test
  void anAnswerForAJobThatIsNoLongerShownIsDropped() {
    line.live();
    line.tasks.hold();
    detail.show(job.id());
    detail.show(null);
    line.tasks.release();

    assertThat(detail.stateProperty().get()).isEqualTo(DetailState.NOTHING);
  }

  @Test
  void factsAreReadFromAnyJsonWithoutFailing() throws JsonProcessingException {
    var odd =
        Json.mapper()
            .readValue(
                """
                {"id": "%s", "queue": "q", "status": "finished", "payload": "text",
                 "result": {"chunks": [1, 2, 3], "warnings": ["a", {"detail": "b"}, {"code": "c"}, 7],
                            "stages": [{"stage": "parse", "seconds": 1.5}, {"other": 1}]}}
                """
                    .formatted(UUID.randomUUID()),
                JobView.class);

    JobFacts facts = JobFacts.of(odd);

    assertThat(facts.chunks()).hasValue(3);
    assertThat(facts.sizeBytes()).isEmpty();
    assertThat(facts.warnings()).containsExactly("a", "b", "c", "7");
    assertThat(facts.stages())
        .containsExactly(new JobFacts.StageTime("parse", Duration.ofMillis(1500)));
  }

  @Test
  void timelineOfAFinishedJobNamesEachStageWithItsTime() {
    line.stub.change(job.id(), Documents::finished);

    List<TimelineStep> steps = timeline();

    assertThat(steps)
        .extracting(TimelineStep::name)
        .containsExactly(
            "Accepted", "Started", "Parse", "Clean", "Chunk", "Embed", "Summarise", "Finished");
    assertThat(steps).allMatch(step -> step.kind() == TimelineStep.Kind.DONE);
    assertThat(steps.get(1).took()).isEqualTo(Duration.ofMillis(840));
    assertThat(steps.get(2).took()).isEqualTo(Duration.ofMillis(1820));
  }

  @Test
  void timelineOfARunningJobShowsWhereItIs() {
    line.stub.change(job.id(), Documents.running("chunk", 40, "…"));

    assertThat(timeline())
        .filteredOn(TimelineStep::sub)
        .extracting(TimelineStep::kind)
        .containsExactly(
            TimelineStep.Kind.DONE,
            TimelineStep.Kind.DONE,
            TimelineStep.Kind.NOW,
            TimelineStep.Kind.TO_COME,
            TimelineStep.Kind.TO_COME);
  }

  @Test
  void timelineOfAFailedJobEndsWithTheFailure() {
    line.stub.change(job.id(), Documents.failed(ErrorCode.NO_TEXT, "no text"));

    assertThat(timeline().getLast().kind()).isEqualTo(TimelineStep.Kind.FAILED);
    assertThat(timeline().getLast().took()).isEqualTo(Duration.ofMillis(1200));
  }

  @Test
  void clocksThatDisagreeNeverGiveANegativeDuration() {
    line.stub.change(
        job.id(),
        changed -> {
          Documents.finished(changed);
          changed.startedAt = changed.createdAt.minusSeconds(5);
          changed.finishedAt = changed.createdAt.minusSeconds(9);
        });

    assertThat(timeline())
        .extracting(TimelineStep::took)
        .allMatch(took -> took == null || !took.isNegative());
  }

  private boolean pending() {
    line.tasks.advance(Duration.ofSeconds(1));
    return false;
  }

  private List<TimelineStep> timeline() {
    line.live();
    detail.show(job.id());
    return new Timeline(Words.TEXTS, Words.JOBS).of(shown(), JobFacts.of(shown()));
  }

  private JobView shown() {
    JobView shown = detail.jobProperty().get();
    assertThat(shown).isNotNull();
    return shown;
  }
}
