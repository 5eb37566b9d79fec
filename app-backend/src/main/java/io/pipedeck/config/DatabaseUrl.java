package io.pipedeck.config;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a PostgreSQL server is and who we are there, taken apart from the {@code
 * postgresql://user:password@host:port/db} form that deployments use.
 *
 * @param jdbcUrl {@code jdbc:postgresql://…} with its parameters, without user and password
 * @param user null where the URL names none
 * @param password null where the URL names none
 */
public record DatabaseUrl(String jdbcUrl, @Nullable String user, @Nullable String password) {
  static final String FORM = "postgresql://user:password@host:5432/database?sslmode=require";

  /** Python's SQLAlchemy writes its driver behind a plus. */
  private static final Pattern SCHEME =
      Pattern.compile(
          "(?<jdbc>jdbc:)?postgres(ql)?(\\+[a-z0-9]+)?://(?<rest>.*)",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private static final int DEFAULT_PORT = 5432;

  /**
   * Takes {@code postgresql://}, {@code postgres://} and {@code jdbc:postgresql://} URLs, with
   * several hosts and libpq's parameters. A missing port is 5432, a missing database the one named
   * like the user. {@code sslmode=require} is added where a host is neither of this machine nor of
   * a private network and the URL says nothing about TLS.
   *
   * @throws IllegalArgumentException if the text is no such URL; the message repeats nothing of it,
   *     so no password
   */
  public static DatabaseUrl parse(String text) {
    Matcher matcher = SCHEME.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("does not begin with postgresql:// or postgres://");
    }
    boolean jdbc = matcher.group("jdbc") != null;
    UrlText url = UrlText.parse(matcher.group("rest"));
    List<ServerAddress> servers = ServerAddress.listOf(url.tail().group("hosts"), DEFAULT_PORT);
    Map<String, String> given = url.parameters(jdbc);
    String givenUser = given.remove("user");
    String givenPassword = given.remove("password");
    String user = url.user() == null ? givenUser : url.user();
    String password = url.password() == null ? givenPassword : url.password();
    if (user == null && password != null) {
      throw new IllegalArgumentException("has a password but no user");
    }
    Map<String, String> parameters =
        secured(jdbc ? given : PostgresParameters.forJdbc(given), servers);
    String database = url.path().isEmpty() && user != null ? user : url.path();
    return new DatabaseUrl(jdbcUrl(servers, database, parameters), user, password);
  }

  private static Map<String, String> secured(
      Map<String, String> parameters, List<ServerAddress> servers) {
    boolean saysSo = parameters.containsKey("sslmode") || parameters.containsKey("ssl");
    if (saysSo || servers.stream().allMatch(ServerAddress::isNear)) {
      return parameters;
    }
    Map<String, String> secured = new LinkedHashMap<>(parameters);
    secured.put("sslmode", "require");
    return secured;
  }

  private static String jdbcUrl(
      List<ServerAddress> servers, String database, Map<String, String> parameters) {
    String hosts = servers.stream().map(ServerAddress::toString).collect(Collectors.joining(","));
    String query =
        parameters.entrySet().stream()
            .map(parameter -> parameter.getKey() + "=" + encode(parameter.getValue()))
            .collect(Collectors.joining("&"));
    return "jdbc:postgresql://"
        + hosts
        + "/"
        + encode(database)
        + (query.isEmpty() ? "" : "?" + query);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Without the passwords. */
  @Override
  public String toString() {
    return jdbcUrl.replaceAll("(?i)(sslpassword=)[^&]*", "$1***") + " as " + user;
  }
}
