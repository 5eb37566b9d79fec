package io.pipedeck.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the URL of a Redis server into the one form that Redis clients agree on: everything there,
 * port and database number included, and percent-encoded where it must be.
 */
final class RedisUrl {
  static final String FORM = "redis://user:password@host:6379/0, or rediss:// for TLS";

  private static final Pattern SCHEME =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://(.*)", Pattern.DOTALL);
  private static final int DEFAULT_PORT = 6379;

  private RedisUrl() {}

  /**
   * @throws IllegalArgumentException if the text is no such URL; the message names no part of it
   */
  static URI parse(String text) {
    Matcher matcher = SCHEME.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("is not a URL");
    }
    String scheme = matcher.group(1).toLowerCase(Locale.ROOT);
    if (!scheme.equals("redis") && !scheme.equals("rediss")) {
      throw new IllegalArgumentException("does not begin with redis:// or rediss://");
    }
    UrlText url = UrlText.parse(matcher.group(2));
    List<ServerAddress> servers = ServerAddress.listOf(url.tail().group("hosts"), DEFAULT_PORT);
    if (servers.size() > 1) {
      throw new IllegalArgumentException("names more than one host");
    }
    return build(scheme, userInfo(url), servers.getFirst(), database(url));
  }

  private static String userInfo(UrlText url) {
    if (url.user() == null) {
      return url.password() == null ? "" : ":" + url.password();
    }
    // Clients disagree on what a lone word before the @ is; redis-cli takes it for the password.
    if (url.password() == null) {
      throw new IllegalArgumentException(
          "has a word before the @ that may be user or password; write :password@ or user:password@");
    }
    if (url.user().contains(":")) {
      throw new IllegalArgumentException("has a colon in the user");
    }
    return url.user() + ":" + url.password();
  }

  private static int database(UrlText url) {
    Map<String, String> parameters = url.parameters(false);
    String certificates = parameters.getOrDefault("ssl_cert_reqs", "required");
    if (!certificates.equals("required")) {
      throw new IllegalArgumentException(
          "asks by ssl_cert_reqs not to check the server's certificate, which is always checked");
    }
    String path = url.path();
    String number = path.isEmpty() ? parameters.getOrDefault("db", "0") : path;
    if (!number.matches("\\d{1,5}")) {
      throw new IllegalArgumentException("has a database that is not a number like 0 or 15");
    }
    return Integer.parseInt(number);
  }

  private static URI build(String scheme, String userInfo, ServerAddress server, int database) {
    try {
      return new URI(
          scheme,
          userInfo.isEmpty() ? null : userInfo,
          server.host(),
          server.port(),
          "/" + database,
          null,
          null);
    } catch (URISyntaxException _) {
      // Its message holds the URL with the password.
      throw new IllegalArgumentException(
          "has a host name that URLs don't allow, for example with an underscore");
    }
  }
}
