package io.pipedeck.pipeline;

import io.pipedeck.pipeline.Sentences.Range;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Ranges of a text, each text once. Whenever there are too many every second one goes and of the
 * further ones only so many are taken, so that they stay spread over all of the text.
 */
final class ThinnedRanges {
  private final String text;
  private final int most;
  private final List<Range> ranges = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();
  private int step = 1;
  private int count;

  ThinnedRanges(String text, int most) {
    this.text = text;
    this.most = most;
  }

  void add(Range range) {
    if (count++ % step == 0 && seen.add(text(range))) {
      ranges.add(range);
      if (ranges.size() > most) {
        step *= 2;
        halve();
      }
    }
  }

  List<Range> ranges() {
    return List.copyOf(ranges);
  }

  private void halve() {
    List<Range> kept = new ArrayList<>();
    for (int i = 0; i < ranges.size(); i += 2) {
      kept.add(ranges.get(i));
    }
    ranges.clear();
    ranges.addAll(kept);
    seen.clear();
    ranges.forEach(range -> seen.add(text(range)));
  }

  private String text(Range range) {
    return text.substring(range.start(), range.end());
  }
}
