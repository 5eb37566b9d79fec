package io.pipedeck.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipedeck.security.Access.Caller;
import io.pipedeck.security.Access.Refusal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      delimiter = '|',
      value = {
        // host | origin | may pass
        "localhost:10000 | - | true",
        "LOCALHOST | - | true",
        "127.0.0.1:10000 | - | true",
        "127.0.0.1 | http://127.0.0.1:3000 | true",
        "127.8.9.1:1 | - | true",
        "[::1]:10000 | - | true",
        "[::1] | http://[::1]:10000 | true",
        "[0:0:0:0:0:0:0:1]:1 | - | true",
        "localhost | http://localhost | true",
        "- | - | false",
        "evil.example | - | false",
        "evil.example:10000 | - | false",
        "localhost.evil.example | - | false",
        "127.0.0.1.evil.example:10000 | - | false",
        "10.0.0.1:10000 | - | false",
        "0.0.0.0:10000 | - | false",
        "[::2]:10000 | - | false",
        "[::1 | - | false",
        "localhost | https://evil.example | false",
        "localhost | http://localhost.evil.example | false",
        "localhost | null | false",
        "localhost | localhost | false",
        "localhost | file:// | false"
      })
  void withoutATokenOnlyThisMachineMayPass(
      @Nullable String host, @Nullable String origin, boolean may) {
    var access = new Access(null, false);

    Optional<Refusal> refusal = access.refuse(new Caller(null, host, origin));

    assertThat(refusal).isEqualTo(may ? Optional.empty() : Optional.of(Refusal.FORBIDDEN));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer s3cret-tökén", "bearer s3cret-tökén", "BEARER  s3cret-tökén "})
  void whoBearsTheTokenMayPassFromAnywhere(String authorization) {
    var access = new Access("s3cret-tökén", false);

    assertThat(access.refuse(new Caller(authorization, "any.example", "https://any.example")))
        .isEmpty();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "Bearer",
        "Bearer ",
        "Bearer s3cret",
        "Bearer s3cret-token2",
        "Basic s3cret-token",
        "s3cret-token"
      })
  void withATokenNobodyElseMayPassNotEvenFromHere(@Nullable String authorization) {
    for (boolean open : new boolean[] {false, true}) {
      var access = new Access("s3cret-token", open);

      assertThat(access.refuse(new Caller(authorization, "localhost", null)))
          .contains(Refusal.UNAUTHORIZED);
    }
  }

  @Test
  void anOpenDoorIsOpen() {
    assertThat(new Access(null, true).refuse(new Caller(null, "any.example", "https://x.example")))
        .isEmpty();
  }

  @Test
  void aBlankTokenIsRefused() {
    assertThatThrownBy(() -> new Access(" ", false)).isInstanceOf(IllegalArgumentException.class);
  }
}
