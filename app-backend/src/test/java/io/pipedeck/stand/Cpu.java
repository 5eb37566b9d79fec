package io.pipedeck.stand;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Processor time as Linux counts it, in hundredths of a second. */
public final class Cpu {
  private static final int TICKS_PER_SECOND = 100;

  private Cpu() {}

  /** Seconds that a process, its living descendants and those it waited for have used. */
  public static double seconds(long pid) {
    long ticks = 0;
    for (long each : Kill.tree(pid)) {
      ticks += ticks(each);
    }
    return ticks / (double) TICKS_PER_SECOND;
  }

  /** Seconds that a process alone has used. */
  public static double secondsAlone(long pid) {
    return ticks(pid, 2) / (double) TICKS_PER_SECOND;
  }

  private static long ticks(long pid) {
    return ticks(pid, 4);
  }

  /** The first so many of utime, stime, cutime, cstime. */
  private static long ticks(long pid, int count) {
    try {
      String line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
      long ticks = 0;
      for (int i = 0; i < count; i++) {
        ticks += Long.parseLong(fields[11 + i]);
      }
      return ticks;
    } catch (IOException _) {
      return 0;
    }
  }

  /** Seconds that all processes of the machine have used, on all cores together. */
  public static double secondsOfMachine() throws IOException {
    String line = Files.readString(Path.of("/proc/stat")).lines().findFirst().orElseThrow();
    String[] fields = line.trim().split("\\s+", -1);
    long busy = 0;
    for (int i = 1; i <= 8; i++) {
      boolean idle = i == 4 || i == 5;
      busy += idle ? 0 : Long.parseLong(fields[i]);
    }
    return busy / (double) TICKS_PER_SECOND;
  }
}
