package io.pipedeck.bench;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/** Times of many calls, in nanoseconds; those beyond its size are not kept. Thread-safe. */
final class Latencies {
  private final long[] nanos;
  private final AtomicInteger size = new AtomicInteger();

  Latencies(int most) {
    this.nanos = new long[most];
  }

  void add(long each) {
    int index = size.getAndIncrement();
    if (index < nanos.length) {
      nanos[index] = each;
    }
  }

  int count() {
    return Math.min(size.get(), nanos.length);
  }

  /** In milliseconds; of {@code share} of the calls none took longer. */
  double millis(double share) {
    long[] sorted = Arrays.copyOf(nanos, count());
    Arrays.sort(sorted);
    if (sorted.length == 0) {
      return Double.NaN;
    }
    int index = (int) Math.ceil(share * sorted.length) - 1;
    return sorted[Math.clamp(index, 0, sorted.length - 1)] / 1e6;
  }
}
