package io.pipedeck.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderTextTest {
  @ParameterizedTest
  @ValueSource(strings = {"finance-team", "Te Pō", "100%", "a b", "%41", "Ünïcode 📄"})
  void textSurvivesTheHeader(String text) {
    assertThat(HeaderText.decode(HeaderText.encode(text))).isEqualTo(text);
  }

  @Test
  void rawUtf8BytesThatCameAsLatin1AreRead() {
    String asLatin1 =
        new String("Te Pō".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

    assertThat(HeaderText.decode(asLatin1)).isEqualTo("Te Pō");
  }

  @Test
  void realLatin1StaysReadable() {
    assertThat(HeaderText.decode("caf\u00e9")).isEqualTo("café");
  }
}
