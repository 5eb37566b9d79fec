package io.pipedeck.parse;

import io.pipedeck.api.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.tika.exception.TikaException;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MediaType;
import org.jspecify.annotations.Nullable;
import org.xml.sax.SAXException;

/** Reads one document after the other with Tika, in a parser process. Not for several threads. */
final class DocumentReader {
  /** Takes what is sent while a document is being read. */
  @FunctionalInterface
  interface Sink {
    void send(Reply reply) throws IOException;
  }

  private final Formats formats = new Formats();

  /**
   * Sends the text to the sink as it comes and returns the last reply.
   *
   * @throws IOException if the sink fails; a document's own failures are replies
   */
  Reply read(Request request, Sink sink) throws IOException {
    var failures = new Failures(request);
    Path path = Path.of(request.path());
    var metadata = new Metadata();
    metadata.set(TikaCoreProperties.RESOURCE_NAME_KEY, request.filename());
    try {
      if (Files.size(path) == 0) {
        return failures.because(ErrorCode.EMPTY_DOCUMENT);
      }
      new ArchiveGuard(request.limits()).check(path);
      Optional<LockedOpenDocument> locked = LockedOpenDocument.of(path);
      if (locked.isPresent()) {
        return unlock(request, locked.get(), metadata, sink);
      }
      try (TikaInputStream in = TikaInputStream.get(path)) {
        return read(request, in, metadata, sink);
      }
    } catch (BlockHandler.SinkFailed e) {
      throw e.failure();
    } catch (NoSuchFileException e) {
      return failures.because(ErrorCode.DOCUMENT_MISSING);
    } catch (IOException | TikaException | SAXException | RuntimeException e) {
      return failures.of(e);
    } catch (StackOverflowError e) {
      return failures.of(e);
    }
  }

  private Reply unlock(Request request, LockedOpenDocument locked, Metadata metadata, Sink sink)
      throws IOException, TikaException, SAXException {
    var failures = new Failures(request);
    if (!locked.canBeOpened()) {
      return failures.lockedForGood();
    }
    if (request.password() == null) {
      return failures.because(ErrorCode.ENCRYPTED_DOCUMENT);
    }
    Path plain = locked.open(request.password(), request.limits());
    try (TikaInputStream in = TikaInputStream.get(plain)) {
      return read(request, in, metadata, sink);
    } finally {
      Files.delete(plain);
    }
  }

  private Reply read(Request request, TikaInputStream in, Metadata metadata, Sink sink)
      throws IOException, TikaException, SAXException {
    var failures = new Failures(request);
    MediaType type = formats.detect(in, metadata);
    Ocr ocr = request.ocr();
    if (type.getType().equals("image") && ocr != null && !formats.canRead(type)) {
      return new Pictures(failures, sink, new Tesseract(ocr)).read(in.getPath(), type);
    }
    if (!formats.canRead(type)) {
      return failures.unreadable(type);
    }
    metadata.set(TikaCoreProperties.CONTENT_TYPE_PARSER_OVERRIDE, type.toString());
    @Nullable Tesseract tesseract =
        ocr == null || !type.getSubtype().equals("pdf") ? null : new Tesseract(ocr);
    try (ScannedPages scans =
        tesseract == null ? null : new ScannedPages(in.getPath(), request.password(), tesseract)) {
      var embedded = new EmbeddedDocuments(request.limits());
      var handler = new BlockHandler(metadata, sink, request.limits().maxTextChars(), scans);
      return parse(request, in, new DocumentSummary(type, metadata, handler, embedded, tesseract));
    }
  }

  private Reply parse(Request request, TikaInputStream in, DocumentSummary summary)
      throws IOException, TikaException, SAXException {
    var failures = new Failures(request);
    BlockHandler handler = summary.handler();
    @Nullable Exception partial = null;
    try {
      var context = formats.context(request.password(), summary.embedded());
      formats.parse(in, handler, summary.metadata(), context);
    } catch (IOException | TikaException | SAXException | RuntimeException e) {
      if (!handler.keepsPart(e, failures)) {
        throw e;
      }
      partial = e;
    }
    if (MailHeaders.isMail(summary.metadata()) && !summary.embedded().names().isEmpty()) {
      handler.append(MailHeaders.attachments(summary.embedded().names()));
    }
    handler.finish();
    return handler.hasText()
        ? summary.done(partial != null)
        : partial == null ? failures.because(ErrorCode.NO_TEXT) : failures.of(partial);
  }
}
