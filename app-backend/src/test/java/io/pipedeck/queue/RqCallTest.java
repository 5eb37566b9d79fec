package io.pipedeck.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import io.pipedeck.queue.RqCall.Call;
import io.pipedeck.queue.RqCall.Malformed;
import io.pipedeck.queue.RqCall.Pickled;
import io.pipedeck.queue.RqCall.UnknownSerializer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RqCallTest {
  @Test
  void readsWhatRqWrote() {
    byte[] seen =
        HexFormat.of()
            .parseHex(
                "789c8b562a498d2fc8d72bc82c48cdc9cc4bd52b28ca4f4e2d2e8e4fc94f2ecd4dcd2b51"
                    + "d251c82bcdc9d1518856d22f482cc9d04fcbcc01aa4a49538ad551a8ae8d0500159a1729");

    var call = (Call) RqCall.decode(seen);

    assertThat(call.function()).isEqualTo("te_po.pipeline.process_document");
    assertThat(call.args())
        .singleElement()
        .satisfies(arg -> text(arg.textValue(), "/path/file.pdf"));
    assertThat(call.kwargs()).isEmpty();
  }

  private static void text(String actual, String wanted) {
    assertThat(actual).isEqualTo(wanted);
  }

  @Test
  void readsPlainBytesAndWhatOnlyPythonCallsJson() {
    var call =
        (Call)
            decodePlain(
                " [\"f\", null, [NaN, Infinity, -Infinity, 123456789012345678901234567890, 1.5e3],"
                    + " {\"ā\": \"M\\u0101ori \\ud83e\\udd5d\"}]");

    assertThat(call.args().get(0).doubleValue()).isNaN();
    assertThat(call.args().get(1).doubleValue()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(call.args().get(2).doubleValue()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(call.args().get(3).bigIntegerValue())
        .isEqualTo(new BigInteger("123456789012345678901234567890"));
    assertThat(call.kwargs()).containsEntry("ā", TextNode.valueOf("Māori 🥝"));
  }

  @Test
  void recognisesPickles() {
    byte[] five = HexFormat.of().parseHex("8005953c0000000000000028" + "8c1f2e");
    assertThat(RqCall.decode(five)).isEqualTo(new Pickled(5));
    assertThat(RqCall.decode(deflated(five))).isEqualTo(new Pickled(5));
    assertThat(RqCall.decode(HexFormat.of().parseHex("80024e2e"))).isEqualTo(new Pickled(2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "[\"f\", null, []]",
        "[\"f\", null, [], {}, 5]",
        "[\"f\", null, null, {}]",
        "[\"f\", null, [], null]",
        "[\"f\", null, {}, []]",
        "[\"f\", \"self\", [], {}]",
        "[null, null, [], {}]",
        "[\" \", null, [], {}]",
        "[\"f\", null, [], {}] x",
        "[\"f\", null, [}, {}]",
        "[\"f\", null, [\"",
        "[\"f\", null, [1.2.3], {}]"
      })
  void sayWhatIsWrongWithJsonThatIsNoCall(String json) {
    assertThat(decodePlain(json))
        .isInstanceOfSatisfying(Malformed.class, it -> assertThat(it.why()).isNotBlank());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "{}", "(S'f'\nNNt.", "msgpack", "\u0080"})
  void everythingElseHasAnUnknownSerializer(String text) {
    assertThat(decodePlain(text)).isInstanceOf(UnknownSerializer.class);
  }

  @Test
  void boundsWhatACallUnpacksTo() {
    byte[] bomb = deflated(new byte[200 * 1024 * 1024]);

    assertThat(bomb.length).isLessThan(300_000);
    assertThat(RqCall.decode(bomb)).isInstanceOf(Malformed.class);
    assertThat(RqCall.decode(new byte[RqCall.MOST_BYTES + 1])).isInstanceOf(Malformed.class);
    assertThat(decodePlain("[".repeat(1_000_000))).isInstanceOf(Malformed.class);
    assertThat(decodePlain("[\"f\", null, [" + "9".repeat(1_000_000) + "], {}]"))
        .isInstanceOf(Malformed.class);
  }

  @Test
  void neverThrowsWhateverTheBytesAre() {
    byte[] good = bytes("[\"te_po.f\", null, [1, \"two\", {\"three\": [null]}], {\"k\": NaN}]");
    byte[] zlib = deflated(good);
    for (int seed = 0; seed < 20_000; seed++) {
      var random = new Random(seed);
      byte[] data = mutated(random.nextBoolean() ? good : zlib, random);
      try {
        assertThat(RqCall.decode(data)).isNotNull();
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  private static byte[] mutated(byte[] from, Random random) {
    byte[] data = from.clone();
    switch (random.nextInt(4)) {
      case 0 -> {
        for (int i = random.nextInt(4); i >= 0; i--) {
          data[random.nextInt(data.length)] = (byte) random.nextInt();
        }
      }
      case 1 -> data = Arrays.copyOf(data, random.nextInt(data.length + 1));
      case 2 -> {
        int longer = data.length + random.nextInt(20);
        data = Arrays.copyOf(data, longer);
      }
      default -> {
        data = new byte[random.nextInt(64)];
        random.nextBytes(data);
      }
    }
    return data;
  }

  private static RqCall decodePlain(String text) {
    RqCall zlib = RqCall.decode(deflated(bytes(text)));
    RqCall plain = RqCall.decode(bytes(text));
    assertThat(zlib.getClass()).isEqualTo(plain.getClass());
    return plain;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] deflated(byte[] plain) {
    var out = new ByteArrayOutputStream();
    try (var deflater = new DeflaterOutputStream(out)) {
      deflater.write(plain);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return out.toByteArray();
  }
}
