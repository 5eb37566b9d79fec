package io.pipedeck.parse;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.graphics.image.PDImageXObject;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.jspecify.annotations.Nullable;

/**
 * The pages of a PDF that have no text of their own, drawn and then read by Tesseract. Opens the
 * document once more, and only when the first such page comes.
 */
final class ScannedPages implements AutoCloseable {
  private static final float POINTS_PER_INCH = 72;
  private static final float DPI = 300;

  /** A4 at 300 dpi has 8.7 million; a drawn page takes a byte for each. */
  private static final double MAX_PIXELS = 16e6;

  /** Of one picture on a page, before it is drawn: it is unpacked as a whole. */
  private static final long MAX_PICTURE_PIXELS = 40_000_000;

  private final Path document;
  private final @Nullable String password;
  private final Tesseract tesseract;
  private @Nullable PDDocument open;

  ScannedPages(Path document, @Nullable String password, Tesseract tesseract) {
    this.document = document;
    this.password = password;
    this.tesseract = tesseract;
  }

  /**
   * The paragraphs of a page; none where it holds no picture or can't be drawn.
   *
   * @param number from 1
   */
  List<String> paragraphs(int number) {
    try {
      PDDocument pdf = opened();
      if (number > pdf.getNumberOfPages()) {
        return List.of();
      }
      PDPage page = pdf.getPage(number - 1);
      long pixels = pixels(page);
      if (pixels == 0 || !tesseract.takesAnother()) {
        return List.of();
      }
      if (pixels > MAX_PICTURE_PIXELS) {
        tesseract.skip();
        return List.of();
      }
      return tesseract.paragraphs(draw(pdf, number - 1));
    } catch (IOException | RuntimeException e) {
      // A page more without text; the text of the others counts.
      tesseract.skip();
      return List.of();
    } catch (LinkageError e) {
      // This Java draws nothing: one without a desktop's libraries.
      tesseract.skip();
      return List.of();
    }
  }

  private PDDocument opened() throws IOException {
    @Nullable PDDocument before = open;
    if (before != null) {
      return before;
    }
    PDDocument fresh = Loader.loadPDF(document.toFile(), password == null ? "" : password);
    open = fresh;
    return fresh;
  }

  /** Of the largest picture on the page, 0 for none: an empty page isn't worth drawing. */
  private static long pixels(PDPage page) throws IOException {
    long most = 0;
    PDResources resources = page.getResources();
    if (resources == null) {
      return 0;
    }
    for (COSName name : resources.getXObjectNames()) {
      if (resources.isImageXObject(name)
          && resources.getXObject(name) instanceof PDImageXObject picture) {
        most = Math.max(most, (long) picture.getWidth() * picture.getHeight());
      } else {
        // A form, which may hold pictures: drawing tells.
        most = Math.max(most, 1);
      }
    }
    return most;
  }

  private static BufferedImage draw(PDDocument pdf, int index) throws IOException {
    var box = pdf.getPage(index).getCropBox();
    double inches = box.getWidth() / POINTS_PER_INCH * (box.getHeight() / POINTS_PER_INCH);
    float dpi = (float) Math.min(DPI, Math.sqrt(MAX_PIXELS / Math.max(inches, 1e-3)));
    var renderer = new PDFRenderer(pdf);
    renderer.setSubsamplingAllowed(true);
    return renderer.renderImageWithDPI(index, dpi, ImageType.GRAY);
  }

  @Override
  public void close() throws IOException {
    if (open != null) {
      open.close();
    }
  }
}
