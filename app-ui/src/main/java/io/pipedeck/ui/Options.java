package io.pipedeck.ui;

import java.net.URI;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The console's command line.
 *
 * @param server a remote backend, null for the bundled one
 * @param tokenFile holds the remote backend's token; null where it asks for none
 */
record Options(@Nullable URI server, @Nullable Path tokenFile) {
  static final String USAGE =
      """
      Usage: pipedeck-console [--server URL [--token-file FILE]]
        --server URL        use this backend instead of the bundled one, e.g. https://docs.example.org
        --token-file FILE   file with the backend's bearer token
      PIPEDECK_HOME         folder for data and settings
      """;

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException if one is not known or not right; the message is for people
   */
  static Options of(List<String> args) {
    URI server = null;
    Path tokenFile = null;
    for (Iterator<String> rest = args.iterator(); rest.hasNext(); ) {
      String name = rest.next();
      switch (name) {
        case "--server" -> server = server(value(name, rest));
        case "--token-file" -> tokenFile = Path.of(value(name, rest));
        default -> throw new IllegalArgumentException("There is no option " + name + ".");
      }
    }
    if (tokenFile != null && server == null) {
      throw new IllegalArgumentException("--token-file is for a --server.");
    }
    return new Options(server, tokenFile);
  }

  private static String value(String name, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new IllegalArgumentException(name + " needs a value.");
    }
    return rest.next();
  }

  private static URI server(String text) {
    URI url;
    try {
      url = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--server is no URL: " + text, e);
    }
    boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!web || url.getHost() == null) {
      throw new IllegalArgumentException(
          "--server must look like https://docs.example.org, not " + text);
    }
    return url;
  }
}
