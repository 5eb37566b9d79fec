package io.pipedeck.worker;

import io.pipedeck.job.Claim;
import io.pipedeck.job.Job;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Passes progress on, at most every half second, and never backwards: not behind an earlier attempt
 * either. For one thread.
 */
final class TrackedContext implements JobContext {
  private static final long PAUSE_NANOS = Duration.ofMillis(500).toNanos();
  private static final int MOST_TEXT = 120;

  private final Claim claim;
  private final Writer writer;
  private final LongSupplier nanoTime;
  private long writtenNanos;
  private int percent;

  /** Where progress goes. */
  @FunctionalInterface
  interface Writer {
    void write(Claim claim, String stage, int percent, @Nullable String detail);
  }

  TrackedContext(Claim claim, Writer writer, LongSupplier nanoTime) {
    this.claim = claim;
    this.writer = writer;
    this.nanoTime = nanoTime;
    this.writtenNanos = nanoTime.getAsLong() - PAUSE_NANOS;
    var before = claim.job().progress();
    this.percent = before == null ? 0 : before.percent();
  }

  @Override
  public Job job() {
    return claim.job();
  }

  @Override
  public Claim claim() {
    return claim;
  }

  @Override
  public void progress(String stage, int newPercent, @Nullable String detail) {
    percent = Math.max(percent, Math.clamp(newPercent, 0, 100));
    long now = nanoTime.getAsLong();
    if (now - writtenNanos < PAUSE_NANOS) {
      return;
    }
    writtenNanos = now;
    writer.write(claim, cut(stage), percent, detail == null ? null : cut(detail));
  }

  /** Progress stands in every row of a list. */
  private static String cut(String text) {
    return text.length() <= MOST_TEXT ? text : text.substring(0, MOST_TEXT);
  }
}
