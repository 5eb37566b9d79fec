package io.pipedeck.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import org.junit.jupiter.api.Test;

class UnreachableTest {
  @Test
  void aPortThatNobodyListensOnIsToldInWords() throws Exception {
    int closed;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    URI url = URI.create("http://127.0.0.1:" + closed);

    assertThat(failure(url))
        .isEqualTo("The backend at " + url + " can't be reached: nothing answers at this address");
  }

  @Test
  void aHostThatIsNotKnownIsToldInWords() {
    URI url = URI.create("http://nowhere.invalid");

    assertThat(failure(url))
        .isEqualTo(
            "The backend at " + url + " can't be reached: the name of its host is not known");
  }

  private static String failure(URI url) {
    try (var client = new PipedeckClient(url, null)) {
      return catchThrowableOfType(ApiException.class, client::ready).problem().detail();
    }
  }
}
