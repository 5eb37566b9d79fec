package io.pipedeck.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/** What a recorded process spent its time on. */
final class Profile {
  private static final int SHOWN = 15;

  private final Map<String, Long> packages = new HashMap<>();
  private final Map<String, Long> frames = new HashMap<>();
  private final Map<String, Long> ours = new HashMap<>();
  private final Map<String, Long> allocated = new HashMap<>();
  private long samples;
  private long gcNanos;
  private long socketNanos;
  private long parkedNanos;
  private long monitorNanos;

  private Profile() {}

  /** The JVM option that records a process from its start to its end. */
  static String option(Path file) {
    return "-XX:StartFlightRecording=settings=profile,dumponexit=true,filename=" + file;
  }

  /** Reads a recording. */
  static Profile of(Path file) throws IOException {
    var profile = new Profile();
    try (var recording = new RecordingFile(file)) {
      while (recording.hasMoreEvents()) {
        profile.add(recording.readEvent());
      }
    }
    return profile;
  }

  private void add(RecordedEvent event) {
    switch (event.getEventType().getName()) {
      case "jdk.ExecutionSample" -> sample(event);
      case "jdk.NativeMethodSample" -> {
        // Waits in system calls.
      }
      case "jdk.ObjectAllocationSample" ->
          count(allocated, firstOfOurs(event), event.getLong("weight"));
      case "jdk.GCPhasePause" -> gcNanos += event.getDuration().toNanos();
      case "jdk.SocketRead" -> socketNanos += event.getDuration().toNanos();
      case "jdk.ThreadPark" -> parkedNanos += event.getDuration().toNanos();
      case "jdk.JavaMonitorEnter" -> monitorNanos += event.getDuration().toNanos();
      default -> {
        // Of no use here.
      }
    }
  }

  private void sample(RecordedEvent event) {
    if (event.getStackTrace() == null || event.getStackTrace().getFrames().isEmpty()) {
      return;
    }
    samples++;
    RecordedFrame top = event.getStackTrace().getFrames().getFirst();
    String type = top.getMethod().getType().getName();
    count(frames, type + "." + top.getMethod().getName(), 1);
    count(packages, group(type), 1);
    count(ours, firstOfOurs(event), 1);
  }

  private static String firstOfOurs(RecordedEvent event) {
    if (event.getStackTrace() == null) {
      return "(unknown)";
    }
    return event.getStackTrace().getFrames().stream()
        .map(frame -> frame.getMethod().getType().getName() + "." + frame.getMethod().getName())
        .filter(name -> name.startsWith("io.pipedeck."))
        .findFirst()
        .orElse("(none of ours)");
  }

  private static String group(String type) {
    String[] parts = type.split("\\.", -1);
    int kept = type.startsWith("io.pipedeck") || type.startsWith("java.util.concurrent") ? 3 : 2;
    return String.join(".", List.of(parts).subList(0, Math.min(kept, parts.length)));
  }

  private static void count(Map<String, Long> map, String key, long weight) {
    map.merge(key, weight, Long::sum);
  }

  void print(Report report) {
    report.note("profile of the process, %d samples".formatted(samples));
    report.note(
        "waits, all threads: socket reads over 20 ms %.1f s, parked %.1f s, monitors %.1f s; pauses for garbage %.2f s"
            .formatted(socketNanos / 1e9, parkedNanos / 1e9, monitorNanos / 1e9, gcNanos / 1e9));
    table(report, "CPU by package of the running frame", packages);
    table(report, "CPU by running frame", frames);
    table(report, "CPU by our innermost frame", ours);
    table(report, "allocation by our innermost frame", allocated);
  }

  private static void table(Report report, String title, Map<String, Long> counts) {
    double all = counts.values().stream().mapToLong(Long::longValue).sum();
    report.note("%s:".formatted(title));
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
        .limit(SHOWN)
        .forEach(
            e -> report.note("  %5.1f %%  %s".formatted(100 * e.getValue() / all, e.getKey())));
  }
}
