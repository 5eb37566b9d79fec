package io.pipedeck.app;

import io.pipedeck.config.Config;
import io.pipedeck.config.HttpConfig;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.Locale;

/** Where the HTTP server is to listen, and what to say where it can't or must not. */
final class ListenAddress {
  private ListenAddress() {}

  /**
   * Tries the address out and lets go of it again: a first start unpacks and initialises for a
   * while, and should not do so for a port that is taken.
   *
   * @throws StartException if it is taken, or not this user's or machine's
   */
  static void tryOut(HttpConfig http) {
    if (http.port() == 0) {
      return;
    }
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(http.host(), http.port()));
    } catch (BindException e) {
      throw refused(http, e);
    } catch (IOException _) {
      // Such as a host whose name is not known: the server itself meets it again, and says so.
    }
  }

  /**
   * Lets nobody in from other machines without a token, unless that is said outright.
   *
   * @throws StartException if it would, or the address is none of this machine's
   */
  static void refuseOpenDoor(Config config, Role role) {
    String host = config.http().host();
    boolean loopback = isLoopback(host);
    if (role.listens()
        && !loopback
        && config.security().token() == null
        && !config.security().insecure()) {
      throw new StartException(
          "HOST is "
              + host
              + ", which other machines may reach, and there is no token. Set PIPELINE_TOKEN, or keep HOST=127.0.0.1, or"
              + " say --insecure to let everybody in.",
          null);
    }
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new StartException("HOST is " + host + ", which is no address of this machine.", e);
    }
  }

  static StartException refused(HttpConfig http, BindException cause) {
    return new StartException(words(http, cause), cause);
  }

  private static String words(HttpConfig http, BindException cause) {
    String reason = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    if (reason.contains("in use")) {
      return "Port %d of %s is busy: another program listens there. Set PORT (or --port) to a free one, or to 0 to have"
              .formatted(http.port(), http.host())
          + " one chosen.";
    }
    if (reason.contains("permission")) {
      return "This user may not listen on port %d. Set PORT (or --port) to one above 1023."
          .formatted(http.port());
    }
    return "%s:%d can't be listened on: %s. HOST must be an address of this machine."
        .formatted(http.host(), http.port(), cause.getMessage());
  }
}
