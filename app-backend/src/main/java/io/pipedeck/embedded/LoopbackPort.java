package io.pipedeck.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free ports of 127.0.0.1. They are taken from below the range out of which every operating system
 * serves outgoing connections: a server that comes back on its port should not find a stranger
 * there.
 */
final class LoopbackPort {
  private static final int FIRST = 20_000;
  private static final int END = 32_000;

  private LoopbackPort() {}

  /** A port that was free a moment ago; somebody may be faster, so the caller tries again. */
  static int findFree() {
    for (int attempt = 0; attempt < 200; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      if (isFree(port)) {
        return port;
      }
    }
    throw new BundledServerException(
        "No free port on 127.0.0.1 between " + FIRST + " and " + END + " after 200 attempts");
  }

  static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 1);
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
