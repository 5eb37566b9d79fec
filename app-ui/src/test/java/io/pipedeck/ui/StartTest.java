package io.pipedeck.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartTest {
  private static final int X_PORT = 6000;

  @Test
  void withoutDisplayVariableThereIsNoDisplay() {
    assertThat(Display.missing(Map.of(), "Linux", _ -> true))
        .hasValueSatisfying(why -> assertThat(why).contains("DISPLAY is not set"));
  }

  @Test
  void waylandWithoutXwaylandSaysSo() {
    assertThat(Display.missing(Map.of("WAYLAND_DISPLAY", "wayland-0"), "Linux", _ -> true))
        .hasValueSatisfying(why -> assertThat(why).contains("XWayland"));
  }

  @ParameterizedTest
  @ValueSource(strings = {":4711", "nonsense", "127.0.0.1:4711"})
  void aDisplayThatNobodyServesIsNone(String display) {
    assertThat(Display.missing(Map.of("DISPLAY", display), "Linux", _ -> true))
        .contains("The display " + display + " can't be reached.");
  }

  @Test
  void aReachableDisplayWithoutLibrariesCountsAsNoneAndNamesThePackages() throws IOException {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String display = "127.0.0.1:" + (server.getLocalPort() - X_PORT);
      var environment = Map.of("DISPLAY", display);

      assertThat(Display.missing(environment, "Linux", _ -> true)).isEmpty();
      assertThat(
              Display.missing(
                  environment,
                  "Linux",
                  library ->
                      !List.of("libgtk-3.so.0", "libgdk-3.so.0", "libXtst.so.6").contains(library)))
          .hasValueSatisfying(
              why -> assertThat(why).endsWith("apt-get install libxtst6 libgtk-3-0"));
    }
  }

  @Test
  void otherSystemsAlwaysHaveADisplay() {
    assertThat(Display.missing(Map.of(), "Mac OS X", _ -> false)).isEmpty();
    assertThat(Display.missing(Map.of(), "Windows 11", _ -> false)).isEmpty();
  }

  @Test
  void localesThatAreNotUtf8AreRefusedWithTheRemedy() {
    assertThat(Launcher.localeProblem("UTF-8")).isEmpty();
    assertThat(Launcher.localeProblem("ANSI_X3.4-1968"))
        .hasValueSatisfying(why -> assertThat(why).contains("ANSI_X3.4-1968", "LC_ALL=C.UTF-8"));
    assertThat(Launcher.localeProblem(null)).isPresent();
  }

  @Test
  void readsServerAndTokenFile() {
    assertThat(Options.of(List.of())).isEqualTo(new Options(null, null));
    assertThat(Options.of(List.of("--server", "https://x.example:8443", "--token-file", "t")))
        .isEqualTo(new Options(URI.create("https://x.example:8443"), Path.of("t")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--server", "--server ftp://x", "--server x.example", "--token-file t", "--huh"})
  void refusesWhatItDoesNotUnderstand(String line) {
    assertThatThrownBy(() -> Options.of(List.of(line.split(" ", -1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(line.split(" ", -1)[0]);
  }
}
