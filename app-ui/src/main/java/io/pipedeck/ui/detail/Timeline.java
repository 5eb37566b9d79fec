package io.pipedeck.ui.detail;

import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView;
import io.pipedeck.ui.text.JobWords;
import io.pipedeck.ui.text.Texts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Draws up the steps of a job: accepted, waited, each stage of the run, ended. */
final class Timeline {
  /** The pipeline's stages in their order, as the contract names them. */
  private static final List<String> STAGES =
      List.of("parse", "clean", "chunk", "embed", "summarise");

  private final Texts texts;
  private final JobWords words;

  Timeline(Texts texts, JobWords words) {
    this.texts = texts;
    this.words = words;
  }

  List<TimelineStep> of(JobView job, JobFacts facts) {
    List<TimelineStep> steps = new ArrayList<>();
    steps.add(step("timeline.created", TimelineStep.Kind.DONE, null, job.createdAt()));
    Instant started = job.startedAt();
    if (started == null) {
      steps.add(waiting(job));
    } else {
      steps.add(
          step(
              "timeline.started",
              TimelineStep.Kind.DONE,
              between(job.createdAt(), started),
              started));
      if (job.status() == JobStatus.QUEUED || job.status() == JobStatus.SCHEDULED) {
        steps.add(waiting(job));
      } else {
        steps.addAll(stages(job, facts));
      }
    }
    end(job).ifPresent(steps::add);
    return List.copyOf(steps);
  }

  private TimelineStep waiting(JobView job) {
    return switch (job.status()) {
      case SCHEDULED -> step("timeline.scheduled", TimelineStep.Kind.NOW, null, job.runAt());
      case CANCELED -> step("timeline.neverStarted", TimelineStep.Kind.STOPPED, null, null);
      case QUEUED, RUNNING, FINISHED, FAILED ->
          step("timeline.waiting", TimelineStep.Kind.NOW, null, null);
    };
  }

  private List<TimelineStep> stages(JobView job, JobFacts facts) {
    if (!facts.stages().isEmpty()) {
      return facts.stages().stream()
          .map(
              stage ->
                  new TimelineStep(
                      words.stage(stage.stage()), TimelineStep.Kind.DONE, stage.took(), null, true))
          .toList();
    }
    JobView.Progress progress = job.progress();
    int reached = progress == null ? -1 : STAGES.indexOf(progress.stage());
    if (job.status() == JobStatus.FINISHED || (progress == null && job.status().isFinal())) {
      return List.of();
    }
    List<TimelineStep> steps = new ArrayList<>();
    for (int i = 0; i < STAGES.size(); i++) {
      steps.add(
          new TimelineStep(words.stage(STAGES.get(i)), kind(job, i, reached), null, null, true));
    }
    return steps;
  }

  private static TimelineStep.Kind kind(JobView job, int stage, int reached) {
    if (stage < reached) {
      return TimelineStep.Kind.DONE;
    }
    if (stage > reached) {
      return TimelineStep.Kind.TO_COME;
    }
    return switch (job.status()) {
      case FAILED -> TimelineStep.Kind.FAILED;
      case CANCELED -> TimelineStep.Kind.STOPPED;
      case RUNNING, QUEUED, SCHEDULED, FINISHED -> TimelineStep.Kind.NOW;
    };
  }

  private java.util.Optional<TimelineStep> end(JobView job) {
    Instant ended = job.finishedAt();
    Duration took = between(job.startedAt(), ended);
    return switch (job.status()) {
      case FINISHED ->
          java.util.Optional.of(step("timeline.finished", TimelineStep.Kind.DONE, took, ended));
      case FAILED ->
          java.util.Optional.of(step("timeline.failed", TimelineStep.Kind.FAILED, took, ended));
      case CANCELED ->
          java.util.Optional.of(step("timeline.canceled", TimelineStep.Kind.STOPPED, took, ended));
      case QUEUED, RUNNING, SCHEDULED -> java.util.Optional.empty();
    };
  }

  private TimelineStep step(
      String key, TimelineStep.Kind kind, @Nullable Duration took, @Nullable Instant at) {
    return new TimelineStep(texts.get(key), kind, took, at, false);
  }

  private static @Nullable Duration between(@Nullable Instant from, @Nullable Instant to) {
    if (from == null || to == null) {
      return null;
    }
    // Clocks of two machines may disagree by a little; a step never took less than nothing.
    return to.isBefore(from) ? Duration.ZERO : Duration.between(from, to);
  }
}
