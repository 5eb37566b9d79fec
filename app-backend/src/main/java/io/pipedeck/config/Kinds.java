package io.pipedeck.config;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The kinds of values that settings take, but for durations and lists ({@link ListKinds}). */
final class Kinds {
  private static final Pattern HOST =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]*)|[0-9A-Fa-f:.%]+");
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");
  private static final Set<String> YES = Set.of("true", "yes", "on", "1");
  private static final Set<String> NO = Set.of("false", "no", "off", "0");

  private Kinds() {}

  static Kind<Integer> whole(int min, int max, String unit) {
    String right = "a whole number from " + min + " to " + max;
    return new Kind<>("whole number", unit, right, text -> wholeNumber(text, min, max));
  }

  /** A number of things that work best with one for each processor. */
  static Kind<Integer> perCore(int max) {
    return new Kind<>(
        "whole number",
        "",
        "a whole number from 1 to " + max + ", or cores for as many as the machine has processors",
        text ->
            text.equals("cores")
                ? Math.min(max, Runtime.getRuntime().availableProcessors())
                : wholeNumber(text, 1, max));
  }

  /** A number of days, 0 for what never comes. */
  static Kind<Integer> days() {
    return new Kind<>(
        "whole number",
        "days",
        "a whole number from 1 to 36500, or off",
        text ->
            text.equals("0") || text.toLowerCase(Locale.ROOT).equals("off")
                ? 0
                : wholeNumber(text, 1, 36_500));
  }

  static Kind<Boolean> flag() {
    return new Kind<>(
        "yes or no",
        "",
        "true or false (also yes, no, on, off, 1, 0)",
        text -> {
          String lower = text.toLowerCase(Locale.ROOT);
          if (YES.contains(lower)) {
            return true;
          }
          if (NO.contains(lower)) {
            return false;
          }
          throw new IllegalArgumentException("is neither true nor false");
        });
  }

  static <E extends Enum<E>> Kind<E> oneOf(Class<E> type) {
    String names =
        Arrays.stream(type.getEnumConstants()).map(Kinds::lower).collect(Collectors.joining(", "));
    return new Kind<>(
        "word",
        "",
        "one of " + names,
        text ->
            Arrays.stream(type.getEnumConstants())
                .filter(value -> lower(value).equals(text.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("is none of them")));
  }

  /** A path; a relative one is for the reader of the setting to resolve. */
  static Kind<Path> path(String right) {
    return new Kind<>(
        "path",
        "",
        right,
        text -> {
          try {
            return Path.of(text);
          } catch (InvalidPathException e) {
            throw new IllegalArgumentException("is not a path: " + e.getReason(), e);
          }
        });
  }

  static Kind<String> host() {
    return new Kind<>(
        "host",
        "",
        "a host name or an IP address without a port; 0.0.0.0 for all addresses",
        text -> {
          boolean bracketed = text.startsWith("[") && text.endsWith("]");
          String host = bracketed ? text.substring(1, text.length() - 1) : text;
          if (!HOST.matcher(host).matches()) {
            throw new IllegalArgumentException("is not a host name or an IP address");
          }
          return host;
        });
  }

  /** A secret that travels in a header: what is allowed there, no blanks. */
  static Kind<String> token(String right) {
    return new Kind<>(
        "text",
        "",
        right,
        text -> {
          if (!TOKEN.matcher(text).matches()) {
            throw new IllegalArgumentException("has blanks or characters that aren't plain ASCII");
          }
          return text;
        });
  }

  static Kind<String> key256() {
    return new Kind<>(
        "Base64",
        "",
        "32 random bytes in Base64, as `openssl rand -base64 32` makes them",
        text -> {
          int length;
          try {
            length = Base64.getDecoder().decode(text).length;
          } catch (IllegalArgumentException _) {
            // Its message holds a character of the key.
            throw new IllegalArgumentException("is not Base64");
          }
          if (length != 32) {
            throw new IllegalArgumentException("holds " + length + " bytes");
          }
          return text;
        });
  }

  static Kind<URI> httpUrl() {
    return new Kind<>("URL", "", "an address like https://host/v1", Kinds::readHttpUrl);
  }

  static Kind<DatabaseUrl> databaseUrl() {
    return new Kind<>("URL", "", DatabaseUrl.FORM, DatabaseUrl::parse);
  }

  static Kind<URI> redisUrl() {
    return new Kind<>("URL", "", RedisUrl.FORM, RedisUrl::parse);
  }

  static int wholeNumber(String text, int min, int max) {
    long number;
    try {
      number = Long.parseLong(text);
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException("is not a whole number");
    }
    if (number < min || number > max) {
      throw new IllegalArgumentException("is out of range");
    }
    return (int) number;
  }

  private static URI readHttpUrl(String text) {
    URI url;
    try {
      // Paths are appended to it.
      url = URI.create(text.replaceFirst("/+$", ""));
    } catch (IllegalArgumentException _) {
      throw new IllegalArgumentException("is not a URL");
    }
    boolean http = "http".equalsIgnoreCase(url.getScheme());
    if (!(http || "https".equalsIgnoreCase(url.getScheme())) || url.getHost() == null) {
      throw new IllegalArgumentException("is not an http:// or https:// address");
    }
    if (url.getUserInfo() != null || url.getQuery() != null || url.getFragment() != null) {
      throw new IllegalArgumentException("has a user, a query or a fragment");
    }
    return url;
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
