package io.pipedeck.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.api.Json;
import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
  void aCallIsAFourTupleInZlib() throws Exception {
    byte[] data = RqEncoding.call("f.g", List.of("Māori 🥝", "x"));

    assertThat(Json.mapper().readTree(inflated(data)))
        .isEqualTo(Json.mapper().readTree("[\"f.g\", null, [\"Māori 🥝\", \"x\"], {}]"));
  }

  /** A stored block holds 65,535 bytes; zlib itself says whether ours are right. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 255, 256, 65_534, 65_535, 65_536, 200_000})
  void bytesOfAnyLengthAreAZlibStream(int length) throws Exception {
    var plain = new byte[length];
    new Random(length).nextBytes(plain);

    byte[] zlib = RqEncoding.stored(plain);

    assertThat(zlib[0]).as("the method that RQ looks for").isEqualTo((byte) 0x78);
    assertThat(inflated(zlib)).isEqualTo(plain);
  }

  /** Checks the Adler-32 at the end too. */
  private static byte[] inflated(byte[] zlib) throws Exception {
    return new InflaterInputStream(new ByteArrayInputStream(zlib)).readAllBytes();
  }

  @Test
  void timestampsHaveAlwaysSixDigits() {
    assertThat(RedisQueue.timestamp(Instant.parse("2026-01-01T00:00:00Z")))
        .isEqualTo("2026-01-01T00:00:00.000000Z");
    assertThat(RedisQueue.timestamp(Instant.parse("2026-01-01T00:00:00.123456789Z")))
        .isEqualTo("2026-01-01T00:00:00.123456Z");
  }
}
