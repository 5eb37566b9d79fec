package io.pipedeck.parse;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.tika.extractor.EmbeddedDocumentExtractor;
import org.apache.tika.extractor.ParsingEmbeddedDocumentExtractor;
import org.apache.tika.metadata.HttpHeaders;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.parser.ParseContext;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/**
 * Attachments and embedded documents: their text is read into the text of the document that holds
 * them, under a heading with their name. Pictures, macros and previews are left out.
 */
final class EmbeddedDocuments implements EmbeddedDocumentExtractor {
  private static final int MAX_DEPTH = 4;
  private static final int MAX_COUNT = 500;
  private static final Pattern PICTURE_NAME =
      Pattern.compile(
          ".*\\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf|svg|webp)", Pattern.CASE_INSENSITIVE);

  private final List<String> warnings = new ArrayList<>();
  private EmbeddedDocumentExtractor parsing =
      new ParsingEmbeddedDocumentExtractor(new ParseContext());
  private int count;
  private int depth;

  /** The context with which embedded documents are parsed: that of the outer one. */
  void in(ParseContext context) {
    parsing = new ParsingEmbeddedDocumentExtractor(context);
  }

  @Override
  public boolean shouldParseEmbedded(Metadata metadata) {
    String kind = metadata.get(TikaCoreProperties.EMBEDDED_RESOURCE_TYPE);
    boolean document =
        kind == null || kind.equals(TikaCoreProperties.EmbeddedResourceType.ATTACHMENT.toString());
    return document && !isPicture(metadata) && parsing.shouldParseEmbedded(metadata);
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
    if (++count > MAX_COUNT || depth >= MAX_DEPTH) {
      skipped();
      return;
    }
    depth++;
    try {
      parsing.parseEmbedded(stream, handler, metadata, true);
    } finally {
      depth--;
    }
  }

  private void skipped() {
    String warning =
        depth >= MAX_DEPTH
            ? "Documents embedded more than " + MAX_DEPTH + " levels deep were not read"
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
