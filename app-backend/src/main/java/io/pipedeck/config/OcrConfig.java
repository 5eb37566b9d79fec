package io.pipedeck.config;

import java.time.Duration;
import java.util.List;

/**
 * Recognition of text in pictures and scanned pages by Tesseract.
 *
 * @param languages as Tesseract calls them, such as {@code eng}, the likeliest first; of these the
 *     installed ones are used. Empty for no recognition at all.
 * @param command the program: a name on the PATH, or a path
 * @param pageDeadline how long one page may take
 * @param maxPages how many pages of one document are read
 */
public record OcrConfig(
    List<String> languages, String command, Duration pageDeadline, int maxPages) {
  /** No recognition. */
  public static final OcrConfig OFF =
      new OcrConfig(List.of(), "tesseract", Duration.ofMinutes(1), 1);

  public OcrConfig {
    languages = List.copyOf(languages);
    if (!pageDeadline.isPositive() || maxPages < 1) {
      throw new IllegalArgumentException(
          "text recognition of " + maxPages + " pages within " + pageDeadline + " each");
    }
  }
}
