package io.pipedeck.mirror;

import io.pipedeck.db.Database;
import java.time.Duration;

/**
 * Another database than the primary. Its connections give up when the server does not answer (a
 * network that swallows everything looks like that), and its errors do not repeat the contents of
 * rows, which would end in the log.
 */
public record MirrorLogin(Database.Login login) {
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(3);

  /** For set-up and commands: one statement may take long. */
  Database forLongWork() {
    return open(2, Duration.ofHours(6));
  }

  /** For following. */
  Database forFollowing() {
    return open(2, Duration.ofSeconds(60));
  }

  /** For answers that somebody waits for. */
  Database forReading() {
    return open(4, Duration.ofSeconds(2));
  }

  private Database open(int connections, Duration answerWithin) {
    String url = login.jdbcUrl();
    var parameters = new StringBuilder();
    add(parameters, url, "connectTimeout", Long.toString(CONNECT_WITHIN.toSeconds()));
    add(parameters, url, "socketTimeout", Long.toString(answerWithin.toSeconds()));
    add(parameters, url, "logServerErrorDetail", "false");
    String joined = url + (url.contains("?") ? "&" : "?") + parameters.substring(1);
    return new Database(
        new Database.Login(joined, login.user(), login.password()), 0, connections, CONNECT_WITHIN);
  }

  private static void add(StringBuilder parameters, String url, String name, String value) {
    if (!url.contains(name + "=")) {
      parameters.append('&').append(name).append('=').append(value);
    } else if (parameters.isEmpty()) {
      parameters.append("&tcpKeepAlive=true");
    }
  }

  /** Without the password. */
  @Override
  public String toString() {
    return login.toString();
  }
}
