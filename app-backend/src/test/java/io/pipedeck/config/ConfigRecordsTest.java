package io.pipedeck.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigRecordsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void refuseWhatCannotBe() {
    assertThatIllegalArgumentException().isThrownBy(() -> new DatabaseConfig(null, 3, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> new DatabaseConfig(null, -1, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HttpConfig("h", 65536, 1, null, null));
    assertThatIllegalArgumentException().isThrownBy(() -> new HttpConfig("h", 1, 0, null, null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HttpConfig("h", 1, 1, Path.of("c"), null));
    assertThatIllegalArgumentException().isThrownBy(() -> worker(0, SECOND));
    assertThatIllegalArgumentException().isThrownBy(() -> worker(1, Duration.ofSeconds(10)));
    assertThatIllegalArgumentException().isThrownBy(() -> worker(1, Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> new ParseConfig(0, 64, SECOND, 1, 1, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ParseConfig(1, 64, Duration.ZERO, 1, 1, 1));
  }

  @Test
  void aQueueWithoutATimeoutOfItsOwnHasTheDefault() {
    WorkerConfig config = worker(1, SECOND);

    assertThat(config.timeoutOf("urgent")).isEqualTo(Duration.ofMinutes(1));
    assertThat(config.timeoutOf("reports")).isEqualTo(Duration.ofMinutes(2));
    assertThat(config.maxAttempts()).isEqualTo(2);
  }

  private static WorkerConfig worker(int concurrency, Duration renewal) {
    return new WorkerConfig(
        List.of("urgent"),
        concurrency,
        Map.of("urgent", Duration.ofMinutes(1)),
        Duration.ofMinutes(2),
        List.of(SECOND),
        Duration.ofSeconds(10),
        renewal,
        SECOND);
  }
}
