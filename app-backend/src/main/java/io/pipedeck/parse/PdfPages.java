package io.pipedeck.parse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.jspecify.annotations.Nullable;

/** Counts the pages of a PDF without reading its text. */
final class PdfPages {
  /** As far as readers look for the header. */
  private static final int HEADER_WITHIN_BYTES = 1024;

  private PdfPages() {}

  /** Null if it isn't a PDF, or not one that opens without a password. */
  static @Nullable Integer count(Path path) {
    try {
      if (!looksLikePdf(path)) {
        return null;
      }
      try (PDDocument document = Loader.loadPDF(path.toFile())) {
        return document.getNumberOfPages();
      }
    } catch (IOException | RuntimeException e) {
      // Damaged: the parse that follows says how.
      return null;
    }
  }

  /** Loads what counting needs, so that the first count is as quick as the later ones. */
  static void warmUp() throws IOException {
    try (var document = new PDDocument();
        var bytes = new ByteArrayOutputStream()) {
      document.addPage(new PDPage());
      document.save(bytes);
      Loader.loadPDF(bytes.toByteArray()).close();
    }
  }

  private static boolean looksLikePdf(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] head = in.readNBytes(HEADER_WITHIN_BYTES);
      return new String(head, StandardCharsets.ISO_8859_1).contains("%PDF-");
    }
  }
}
