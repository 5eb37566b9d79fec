package io.pipedeck.parse;

import java.io.IOException;
import java.util.Set;
import org.apache.tika.detect.DefaultDetector;
import org.apache.tika.detect.Detector;
import org.apache.tika.detect.EncodingDetector;
import org.apache.tika.exception.TikaException;
import org.apache.tika.extractor.EmbeddedDocumentExtractor;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.mime.MediaType;
import org.apache.tika.mime.MediaTypeRegistry;
import org.apache.tika.parser.AutoDetectParser;
import org.apache.tika.parser.AutoDetectParserConfig;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.parser.PasswordProvider;
import org.apache.tika.parser.csv.TextAndCSVParser;
import org.apache.tika.parser.epub.EpubParser;
import org.apache.tika.parser.html.JSoupParser;
import org.apache.tika.parser.mail.RFC822Parser;
import org.apache.tika.parser.microsoft.OfficeParser;
import org.apache.tika.parser.microsoft.OfficeParserConfig;
import org.apache.tika.parser.microsoft.TNEFParser;
import org.apache.tika.parser.microsoft.ooxml.OOXMLParser;
import org.apache.tika.parser.microsoft.rtf.RTFParser;
import org.apache.tika.parser.microsoft.xml.SpreadsheetMLParser;
import org.apache.tika.parser.microsoft.xml.WordMLParser;
import org.apache.tika.parser.odf.FlatOpenDocumentParser;
import org.apache.tika.parser.odf.OpenDocumentParser;
import org.apache.tika.parser.pdf.PDFParser;
import org.apache.tika.parser.pdf.PDFParserConfig;
import org.apache.tika.parser.xml.DcXMLParser;
import org.jspecify.annotations.Nullable;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/**
 * The formats that are read. The list is closed: what isn't on it is refused, whatever else a
 * library on the class path could open.
 */
final class Formats {
  private static final int MAX_ELEMENT_DEPTH = 2_000;
  private static final long MAX_COMPRESSION_RATIO = 1_000;

  private final Detector detector = new DefaultDetector();
  private final EncodingDetector charsets = new Charsets();
  private final AutoDetectParser parser =
      new AutoDetectParser(
          detector,
          new PDFParser(),
          new OOXMLParser(),
          new OfficeParser(),
          new RTFParser(),
          new WordMLParser(),
          new SpreadsheetMLParser(),
          new OpenDocumentParser(),
          new FlatOpenDocumentParser(),
          new EpubParser(),
          new JSoupParser(charsets),
          new RFC822Parser(),
          new TNEFParser(),
          new DcXMLParser(),
          new TextAndCSVParser(charsets));
  private final Set<MediaType> readable = parser.getSupportedTypes(new ParseContext());

  Formats() {
    var limits = new AutoDetectParserConfig();
    // Newsletters nest tables hundreds of levels deep; unpacking is limited by ArchiveGuard.
    limits.setMaximumDepth(MAX_ELEMENT_DEPTH);
    limits.setMaximumCompressionRatio(MAX_COMPRESSION_RATIO);
    parser.setAutoDetectParserConfig(limits);
  }

  /** The type by content; the name in the metadata may only make it more exact. */
  MediaType detect(TikaInputStream in, Metadata metadata) throws IOException {
    return detector.detect(in, metadata);
  }

  /** Whether a parser takes this type or the one that it is a kind of. */
  boolean canRead(MediaType type) {
    MediaTypeRegistry registry = parser.getMediaTypeRegistry();
    @Nullable MediaType at = registry.normalize(type);
    while (at != null && !at.equals(MediaType.OCTET_STREAM)) {
      if (readable.contains(at)) {
        return true;
      }
      at = registry.getSupertype(at);
    }
    return false;
  }

  void parse(TikaInputStream in, ContentHandler handler, Metadata metadata, ParseContext context)
      throws IOException, TikaException, SAXException {
    parser.parse(in, handler, metadata, context);
  }

  ParseContext context(@Nullable String password, EmbeddedDocuments embedded) {
    var context = new ParseContext();
    embedded.in(context);
    context.set(Parser.class, parser);
    context.set(EmbeddedDocumentExtractor.class, embedded);
    if (password != null) {
      context.set(PasswordProvider.class, metadata -> password);
    }
    var pdf = new PDFParserConfig();
    pdf.setOcrStrategy(PDFParserConfig.OCR_STRATEGY.NO_OCR);
    pdf.setExtractBookmarksText(false);
    context.set(PDFParserConfig.class, pdf);
    var office = new OfficeParserConfig();
    office.setExtractMacros(false);
    office.setIncludeMissingRows(false);
    office.setWriteSelectHeadersInBody(false);
    context.set(OfficeParserConfig.class, office);
    return context;
  }
}
