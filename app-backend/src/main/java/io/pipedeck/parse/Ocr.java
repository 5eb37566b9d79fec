package io.pipedeck.parse;

import io.pipedeck.config.OcrConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Recognition of text by an installed Tesseract.
 *
 * @param command the program
 * @param languages installed ones, the likeliest first; at least one
 * @param pageSeconds how long one page may take
 * @param maxPages how many pages of a document are read
 */
public record Ocr(String command, List<String> languages, int pageSeconds, int maxPages) {
  private static final int ANSWERS_WITHIN_SECONDS = 10;

  public Ocr {
    languages = List.copyOf(languages);
  }

  /**
   * What this machine has of what is configured; asks the program. Empty where it can't be used.
   */
  public static Optional<Ocr> find(OcrConfig config) throws InterruptedException {
    Set<String> installed = config.languages().isEmpty() ? Set.of() : installed(config.command());
    List<String> both = config.languages().stream().filter(installed::contains).toList();
    return both.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Ocr(
                config.command(),
                both,
                Math.toIntExact(Math.max(1, config.pageDeadline().toSeconds())),
                config.maxPages()));
  }

  /** The languages that the program has; none where it isn't installed. */
  public static Set<String> installed(String command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command, "--list-langs").redirectErrorStream(true).start();
      process.getOutputStream().close();
      if (!process.waitFor(ANSWERS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return Set.of();
      }
      try (InputStream said = process.getInputStream()) {
        // The first line says where they lie.
        return new String(said.readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .skip(1)
            .map(String::strip)
            .filter(name -> !name.isEmpty() && !name.equals("osd"))
            .collect(Collectors.toSet());
      }
    } catch (IOException e) {
      return Set.of();
    }
  }
}
