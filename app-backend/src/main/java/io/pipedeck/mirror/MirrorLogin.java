package io.pipedeck.mirror;

import io.pipedeck.db.Database;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Another database than the primary. Its connections give up when the server does not answer (a
 * network that swallows everything looks like that), and its errors do not repeat the contents of
 * rows, which would end in the log.
 */
public record MirrorLogin(Database.Login login) {
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(3);
  private static final Duration CONNECT_FOR_AN_ANSWER_WITHIN = Duration.ofSeconds(1);

  /** For set-up and commands: one statement may take long. */
  Database forLongWork() {
    return open(2, CONNECT_WITHIN, Duration.ofHours(6));
  }

  /** For following. */
  Database forFollowing() {
    return open(2, CONNECT_WITHIN, Duration.ofSeconds(60));
  }

  /** For answers that somebody waits for. */
  Database forReading() {
    return open(4, CONNECT_FOR_AN_ANSWER_WITHIN, Duration.ofSeconds(2));
  }

  private Database open(int connections, Duration connectWithin, Duration answerWithin) {
    String given = login.jdbcUrl();
    String added =
        Stream.of(
                "connectTimeout=" + connectWithin.toSeconds(),
                "socketTimeout=" + answerWithin.toSeconds(),
                "logServerErrorDetail=false")
            .filter(
                parameter -> !given.contains(parameter.substring(0, parameter.indexOf('=') + 1)))
            .collect(Collectors.joining("&"));
    String url = added.isEmpty() ? given : given + (given.contains("?") ? "&" : "?") + added;
    return new Database(
        new Database.Login(url, login.user(), login.password()), 0, connections, connectWithin);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return login.toString();
  }
}
