package io.pipedeck.api;

import java.nio.charset.StandardCharsets;

/**
 * Text in an HTTP header value. Headers carry Latin-1 bytes; UTF-8 text goes through as its bytes,
 * which is what curl and browsers' fetch of encoded values send too.
 */
public final class HeaderText {
  private HeaderText() {}

  /**
   * The text percent-encoded where it isn't printable ASCII, with a literal {@code %} encoded too,
   * so that {@link #decode} gives it back.
   */
  public static String encode(String text) {
    var out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (b > 0x20 && b < 0x7f && b != '%') {
        out.append((char) b);
      } else {
        out.append('%').append(String.format("%02X", b & 0xff));
      }
    }
    return out.toString();
  }

  /**
   * The text of a header value: percent escapes resolved, and bytes that came in as Latin-1 read as
   * the UTF-8 that they are. A value that is neither stays as it is.
   */
  public static String decode(String value) {
    var bytes = new java.io.ByteArrayOutputStream();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '%'
          && i + 2 < value.length()
          && isHex(value.charAt(i + 1))
          && isHex(value.charAt(i + 2))) {
        bytes.write(Integer.parseInt(value.substring(i + 1, i + 3), 16));
        i += 2;
      } else if (c < 0x100) {
        bytes.write(c);
      } else {
        bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    String utf8 = bytes.toString(StandardCharsets.UTF_8);
    return utf8.indexOf('\uFFFD') < 0 ? utf8 : bytes.toString(StandardCharsets.ISO_8859_1);
  }

  private static boolean isHex(char c) {
    return Character.digit(c, 16) >= 0;
  }
}
