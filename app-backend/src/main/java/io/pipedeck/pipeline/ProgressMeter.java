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
  private static final int DONE = 100;

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

  /** From here on it is looked for what an earlier run left. */
  void look() {
    stageStart = System.nanoTime();
  }

  /**
   * The stage's output was found; it took the time since the look. Told of only at the end: what
   * comes next is nearer to where the earlier run stopped.
   */
  void reused(Stage found) {
    stage = found;
    time(true);
    percent = Math.max(percent, to(found));
    if (percent == DONE) {
      tell(percent, null);
    }
  }

  /** A stage begins. */
  void begin(Stage next) {
    begin(next, 0, 0);
  }

  /** A stage begins of which so much was done before. */
  void begin(Stage next, long done, long of) {
    stage = next;
    stageStart = System.nanoTime();
    tell(percentAt(done, of), null);
  }

  /** So much of the stage is done. */
  void at(long done, long of, String detail) {
    tell(percentAt(done, of), detail);
  }

  private int percentAt(long done, long of) {
    int from = from(stage);
    int share = to(stage) - from;
    return of <= 0 ? from : from + (int) (share * Math.min(done, of) / of);
  }

  /** The stage is done. */
  void end() {
    time(false);
    tell(to(stage), null);
  }

  private void time(boolean reused) {
    long now = System.nanoTime();
    timings.add(new PipelineOutput.StageTiming(stage, Duration.ofNanos(now - stageStart), reused));
    stageStart = now;
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
      case SUMMARISE -> DONE;
    };
  }
}
