package io.pipedeck.bench;

import io.pipedeck.stand.Stand;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What Redis was asked to do, and for how long it did it, from here to there. */
final class RedisCalls {
  private static final Pattern LINE = Pattern.compile("cmdstat_([^:]+):calls=(\\d+),usec=(\\d+)");
  private static final int SHOWN = 8;

  private final Stand stand;
  private final Map<String, Call> before;

  private record Call(String command, long calls, long micros) {
    static Call of(MatchResult line) {
      return new Call(line.group(1), Long.parseLong(line.group(2)), Long.parseLong(line.group(3)));
    }

    Call since(Call earlier) {
      return new Call(command, calls - earlier.calls, micros - earlier.micros);
    }
  }

  /** Begins. */
  RedisCalls(Stand stand) {
    this.stand = stand;
    this.before = now();
  }

  private Map<String, Call> now() {
    Map<String, Call> calls = new HashMap<>();
    try (var redis = stand.redisClient()) {
      LINE.matcher(redis.info("commandstats"))
          .results()
          .map(Call::of)
          .forEach(call -> calls.put(call.command(), call));
    }
    return calls;
  }

  /** Tells calls and microseconds a job of the dearest commands; those of scripts count in both. */
  void tell(Report report, double jobs) {
    List<Call> all = new ArrayList<>();
    now()
        .forEach(
            (command, call) ->
                all.add(call.since(before.getOrDefault(command, new Call(command, 0, 0)))));
    all.sort(Comparator.comparingLong(Call::micros).reversed());
    var parts = new StringBuilder();
    all.stream()
        .limit(SHOWN)
        .forEach(
            call ->
                parts.append(
                    "  %s %.2f calls, %.1f µs"
                        .formatted(call.command(), call.calls() / jobs, call.micros() / jobs)));
    report.note("Redis a job:" + parts);
  }
}
