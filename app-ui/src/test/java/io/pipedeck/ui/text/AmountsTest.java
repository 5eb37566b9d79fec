package io.pipedeck.ui.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountsTest {
  private static final Instant NOW = Instant.parse("2026-11-23T03:00:00Z");

  private final Amounts amounts =
      new Amounts(Texts.of(Locale.ENGLISH), ZoneId.of("Pacific/Auckland"));

  @ParameterizedTest
  @CsvSource({
    "-5, 0 ms",
    "0, 0 ms",
    "840, 840 ms",
    "999, 999 ms",
    "1000, 1.0 s",
    "4269, 4.2 s",
    "9999, 9.9 s",
    "10000, 10 s",
    "59999, 59 s",
    "60000, 1 min 00 s",
    "125000, 2 min 05 s",
    "3599999, 59 min 59 s",
    "3780000, 1 h 03 min",
    "97200000, 1 d 3 h"
  })
  void writesDurations(long millis, String words) {
    assertThat(amounts.duration(Duration.ofMillis(millis))).isEqualTo(words);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, '1,023 B'",
    "1024, 1.0 KiB",
    "13002342, 12.4 MiB",
    "1048575, 1.0 MiB",
    "1073741824, 1.0 GiB",
    "5497558138880, '5,120.0 GiB'"
  })
  void writesSizes(long bytes, String words) {
    assertThat(amounts.size(bytes)).isEqualTo(words);
  }

  @ParameterizedTest
  @CsvSource({
    "-30, just now",
    "0, just now",
    "9, just now",
    "10, 10 s ago",
    "29, 20 s ago",
    "60, 1 min ago",
    "7199, 1 h ago",
    "90000, 1 d ago",
    "1000000, on 12 Nov 2026"
  })
  void writesHowLongAgo(long seconds, String words) {
    assertThat(amounts.ago(NOW.minusSeconds(seconds), NOW)).isEqualTo(words);
  }

  @Test
  void writesTimesInTheGivenZoneWhateverTheMachineHas() {
    assertThat(amounts.time(NOW)).isEqualTo("16:00:00");
    assertThat(amounts.exact(NOW)).startsWith("Mon 23 Nov 2026, 16:00:00.000");
  }

  @Test
  void figuresFollowTheWordsNotTheMachine() {
    assertThat(Locale.getDefault().getLanguage()).isEqualTo("de");
    assertThat(amounts.count(1204)).isEqualTo("1,204");
    assertThat(Texts.of(Locale.GERMANY).format("jobs.total", 1204)).isEqualTo("1,204 jobs");
  }
}
