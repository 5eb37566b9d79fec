package io.pipedeck.fault;

import java.time.Duration;
import java.util.List;

/**
 * How long and what.
 *
 * @param time of the whole run, with start and checks
 * @param seed of all that is random
 * @param only names of faults, empty for all
 * @param burst how many jobs run during each outage of the first part; 0 leaves that part out
 * @param perSecond documents sent a second in the second part
 */
record Settings(Duration time, long seed, List<String> only, int burst, int perSecond) {
  private static final int LONG_ENOUGH_FOR_BURSTS_MINUTES = 15;

  static Settings ofProperties() {
    int minutes = (int) number("faults.minutes", 20);
    String only = System.getProperty("faults.only", "").strip();
    return new Settings(
        Duration.ofMinutes(minutes),
        number("faults.seed", System.nanoTime() & 0xffff_ffffL),
        only.isEmpty() ? List.of() : List.of(only.split(",", -1)),
        (int) number("faults.jobs", minutes >= LONG_ENOUGH_FOR_BURSTS_MINUTES ? 10_000 : 0),
        (int) number("faults.rate", 50));
  }

  private static long number(String property, long otherwise) {
    String value = System.getProperty(property, "").strip();
    return value.isEmpty() ? otherwise : Long.parseLong(value);
  }

  boolean wants(Fault fault) {
    return only.isEmpty() || only.contains(fault.name());
  }
}
