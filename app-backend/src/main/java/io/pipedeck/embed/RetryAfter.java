package io.pipedeck.embed;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** How long to wait before the next try. */
final class RetryAfter {
  private static final Duration MOST = Duration.ofMinutes(2);
  private static final Duration FIRST = Duration.ofMillis(500);

  private RetryAfter() {}

  /** What the server asks for, in seconds or as a date; zero if it asks for nothing readable. */
  static Duration of(HttpHeaders headers) {
    String value = headers.firstValue("Retry-After").orElse("").strip();
    if (value.isEmpty()) {
      return Duration.ZERO;
    }
    if (value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return value.length() > 6 ? MOST : bounded(Duration.ofSeconds(Long.parseLong(value)));
    }
    try {
      // Measured by the server's own clock: this machine's may be wrong.
      return bounded(Duration.between(date(headers.firstValue("Date").orElse("")), date(value)));
    } catch (DateTimeException e) {
      return Duration.ZERO;
    }
  }

  private static ZonedDateTime date(String value) {
    return ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME);
  }

  private static Duration bounded(Duration wait) {
    return wait.isNegative() ? Duration.ZERO : wait.compareTo(MOST) > 0 ? MOST : wait;
  }

  /** What the server asks for, or 0.5, 1, 2 … seconds if that is longer. */
  static Duration longer(Duration asked, int attempt) {
    Duration own = FIRST.multipliedBy(1L << (attempt - 1));
    return asked.compareTo(own) > 0 ? asked : own;
  }
}
