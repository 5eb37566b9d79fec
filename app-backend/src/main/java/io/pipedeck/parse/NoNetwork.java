package io.pipedeck.parse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;

/**
 * Takes the network away from this process: no library may fetch what a document names. Addresses
 * open files only, sockets can't be made, channels are refused by {@link RefusedChannels}, and
 * names are looked up nowhere.
 */
final class NoNetwork {
  private static final String WHY = "a parser process has no network";

  private NoNetwork() {}

  /** Options of the JVM that belong to it: channels and names are settled before any code runs. */
  static String[] jvmOptions() {
    return new String[] {
      "-Djava.nio.channels.spi.SelectorProvider=" + RefusedChannels.class.getName(),
      // A file that isn't there: no name is known, and no server is asked.
      "-Djdk.net.hosts.file=/nonexistent/hosts"
    };
  }

  /** From here on, for good. */
  @SuppressWarnings("deprecation") // there is no newer way to take sockets away from a process
  static void enforce() throws IOException {
    URL.setURLStreamHandlerFactory(
        protocol ->
            switch (protocol) {
              case "file", "jar", "jrt" -> null;
              default -> new RefusedUrls();
            });
    Socket.setSocketImplFactory(
        () -> {
          throw new UncheckedIOException(refusal());
        });
    ServerSocket.setSocketFactory(
        () -> {
          throw new UncheckedIOException(refusal());
        });
    DatagramSocket.setDatagramSocketImplFactory(
        () -> {
          throw new UncheckedIOException(refusal());
        });
  }

  static IOException refusal() {
    return new IOException(WHY);
  }
}
