package io.pipedeck.app;

import io.pipedeck.config.Config;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.UUID;

/**
 * This process among the nodes.
 *
 * @param identity unique to this start of it
 * @param opened closes what is opened for it
 */
record ThisNode(Config config, Role role, String identity, InstantSource clock, Opened opened) {

  static ThisNode of(Config config, Role role) {
    String identity =
        hostName()
            + "."
            + ProcessHandle.current().pid()
            + "."
            + UUID.randomUUID().toString().substring(0, 8);
    return new ThisNode(config, role, identity, InstantSource.system(), new Opened());
  }

  <T extends AutoCloseable> T keep(T part) {
    return opened.keep(part);
  }

  /** The machine's, as far as a worker's name may hold it. */
  static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9-]", "-");
    } catch (UnknownHostException _) {
      return "localhost";
    }
  }
}
