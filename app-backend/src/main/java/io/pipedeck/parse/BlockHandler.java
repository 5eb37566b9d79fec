package io.pipedeck.parse;

import io.pipedeck.parse.ParsedDocument.Block;
import io.pipedeck.parse.ParsedDocument.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.PagedText;
import org.apache.tika.metadata.TikaCoreProperties;
import org.jspecify.annotations.Nullable;
import org.xml.sax.Attributes;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** Turns the XHTML that Tika makes of any format into pages of blocks, and sends them on. */
final class BlockHandler extends DefaultHandler {
  private static final int SEND_AT_CHARS = 1 << 18;

  private final Metadata metadata;
  private final DocumentReader.Sink sink;
  private final int maxTextChars;
  private final @Nullable ScannedPages scans;

  /** Tika makes a paragraph of each line of an Outlook mail, and an empty one of an empty line. */
  private final boolean typed;

  private final StringBuilder text = new StringBuilder();
  private final List<Block> blocks = new ArrayList<>();
  private final List<String> cells = new ArrayList<>();
  private final List<Integer> damagedPages = new ArrayList<>();
  private boolean inBody;
  private boolean headersSent;
  private int ignored;
  private int row;
  private int heading;
  private int page;
  private boolean inPage;
  private int pendingChars;
  private int seenChars;
  private int pagesWithText;
  private boolean pageHasText;
  private int errorsBefore;
  private boolean anyText;

  /**
   * @param scans reads pages that have no text; null where none are to be read so
   */
  BlockHandler(
      Metadata metadata, DocumentReader.Sink sink, int maxTextChars, @Nullable ScannedPages scans) {
    this.scans = scans;
    this.metadata = metadata;
    this.sink = sink;
    this.maxTextChars = maxTextChars;
    this.typed =
        "application/vnd.ms-outlook"
            .equals(metadata.get(TikaCoreProperties.CONTENT_TYPE_PARSER_OVERRIDE));
  }

  @Override
  public void startElement(
      @Nullable String uri, @Nullable String local, @Nullable String qualified, Attributes a) {
    String name = name(local, qualified);
    switch (name) {
      case "body" -> inBody = true;
      case "script", "style", "title" -> ignored++;
      case "tr" -> {
        flush();
        row++;
      }
      case "td", "th" -> endCell();
      case "h1", "h2", "h3", "h4", "h5", "h6" -> {
        flush();
        heading = name.charAt(1) - '0';
      }
      case "div" -> {
        flush();
        if ("page".equals(a.getValue("class"))) {
          beginPage();
        }
      }
      case "br" -> text.append(row > 0 ? ' ' : '\n');
      case "p" -> beginParagraph();
      default -> {
        if (isBlock(name)) {
          flush();
        }
      }
    }
  }

  @Override
  public void endElement(@Nullable String uri, @Nullable String local, @Nullable String qualified) {
    String name = name(local, qualified);
    switch (name) {
      case "script", "style", "title" -> ignored--;
      case "tr" -> endRow();
      case "td", "th" -> endCell();
      case "p" -> endParagraph();
      case "h1", "h2", "h3", "h4", "h5", "h6" -> {
        flush();
        heading = 0;
      }
      default -> {
        if (isBlock(name) || name.equals("div")) {
          flush();
        }
      }
    }
  }

  @Override
  public void characters(char[] chars, int start, int length) throws SAXException {
    if (!inBody || ignored > 0) {
      return;
    }
    text.append(chars, start, length);
    seenChars += length;
    if (seenChars > maxTextChars) {
      throw new TooMuchText();
    }
  }

  @Override
  public void ignorableWhitespace(char[] chars, int start, int length) throws SAXException {
    if (inBody && ignored == 0) {
      text.append(chars, start, length);
    }
  }

  /** Adds a block behind what was read. */
  void append(Block block) {
    row = 0;
    flush();
    add(block);
  }

  /** Sends what is left. */
  void finish() {
    row = 0;
    flush();
    recognise();
    send();
    endPage();
  }

  boolean hasText() {
    return anyText;
  }

  /** Pages seen, 0 for a format without. */
  int pages() {
    return page;
  }

  int pagesWithoutText() {
    return page - pagesWithText;
  }

  /** Pages on which something could not be read. */
  List<Integer> damagedPages() {
    return damagedPages;
  }

  /** Whether what came before a failure is worth keeping: text of pages, the rest damaged. */
  boolean keepsPart(Exception failure, Failures failures) {
    return page > 0 && (anyText || !text.isEmpty()) && failures.isDamage(failure);
  }

  private static String name(@Nullable String local, @Nullable String qualified) {
    String name =
        local == null || local.isEmpty() ? Objects.requireNonNullElse(qualified, "") : local;
    return name.toLowerCase(Locale.ROOT);
  }

  private static boolean isBlock(String name) {
    return switch (name) {
      case "p",
          "li",
          "ul",
          "ol",
          "dl",
          "dt",
          "dd",
          "table",
          "blockquote",
          "pre",
          "section",
          "article",
          "header",
          "footer",
          "figcaption" ->
          true;
      default -> false;
    };
  }

  private void beginParagraph() {
    if (!typed) {
      flush();
    }
  }

  private void endParagraph() {
    // The line end behind it comes as white space.
    if (!typed) {
      flush();
    }
  }

  /** The cells of a table within a cell belong to the outer one. */
  private void endCell() {
    if (row != 1) {
      text.append(' ');
    } else if (!text.toString().isBlank()) {
      cells.add(text.toString().strip());
      text.setLength(0);
    }
  }

  private void endRow() {
    endCell();
    if (row == 1) {
      text.setLength(0);
      text.append(String.join(" | ", cells));
      cells.clear();
      flushAs(Kind.ROW);
    }
    row--;
  }

  private void beginPage() {
    if (inPage) {
      recognise();
      send();
      endPage();
    }
    inPage = true;
    page++;
    errorsBefore = DamageLog.errors();
    sendOn(new Reply.PageBegins(page, knownPages()));
  }

  /** Takes the text of a page without one from its picture. */
  private void recognise() {
    if (!inPage || pageHasText || scans == null) {
      return;
    }
    sendOn(new Reply.Recognises(page));
    for (String paragraph : scans.paragraphs(page)) {
      add(new Block(Kind.PARAGRAPH, 0, Surrogates.repair(paragraph)));
    }
  }

  private void endPage() {
    if (inPage && pageHasText) {
      pagesWithText++;
    }
    if (inPage && DamageLog.errors() > errorsBefore) {
      damagedPages.add(page);
    }
    pageHasText = false;
    inPage = false;
  }

  private int knownPages() {
    Integer pages = metadata.getInt(PagedText.N_PAGES);
    return pages == null ? 0 : pages;
  }

  private void flush() {
    if (row > 0) {
      // A paragraph within a cell: the row goes on.
      if (!text.isEmpty()) {
        text.append(' ');
      }
      return;
    }
    flushAs(heading > 0 ? Kind.HEADING : Kind.PARAGRAPH);
  }

  private void flushAs(Kind kind) {
    if (text.toString().isBlank()) {
      text.setLength(0);
      return;
    }
    if (!headersSent) {
      headersSent = true;
      MailHeaders.of(metadata).forEach(this::add);
    }
    add(new Block(kind, kind == Kind.HEADING ? heading : 0, Surrogates.repair(text.toString())));
    text.setLength(0);
  }

  private void add(Block block) {
    blocks.add(block);
    pendingChars += block.text().length();
    pageHasText = true;
    anyText = true;
    if (pendingChars >= SEND_AT_CHARS) {
      send();
    }
  }

  private void send() {
    if (!blocks.isEmpty() || inPage) {
      sendOn(new Reply.Text(page == 0 ? null : page, List.copyOf(blocks)));
    }
    pendingChars = 0;
    blocks.clear();
  }

  private void sendOn(Reply reply) {
    try {
      sink.send(reply);
    } catch (IOException e) {
      throw new SinkFailed(e);
    }
  }

  /** More text than a document may give. */
  static final class TooMuchText extends SAXException {
    TooMuchText() {
      super("text limit reached");
    }
  }

  /** The backend does not take the text any more. */
  static final class SinkFailed extends RuntimeException {
    private final IOException failure;

    SinkFailed(IOException failure) {
      super(failure);
      this.failure = failure;
    }

    IOException failure() {
      return failure;
    }
  }
}
