package io.pipedeck.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns the progress of stages into a percentage of the whole that never goes back, and takes their
 * times. The share of each stage is what it usually takes of the time.
 */
final class ProgressMeter {
  private final ProgressListener listener;
  private final List<PipelineOutput.StageTiming> timings = new ArrayList<>();
  private final boolean embeds;
  private Stage stage = Stage.PARSE;
  private long stageStart;
  private int percent;

  ProgressMeter(ProgressListener listener, boolean embeds) {
    this.listener = listener;
    this.embeds = embeds;
  }

  /** A stage begins. */
  void begin(Stage next) {
    stage = next;
    stageStart = System.nanoTime();
    tell(from(next), null);
  }

  /** So much of the stage is done. */
  void at(long done, long of, String detail) {
    int from = from(stage);
    int share = to(stage) - from;
    tell(of <= 0 ? from : from + (int) (share * Math.min(done, of) / of), detail);
  }

  /** The stage is done. */
  void end() {
    timings.add(
        new PipelineOutput.StageTiming(stage, Duration.ofNanos(System.nanoTime() - stageStart)));
    tell(to(stage), null);
  }

  List<PipelineOutput.StageTiming> timings() {
    return List.copyOf(timings);
  }

  private void tell(int now, @Nullable String detail) {
    percent = Math.max(percent, now);
    listener.at(stage, percent, detail);
  }

  private int from(Stage of) {
    return switch (of) {
      case PARSE -> 0;
      case CLEAN -> to(Stage.PARSE);
      case CHUNK -> to(Stage.CLEAN);
      case EMBED -> to(Stage.CHUNK);
      case SUMMARISE -> to(Stage.EMBED);
    };
  }

  private int to(Stage of) {
    return switch (of) {
      case PARSE -> embeds ? 20 : 80;
      case CLEAN -> embeds ? 22 : 85;
      case CHUNK -> embeds ? 25 : 90;
      case EMBED -> embeds ? 95 : 90;
      case SUMMARISE -> 100;
    };
  }
}
