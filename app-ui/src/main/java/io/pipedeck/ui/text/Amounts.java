package io.pipedeck.ui.text;

import java.text.NumberFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/**
 * The one way in which the console writes durations, sizes, counts and times. Never negative: a
 * clock that differs between machines must not show as "-2 s".
 */
public final class Amounts {
  private static final long KIB = 1024;
  private static final long SHOWN_AS_AGE = Duration.ofDays(7).toSeconds();

  private final Texts texts;
  private final ZoneId zone;
  private final DateTimeFormatter timeOfDay;
  private final DateTimeFormatter day;
  private final DateTimeFormatter exact;

  /** Figures in the language of {@code texts}, times in {@code zone}. */
  public Amounts(Texts texts, ZoneId zone) {
    this.texts = texts;
    this.zone = zone;
    this.timeOfDay = pattern(texts, "HH:mm:ss");
    this.day = pattern(texts, "d MMM uuuu");
    this.exact = pattern(texts, "EEE d MMM uuuu, HH:mm:ss.SSS zzz");
  }

  private DateTimeFormatter pattern(Texts in, String pattern) {
    return DateTimeFormatter.ofPattern(pattern, in.locale()).withZone(zone);
  }

  /**
   * Such as {@code 840 ms}, {@code 4.2 s}, {@code 2 min 05 s}, {@code 1 h 03 min}, {@code 3 d 4 h}.
   */
  public String duration(Duration duration) {
    long millis = Math.max(0, duration.toMillis());
    if (millis < 1000) {
      return texts.format("amount.millis", millis);
    }
    if (millis < 10_000) {
      long tenths = millis / 100;
      return texts.format("amount.secondsTenths", tenths / 10.0);
    }
    return wholeSeconds(millis / 1000);
  }

  /** As {@link #duration}, without parts of a second: for what ticks on the screen. */
  public String ticking(Duration duration) {
    return wholeSeconds(Math.max(0, duration.toSeconds()));
  }

  private String wholeSeconds(long seconds) {
    if (seconds < 60) {
      return texts.format("amount.seconds", seconds);
    }
    if (seconds < 3600) {
      return texts.format("amount.minutesSeconds", seconds / 60, seconds % 60);
    }
    if (seconds < 86_400) {
      return texts.format("amount.hoursMinutes", seconds / 3600, seconds / 60 % 60);
    }
    return texts.format("amount.daysHours", seconds / 86_400, seconds / 3600 % 24);
  }

  /**
   * How long ago, in the coarsest unit that says enough: "just now", "20 s ago", "3 min ago", "2 h
   * ago".
   */
  public String ago(Instant then, Instant now) {
    long seconds = Duration.between(then, now).toSeconds();
    if (seconds < 10) {
      return texts.get("amount.justNow");
    }
    return seconds < SHOWN_AS_AGE
        ? texts.format("amount.ago", age(then, now))
        : texts.format("amount.on", day.format(then));
  }

  /** As {@link #ago}, for a column headed "age": "4 s", "3 min"; the day after a week. */
  public String age(Instant then, Instant now) {
    long seconds = Math.max(0, Duration.between(then, now).toSeconds());
    if (seconds < 60) {
      // In steps of ten seconds after the first ten: a number that runs all the time is read by
      // nobody and drawn by
      // everybody.
      return texts.format("amount.seconds", seconds < 10 ? seconds : seconds / 10 * 10);
    }
    if (seconds < 3600) {
      return texts.format("amount.minutes", seconds / 60);
    }
    if (seconds < 86_400) {
      return texts.format("amount.hours", seconds / 3600);
    }
    return seconds < SHOWN_AS_AGE
        ? texts.format("amount.days", seconds / 86_400)
        : day.format(then);
  }

  /** Such as {@code 12.4 MiB}. */
  public String size(long bytes) {
    if (bytes < KIB) {
      return texts.format("amount.bytes", Math.max(0, bytes));
    }
    double value = (double) bytes / KIB;
    for (String unit : new String[] {"amount.kib", "amount.mib", "amount.gib"}) {
      if (value < 1023.95 || unit.equals("amount.gib")) {
        return texts.format(unit, value);
      }
      value /= KIB;
    }
    throw new AssertionError("the last unit takes all");
  }

  /** A count, with separators: {@code 1,204}. */
  public String count(long amount) {
    return NumberFormat.getIntegerInstance(texts.locale()).format(amount);
  }

  /** The time of day, to the second. */
  public String time(Instant instant) {
    return timeOfDay.format(instant);
  }

  /** Day, time to the millisecond and zone. */
  public String exact(Instant instant) {
    return exact.format(instant);
  }
}
