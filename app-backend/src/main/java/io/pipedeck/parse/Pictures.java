package io.pipedeck.parse;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.parse.ParsedDocument.Block;
import io.pipedeck.parse.ParsedDocument.Kind;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.apache.tika.mime.MediaType;

/** A document that is a picture, or several as TIFF has them: each is a page, read by Tesseract. */
final class Pictures {
  /** Larger ones are read with every second, third … point left out. */
  private static final long MAX_PIXELS = 16_000_000;

  /** No scan is that large; it would only take time. */
  private static final long REFUSED_PIXELS = 2_000_000_000;

  private final Failures failures;
  private final DocumentReader.Sink sink;
  private final Tesseract tesseract;

  Pictures(Failures failures, DocumentReader.Sink sink, Tesseract tesseract) {
    this.failures = failures;
    this.sink = sink;
    this.tesseract = tesseract;
  }

  /** Reads all; the last reply. */
  Reply read(Path document, MediaType type) throws IOException {
    try (ImageInputStream in = ImageIO.createImageInputStream(document.toFile())) {
      Iterator<ImageReader> readers =
          in == null ? List.<ImageReader>of().iterator() : ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        return failures.because(ErrorCode.NO_TEXT);
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, false, true);
        // The further pictures of a GIF are a film.
        int pages = type.getSubtype().equals("tiff") ? reader.getNumImages(true) : 1;
        return read(reader, Math.max(1, pages), type);
      } finally {
        reader.dispose();
      }
    }
  }

  private Reply read(ImageReader reader, int pages, MediaType type) throws IOException {
    List<String> warnings = new ArrayList<>();
    int withText = 0;
    for (int page = 1; page <= pages; page++) {
      long pixels = (long) reader.getWidth(page - 1) * reader.getHeight(page - 1);
      if (pixels > REFUSED_PIXELS) {
        return failures.because(ErrorCode.UNSAFE_DOCUMENT);
      }
      sink.send(new Reply.PageBegins(page, pages));
      List<Block> blocks = tesseract.takesAnother() ? blocks(reader, page, pixels) : List.of();
      withText += blocks.isEmpty() ? 0 : 1;
      sink.send(new Reply.Text(page, blocks));
    }
    if (withText == 0) {
      return failures.because(ErrorCode.NO_TEXT);
    }
    if (withText < pages) {
      warnings.add(DocumentSummary.withoutText(pages - withText, pages));
    }
    warnings.addAll(DocumentSummary.ofRecognition(tesseract));
    return new Reply.Done(
        type.getBaseType().toString(), pages, null, null, null, null, 0, warnings);
  }

  private List<Block> blocks(ImageReader reader, int page, long pixels) throws IOException {
    sink.send(new Reply.Recognises(page));
    ImageReadParam every = reader.getDefaultReadParam();
    int step = (int) Math.ceil(Math.sqrt((double) pixels / MAX_PIXELS));
    every.setSourceSubsampling(Math.max(1, step), Math.max(1, step), 0, 0);
    BufferedImage picture;
    try {
      picture = reader.read(page - 1, every);
    } catch (IIOException e) {
      if (!String.valueOf(e.getMessage()).contains("Unsupported")) {
        throw e;
      }
      // Whole, but of a kind that this Java doesn't draw: a picture for printers, say.
      tesseract.skip();
      return List.of();
    }
    return tesseract.paragraphs(picture).stream()
        .map(text -> new Block(Kind.PARAGRAPH, 0, Surrogates.repair(text)))
        .toList();
  }
}
