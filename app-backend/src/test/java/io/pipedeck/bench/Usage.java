package io.pipedeck.bench;

import io.pipedeck.stand.Cpu;
import io.pipedeck.stand.Stand;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** The processor time of everybody who takes part, from here to there. */
final class Usage {
  private final Map<String, Long> processes = new TreeMap<>();
  private final Map<String, Long> nodes;
  private final Map<String, Double> before = new TreeMap<>();
  private final double machineBefore;
  private final RedisCalls calls;
  private final long beganNanos = System.nanoTime();

  /** Begins; by name and process, beside the servers and this process. */
  Usage(Stand stand, Map<String, Long> nodes) throws IOException {
    this.nodes = Map.copyOf(nodes);
    processes.put("postgresql", stand.postgres().pid());
    processes.put("redis", stand.redis().pid());
    calls = new RedisCalls(stand);
    before.putAll(now());
    machineBefore = Cpu.secondsOfMachine();
  }

  private Map<String, Double> now() {
    Map<String, Double> used = new TreeMap<>();
    processes.forEach((name, pid) -> used.put(name, Cpu.seconds(pid)));
    nodes.forEach(
        (name, pid) -> {
          double alone = Cpu.secondsAlone(pid);
          used.put(name, alone);
          used.put(name + "'s children", Cpu.seconds(pid) - alone);
        });
    used.put("client", own());
    return used;
  }

  private static double own() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis() / 1000.0;
  }

  /**
   * Microseconds of processor time a job.
   *
   * @param redis of the Redis server
   * @param all of everybody who takes part
   */
  record Micros(double redis, double all) {}

  /** Tells microseconds a job of each, and what the rest of the machine did meanwhile. */
  Micros tell(Report report, double jobs) throws IOException {
    double wall = (System.nanoTime() - beganNanos) / 1e9;
    double machine = Cpu.secondsOfMachine() - machineBefore;
    double ours = 0;
    double redis = 0;
    var parts = new StringBuilder();
    for (var each : now().entrySet()) {
      double used = each.getValue() - before.getOrDefault(each.getKey(), 0.0);
      ours += used;
      redis = each.getKey().equals("redis") ? used : redis;
      parts.append(" %s %.0f".formatted(each.getKey(), used / jobs * 1e6));
    }
    report.note(
        "CPU µs a job:%s; of %.1f cores others used %.2f"
            .formatted(parts, machine / wall, Math.max(0, machine - ours) / wall));
    if (redis > 0) {
      calls.tell(report, jobs);
    }
    return new Micros(redis / jobs * 1e6, ours / jobs * 1e6);
  }
}
