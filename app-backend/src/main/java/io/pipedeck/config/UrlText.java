package io.pipedeck.config;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a server's URL behind its scheme. Passwords stand in such URLs as people got them,
 * with {@code @ / ? # %} in them; they are taken wherever only one reading is possible. No message
 * repeats a part of the URL: which part is the password is just what isn't known then.
 *
 * @param user decoded, null where there is none
 * @param password decoded, null where there is none
 * @param tail hosts, path and query, matched
 */
record UrlText(@Nullable String user, @Nullable String password, Matcher tail) {
  private static final Pattern TAIL =
      Pattern.compile("(?<hosts>[^/?#@]+)(?:/(?<path>[^/?#@]*))?(?:\\?(?<query>[^#]*))?");
  private static final Pattern HOST =
      Pattern.compile(
          "(?:\\[[0-9A-Fa-f:.]+(?:%[0-9A-Za-z._~-]+)?\\]|[A-Za-z0-9][A-Za-z0-9._-]*)(?::\\d*)?");
  private static final Pattern PARAMETER = Pattern.compile("[A-Za-z_][A-Za-z0-9_.]*=.*");
  private static final Pattern ESCAPE = Pattern.compile("%(?<hex>[0-9A-Fa-f]{2})?");
  private static final int LONGEST = 4096;

  /**
   * @param text what stands behind {@code ://}
   * @throws IllegalArgumentException if it can't be read, or can be in more than one way
   */
  static UrlText parse(String text) {
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException("is longer than " + LONGEST + " characters");
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("has a line break or another control character in it");
    }
    List<UrlText> readings = new ArrayList<>();
    for (int at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
      addReading(readings, text.substring(0, at), text.substring(at + 1));
    }
    addReading(readings, null, text);
    if (readings.size() > 1) {
      throw new IllegalArgumentException(
          "can be read in more than one way; write @ / ? # as %40 %2F %3F %23 in user, password"
              + " and parameters");
    }
    if (readings.isEmpty()) {
      throw new IllegalArgumentException(complaint(text));
    }
    return readings.getFirst();
  }

  /** The parameters behind the question mark, decoded; the last of a name. */
  Map<String, String> parameters(boolean plusIsBlank) {
    Map<String, String> parameters = new LinkedHashMap<>();
    String query = tail.group("query");
    if (query != null && !query.isEmpty()) {
      for (String parameter : query.split("&", -1)) {
        int equals = parameter.indexOf('=');
        String value = parameter.substring(equals + 1);
        parameters.put(
            parameter.substring(0, equals),
            decode(plusIsBlank ? value.replace('+', ' ') : value, "a parameter"));
      }
    }
    return parameters;
  }

  /** The path behind the first slash, decoded; empty where there is none. */
  String path() {
    String path = tail.group("path");
    return path == null ? "" : decode(path, "the database's name");
  }

  private static void addReading(
      List<UrlText> readings, @Nullable String userInfo, String candidate) {
    Matcher tail = TAIL.matcher(candidate);
    if (!tail.matches() || !isSound(tail)) {
      return;
    }
    if (userInfo == null) {
      readings.add(new UrlText(null, null, tail));
      return;
    }
    int colon = userInfo.indexOf(':');
    String user = colon < 0 ? userInfo : userInfo.substring(0, colon);
    String password = colon < 0 ? "" : userInfo.substring(colon + 1);
    readings.add(
        new UrlText(
            user.isEmpty() ? null : decode(user, "the user"),
            password.isEmpty() ? null : decode(password, "the password"),
            tail));
  }

  private static boolean isSound(Matcher tail) {
    String query = Objects.requireNonNullElse(tail.group("query"), "");
    return allMatch(HOST, tail.group("hosts"), ",")
        && (query.isEmpty() || allMatch(PARAMETER, query, "&"));
  }

  private static boolean allMatch(Pattern pattern, String list, String separator) {
    return Arrays.stream(list.split(separator, -1)).allMatch(pattern.asMatchPredicate());
  }

  private static String complaint(String text) {
    String tail = text.substring(text.lastIndexOf('@') + 1);
    String hosts = tail.replaceFirst("[/?#].*", "");
    if (hosts.isEmpty()) {
      return "names no host";
    }
    if (tail.contains("#")) {
      return "has a # after the host";
    }
    if (!hosts.contains("[") && hosts.chars().filter(c -> c == ':').count() > 1) {
      return "has more than one colon after the host; an IPv6 address stands in brackets, [::1]";
    }
    if (hosts.matches("[^:]+:.*\\D.*")) {
      return text.contains("@")
          ? "has a port that is not a number"
          : "has a port that is not a number, or misses the @ between password and host";
    }
    return "has a host, database or parameter that can't be read";
  }

  private static String decode(String text, String what) {
    boolean plain = false;
    boolean escaped = false;
    for (Matcher escape = ESCAPE.matcher(text); escape.find(); ) {
      plain |= escape.group("hex") == null;
      escaped |= escape.group("hex") != null;
    }
    if (plain && escaped) {
      throw new IllegalArgumentException(
          "has % in " + what + " both as itself and as the start of a code; write it as %25");
    }
    return escaped ? decoded(text, what) : text;
  }

  private static String decoded(String text, String what) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    var decoded = new ByteArrayOutputStream(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '%') {
        decoded.write(Character.digit(bytes[i + 1], 16) * 16 + Character.digit(bytes[i + 2], 16));
        i += 2;
      } else {
        decoded.write(bytes[i]);
      }
    }
    try {
      String result =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(decoded.toByteArray()))
              .toString();
      if (result.chars().noneMatch(Character::isISOControl)) {
        return result;
      }
    } catch (CharacterCodingException _) {
      // Falls through to the message, which must not hold the text.
    }
    throw new IllegalArgumentException("has codes in " + what + " that are no UTF-8 text");
  }
}
