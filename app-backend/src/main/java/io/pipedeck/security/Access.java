package io.pipedeck.security;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a request may pass. With a token only its bearer may; without one, only this machine, and
 * only requests that name it in {@code Host} and don't come from a foreign web page.
 */
public final class Access {
  private final @Nullable String token;
  private final boolean open;

  /**
   * The rules of one listener.
   *
   * @param token what a caller must bear, null for none
   * @param open whether to let everybody in without a token, as {@code --insecure} asks
   */
  public Access(@Nullable String token, boolean open) {
    if (token != null && token.isBlank()) {
      throw new IllegalArgumentException("a blank token would let everybody in");
    }
    this.token = token;
    this.open = open;
  }

  /** Why a request may not pass. */
  public enum Refusal {
    /** It bears no token, or a wrong one. */
    UNAUTHORIZED,
    /** It comes from where nobody may call from. */
    FORBIDDEN
  }

  /**
   * What a request says of itself; null for a header that is missing.
   *
   * @param authorization the header of that name
   * @param host the header of that name
   * @param origin the header of that name
   */
  public record Caller(
      @Nullable String authorization, @Nullable String host, @Nullable String origin) {}

  /** Why the caller may not pass, empty if it may. */
  public Optional<Refusal> refuse(Caller caller) {
    if (token != null) {
      return bears(caller.authorization(), token)
          ? Optional.empty()
          : Optional.of(Refusal.UNAUTHORIZED);
    }
    return open || isOfThisMachine(caller) ? Optional.empty() : Optional.of(Refusal.FORBIDDEN);
  }

  private static boolean bears(@Nullable String authorization, String token) {
    if (authorization == null || !authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
      return false;
    }
    byte[] given = authorization.substring(7).strip().getBytes(StandardCharsets.UTF_8);
    return MessageDigest.isEqual(given, token.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * A page in the user's browser can reach loopback too; its Origin gives it away, a rebound name
   * its Host.
   */
  private static boolean isOfThisMachine(Caller caller) {
    if (caller.host() == null || !isLoopback(caller.host())) {
      return false;
    }
    String origin = caller.origin();
    if (origin == null) {
      return true;
    }
    int scheme = origin.indexOf("://");
    return scheme > 0 && isLoopback(origin.substring(scheme + 3));
  }

  /** Of {@code host}, {@code host:port} or {@code [IPv6]:port}; no name is ever looked up. */
  private static boolean isLoopback(String authority) {
    int end = authority.startsWith("[") ? authority.indexOf(']') + 1 : authority.indexOf(':');
    String host = end > 0 ? authority.substring(0, end) : authority;
    if (host.equalsIgnoreCase("localhost")) {
      return true;
    }
    try {
      return InetAddress.ofLiteral(host).isLoopbackAddress();
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
