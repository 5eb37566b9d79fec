package io.pipedeck.config;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A host with its port, as it stands in a URL.
 *
 * @param host a name, an IPv4 address, or an IPv6 address in brackets
 */
record ServerAddress(String host, int port) {
  /**
   * The addresses of a list with commas.
   *
   * @throws IllegalArgumentException if a port is out of range
   */
  static List<ServerAddress> listOf(String hosts, int defaultPort) {
    return Arrays.stream(hosts.split(",")).map(text -> of(text, defaultPort)).toList();
  }

  private static ServerAddress of(String text, int defaultPort) {
    int colon = text.lastIndexOf(':');
    boolean hasPort = colon > text.lastIndexOf(']');
    String host = hasPort ? text.substring(0, colon) : text;
    String port = hasPort ? text.substring(colon + 1) : "";
    // The zone of an IPv6 address is written %25eth0 in a URL.
    return new ServerAddress(host.replace("%25", "%"), port.isEmpty() ? defaultPort : portOf(port));
  }

  private static int portOf(String text) {
    int port = text.length() > 5 ? 0 : Integer.parseInt(text);
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("has a port that is not from 1 to 65535");
    }
    return port;
  }

  /**
   * Whether this machine or a private network is meant: loopback, link-local and private addresses
   * and names without a dot. Nothing is looked up.
   */
  boolean isNear() {
    String name = host.toLowerCase(Locale.ROOT);
    if (name.startsWith("[") || name.matches("[0-9.]+")) {
      return isNearAddress(name.replaceAll("[\\[\\]]|%.*(?=])", ""));
    }
    return !name.contains(".") || name.endsWith(".localhost");
  }

  private static boolean isNearAddress(String literal) {
    InetAddress address;
    try {
      address = InetAddress.ofLiteral(literal);
    } catch (IllegalArgumentException _) {
      return false;
    }
    boolean uniqueLocal =
        address instanceof Inet6Address && (address.getAddress()[0] & 0xfe) == 0xfc;
    return uniqueLocal
        || address.isLoopbackAddress()
        || address.isSiteLocalAddress()
        || address.isLinkLocalAddress();
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
