package io.pipedeck.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.pipeline.PipelineOutput.Chunk;
import java.io.IOException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.interactive.action.PDActionURI;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotation;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationLink;
import org.apache.pdfbox.text.PDFTextStripper;
import org.jspecify.annotations.Nullable;

/** What stands on each page of a PDF, read page by page beside the pipeline, letters only. */
final class PrintedPages {
  /** So much of the beginning of a chunk must stand on its page. */
  private static final int BEGINNING_LETTERS = 20;

  private final List<String> pages = new ArrayList<>();

  PrintedPages(Path pdf) throws IOException {
    try (PDDocument document = Loader.loadPDF(pdf.toFile())) {
      for (int page = 1; page <= document.getNumberOfPages(); page++) {
        pages.add(letters(text(document, page) + links(document.getPage(page - 1))));
      }
    }
  }

  private static String text(PDDocument document, int page) throws IOException {
    var stripper = new PDFTextStripper();
    stripper.setStartPage(page);
    stripper.setEndPage(page);
    return stripper.getText(document);
  }

  /** Where links lead is text of their page too. */
  private static String links(PDPage page) throws IOException {
    var links = new StringBuilder();
    for (PDAnnotation annotation : page.getAnnotations()) {
      if (annotation instanceof PDAnnotationLink link
          && link.getAction() instanceof PDActionURI action) {
        links.append(action.getURI());
      }
    }
    return links.toString();
  }

  /** Each chunk begins on the page that it names; it may go on on the next. */
  void check(List<Chunk> chunks) {
    for (Chunk chunk : chunks) {
      @Nullable Integer page = chunk.page();
      assertThat(page).isNotNull();
      // Between the lines a running head may have been left out.
      String begin = letters(chunk.text().lines().findFirst().orElseThrow());
      begin = begin.substring(0, Math.min(begin.length(), BEGINNING_LETTERS));
      String here = pages.get(page - 1);
      if (here.isEmpty()) {
        continue; // a picture: its text was recognised
      }
      String next = page < pages.size() ? pages.get(page) : "";
      int at = (here + next).indexOf(begin);
      assertThat(at).as("page %d begins chunk %s", page, chunk.text()).isBetween(0, here.length());
    }
  }

  private static String letters(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKC).replaceAll("[^\\p{L}\\p{N}]", "");
  }
}
