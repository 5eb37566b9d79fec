package io.pipedeck.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Turns the parameters of a {@code postgresql://} URL into those of the JDBC driver. */
final class PostgresParameters {
  private static final Set<String> SSL_MODES =
      Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

  /**
   * The names that libpq and the driver spell differently; all others are the same or passed on.
   */
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("application_name", "ApplicationName"),
          Map.entry("connect_timeout", "connectTimeout"),
          Map.entry("channel_binding", "channelBinding"),
          Map.entry("gssencmode", "gssEncMode"),
          Map.entry("krbsrvname", "kerberosServerName"),
          Map.entry("require_auth", "requireAuth"),
          Map.entry("scram_max_iterations", "scramMaxIterations"),
          Map.entry("sslnegotiation", "sslNegotiation"));

  private static final Set<String> REFUSED =
      Set.of("host", "hostaddr", "port", "dbname", "service", "servicefile", "passfile");

  private PostgresParameters() {}

  /**
   * @throws IllegalArgumentException if one can't be followed
   */
  static Map<String, String> forJdbc(Map<String, String> given) {
    Map<String, String> parameters = new LinkedHashMap<>();
    given.forEach((name, value) -> put(parameters, name, value));
    String mode = parameters.get("sslmode");
    if (mode != null && !SSL_MODES.contains(mode)) {
      throw new IllegalArgumentException(
          "has an sslmode that is none of disable, allow, prefer, require, verify-ca, verify-full");
    }
    return parameters;
  }

  private static void put(Map<String, String> parameters, String name, String value) {
    if (REFUSED.contains(name)) {
      throw new IllegalArgumentException("has the parameter " + name + ", which can't be followed");
    }
    switch (name) {
      case "fallback_application_name" -> parameters.putIfAbsent("ApplicationName", value);
      case "target_session_attrs" -> parameters.put("targetServerType", serverType(value));
      case "load_balance_hosts" ->
          parameters.put("loadBalanceHosts", String.valueOf(value.equals("random")));
      case "keepalives" -> parameters.put("tcpKeepAlive", String.valueOf(!value.equals("0")));
      // As libpq does for URLs that were written for JDBC.
      case "ssl" -> {
        if (value.equals("true")) {
          parameters.putIfAbsent("sslmode", "require");
        }
      }
      // A transaction pooler, as Supabase's URLs say it: no server-side prepared statements.
      case "pgbouncer" -> {
        if (value.equals("true")) {
          parameters.put("prepareThreshold", "0");
        }
      }
      default -> parameters.put(NAMES.getOrDefault(name, name), value);
    }
  }

  private static String serverType(String value) {
    return switch (value) {
      case "any" -> "any";
      case "read-write", "primary" -> "primary";
      case "read-only", "standby" -> "secondary";
      case "prefer-standby" -> "preferSecondary";
      default ->
          throw new IllegalArgumentException(
              "has a target_session_attrs that is none of any, read-write, read-only, primary,"
                  + " standby, prefer-standby");
    };
  }
}
