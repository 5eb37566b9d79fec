package io.pipedeck.pipeline;

import java.text.Normalizer;

/** Cleans single characters: what is invisible, broken or only typographic goes. */
final class Characters {
  private Characters() {}

  /**
   * The text in Unicode NFC with plain spaces and {@code \n} as only white space, without control
   * characters, lone surrogates, byte order marks and soft hyphens; a line end after a soft hyphen
   * goes with it, typographic ligatures become letters.
   */
  static String clean(String text) {
    var clean = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (c == '\r') {
        i += i < text.length() && text.charAt(i) == '\n' ? 1 : 0;
        clean.append('\n');
      } else if (c == '\u00AD') {
        i = afterLineEnd(text, i);
      } else {
        append(clean, c);
      }
    }
    return Normalizer.normalize(clean, Normalizer.Form.NFC);
  }

  private static int afterLineEnd(String text, int at) {
    int i = at;
    while (i < text.length() && (text.charAt(i) == ' ' || text.charAt(i) == '\r')) {
      i++;
    }
    return i < text.length() && text.charAt(i) == '\n' ? i + 1 : at;
  }

  private static void append(StringBuilder clean, int c) {
    switch (c) {
      case '\n', '\u000B', '\u0085', '\u2028' -> clean.append('\n');
      case '\f', '\u2029' -> clean.append("\n\n");
      case '\t' -> clean.append(' ');
      case '\u200B', '\u2060', '\uFEFF' -> {}
      case '\uFB00' -> clean.append("ff");
      case '\uFB01' -> clean.append("fi");
      case '\uFB02' -> clean.append("fl");
      case '\uFB03' -> clean.append("ffi");
      case '\uFB04' -> clean.append("ffl");
      case '\uFB05', '\uFB06' -> clean.append("st");
      default -> appendOther(clean, c);
    }
  }

  private static void appendOther(StringBuilder clean, int c) {
    if (Character.isSpaceChar(c)) {
      clean.append(' ');
    } else if (c <= 0xFFFF && Character.isSurrogate((char) c)) {
      clean.append('\uFFFD');
    } else if (!Character.isISOControl(c) && !isNonCharacter(c)) {
      clean.appendCodePoint(c);
    }
  }

  private static boolean isNonCharacter(int c) {
    return (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
  }
}
