package io.pipedeck.parse;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/**
 * Reads pictures with Tesseract, one process a picture, in a parser process: it dies with its
 * page's deadline, and what it leaves lies in the parser's temporary folder. Counts what it did.
 */
final class Tesseract {
  private static final Pattern PARAGRAPHS = Pattern.compile("\\n\\s*\\n");
  private static final int MAX_TEXT_BYTES = 1 << 20;

  /** Of a picture that tells none. */
  private static final int USUAL_DPI = 300;

  private final Ocr ocr;
  private int read;
  private int skipped;

  Tesseract(Ocr ocr) {
    this.ocr = ocr;
  }

  /** Whether another page may be read; one that may not is counted as skipped. */
  boolean takesAnother() {
    if (read >= ocr.maxPages()) {
      skipped++;
      return false;
    }
    return true;
  }

  /** A page could not be read, for the reason that it is too large or broken. */
  void skip() {
    skipped++;
  }

  /** The paragraphs of a picture; none where it has none, or takes too long. */
  List<String> paragraphs(BufferedImage picture) throws IOException {
    Path file = Files.createTempFile("page-", ".png");
    try {
      ImageIO.write(picture, "png", file.toFile());
      return paragraphs(file);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private List<String> paragraphs(Path picture) throws IOException {
    Path text = Files.createTempFile("page-", ".txt");
    try {
      @Nullable String recognised = run(picture, text);
      if (recognised == null) {
        skipped++;
        return List.of();
      }
      read++;
      List<String> paragraphs = new ArrayList<>();
      for (String part : PARAGRAPHS.splitAsStream(recognised.replace('\f', '\n')).toList()) {
        if (!part.isBlank()) {
          paragraphs.add(part.strip());
        }
      }
      return paragraphs;
    } finally {
      Files.deleteIfExists(text);
    }
  }

  private @Nullable String run(Path picture, Path text) throws IOException {
    var builder =
        new ProcessBuilder(
            ocr.command(),
            picture.toString(),
            "stdout",
            "-l",
            String.join("+", ocr.languages()),
            "--dpi",
            Integer.toString(USUAL_DPI));
    // One page is one core's work: there is a parser process for each.
    builder.environment().put("OMP_THREAD_LIMIT", "1");
    builder.redirectInput(new File(File.separatorChar == '\\' ? "NUL" : "/dev/null"));
    builder.redirectOutput(text.toFile()).redirectError(Redirect.DISCARD);
    Process process = builder.start();
    try {
      if (!process.waitFor(ocr.pageSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
        return null;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } finally {
      process.destroyForcibly();
    }
    try (InputStream in = Files.newInputStream(text)) {
      return new String(in.readNBytes(MAX_TEXT_BYTES), StandardCharsets.UTF_8);
    }
  }

  /** Pages that were read. */
  int read() {
    return read;
  }

  /** Pages that might have had text and were not read. */
  int skipped() {
    return skipped;
  }
}
