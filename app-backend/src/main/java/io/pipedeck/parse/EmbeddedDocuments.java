package io.pipedeck.parse;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.tika.extractor.EmbeddedDocumentExtractor;
import org.apache.tika.extractor.ParsingEmbeddedDocumentExtractor;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.HttpHeaders;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.parser.ParseContext;
import org.jspecify.annotations.Nullable;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/**
 * Attachments and embedded documents: their text is read into the text of the document that holds
 * them, under a heading with their name. Pictures, macros and previews are left out.
 */
final class EmbeddedDocuments implements EmbeddedDocumentExtractor {
  private static final int MAX_COUNT = 500;
  private static final Pattern PICTURE_NAME =
      Pattern.compile(
          ".*\\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf|svg|webp)", Pattern.CASE_INSENSITIVE);

  private final Request.Limits limits;
  private final List<String> warnings = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private EmbeddedDocumentExtractor parsing =
      new ParsingEmbeddedDocumentExtractor(new ParseContext());
  private int count;
  private int depth;

  EmbeddedDocuments(Request.Limits limits) {
    this.limits = limits;
  }

  /** The context with which embedded documents are parsed: that of the outer one. */
  void in(ParseContext context) {
    parsing = new ParsingEmbeddedDocumentExtractor(context);
  }

  @Override
  public boolean shouldParseEmbedded(Metadata metadata) {
    String kind = metadata.get(TikaCoreProperties.EMBEDDED_RESOURCE_TYPE);
    note(kind, metadata);
    boolean document =
        kind == null || kind.equals(TikaCoreProperties.EmbeddedResourceType.ATTACHMENT.toString());
    return document && !isPicture(metadata) && parsing.shouldParseEmbedded(metadata);
  }

  private void note(@Nullable String kind, Metadata metadata) {
    @Nullable String name = metadata.get(TikaCoreProperties.RESOURCE_NAME_KEY);
    boolean attached =
        kind == null || kind.equals(TikaCoreProperties.EmbeddedResourceType.ATTACHMENT.toString());
    if (depth == 0 && attached && name != null && !name.isBlank() && names.size() < MAX_COUNT) {
      names.add(name.strip());
    }
  }

  /** What is attached to the outer document, read or not, in its order. */
  List<String> names() {
    return names;
  }

  private static boolean isPicture(Metadata metadata) {
    String type = String.valueOf(metadata.get(HttpHeaders.CONTENT_TYPE));
    String name = String.valueOf(metadata.get(TikaCoreProperties.RESOURCE_NAME_KEY));
    return type.startsWith("image/") || PICTURE_NAME.matcher(name).matches();
  }

  @Override
  public void parseEmbedded(
      InputStream stream, ContentHandler handler, Metadata metadata, boolean outputHtml)
      throws SAXException, IOException {
    if (++count > MAX_COUNT || depth >= limits.maxNesting()) {
      skipped();
      return;
    }
    depth++;
    // Casting keeps what the outer parser has opened of it already.
    @Nullable TikaInputStream opened = TikaInputStream.cast(stream);
    try {
      if (opened != null) {
        guarded(opened, handler, metadata);
      } else {
        try (TikaInputStream in = TikaInputStream.get(new KeptOpen(stream))) {
          guarded(in, handler, metadata);
        }
      }
    } finally {
      depth--;
    }
  }

  /** An archive within counts like the one outside. */
  private void guarded(TikaInputStream in, ContentHandler handler, Metadata metadata)
      throws IOException, SAXException {
    if (ArchiveGuard.isZip(in)) {
      new ArchiveGuard(limits).check(in.getPath());
    }
    parsing.parseEmbedded(in, handler, metadata, true);
  }

  /** Belongs to the parser of the document outside, which reads on behind it. */
  private static final class KeptOpen extends FilterInputStream {
    KeptOpen(InputStream in) {
      super(in);
    }

    @Override
    public void close() {}
  }

  private void skipped() {
    String warning =
        depth >= limits.maxNesting()
            ? "Documents embedded more than " + limits.maxNesting() + " levels deep were not read"
            : "Only the first " + MAX_COUNT + " embedded documents were read";
    if (!warnings.contains(warning)) {
      warnings.add(warning);
    }
  }

  /** How many were met, read or not. */
  int count() {
    return count;
  }

  List<String> warnings() {
    return warnings;
  }
}
