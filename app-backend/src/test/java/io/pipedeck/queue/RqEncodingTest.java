package io.pipedeck.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RqEncodingTest {
  @Test
  void aDescriptionIsTheCallAsPythonPrintsIt() {
    assertThat(RqEncoding.description("f.g", List.of("a'b\\c", "x")))
        .isEqualTo("f.g('a\\'b\\\\c', 'x')");
    assertThat(RqEncoding.description("f", List.of())).isEqualTo("f()");
  }

  @Test
  void longArgumentsAreCutWithoutBreakingALetter() {
    String text = RqEncoding.description("f", List.of("🥝".repeat(100)));

    assertThat(text).isEqualTo("f('" + "🥝".repeat(72) + "...')");
  }

  @Test
  void timestampsHaveAlwaysSixDigits() {
    assertThat(RedisQueue.timestamp(Instant.parse("2026-01-01T00:00:00Z")))
        .isEqualTo("2026-01-01T00:00:00.000000Z");
    assertThat(RedisQueue.timestamp(Instant.parse("2026-01-01T00:00:00.123456789Z")))
        .isEqualTo("2026-01-01T00:00:00.123456Z");
  }
}
