package io.pipedeck.pipeline;

import io.pipedeck.parse.ParsedDocument;
import io.pipedeck.parse.ParsedDocument.Block;
import io.pipedeck.parse.ParsedDocument.Page;
import io.pipedeck.pipeline.CleanDocument.Kind;
import io.pipedeck.pipeline.CleanDocument.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes one clean text of a parsed document: characters, hyphenation, wrapped lines, running heads.
 * For one document and one thread.
 */
final class TextCleaner {
  private final StringBuilder text = new StringBuilder();
  private final List<Part> parts = new ArrayList<>();
  private final NavigableMap<Integer, Integer> pageStarts = new TreeMap<>();
  private final HeadingPath headings = new HeadingPath();

  private final boolean markdown;

  private TextCleaner(boolean markdown) {
    this.markdown = markdown;
  }

  /** The clean text of the document; empty if nothing but white space is left. */
  static CleanDocument clean(ParsedDocument document) throws InterruptedException {
    List<Page> pages = document.pages().stream().map(TextCleaner::cleanCharacters).toList();
    RunningHeads heads = RunningHeads.of(pages);
    var cleaner = new TextCleaner(document.mediaType().endsWith("markdown"));
    for (Page page : pages) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      cleaner.add(page, heads.without(page));
    }
    return new CleanDocument(cleaner.text.toString(), cleaner.parts, cleaner.pageStarts);
  }

  private static Page cleanCharacters(Page page) {
    return new Page(
        page.number(),
        page.blocks().stream()
            .map(block -> new Block(block.kind(), block.level(), Characters.clean(block.text())))
            .toList());
  }

  private void add(Page page, List<Block> blocks) {
    @Nullable Integer number = page.number();
    boolean first = true;
    for (Block raw : blocks) {
      for (Block block : markdown ? MarkdownHeadings.split(raw) : List.of(raw)) {
        for (String paragraph : paragraphs(block, number != null)) {
          int start = add(block, paragraph, number != null);
          if (first && number != null) {
            pageStarts.put(start, number);
          }
          first = false;
        }
      }
    }
  }

  private static List<String> paragraphs(Block block, boolean printed) {
    return switch (block.kind()) {
      case PARAGRAPH -> Lines.paragraphs(block.text(), printed);
      case HEADING, ROW -> {
        String line = Lines.tidy(block.text().replace('\n', ' '));
        yield line.isEmpty() ? List.of() : List.of(line);
      }
    };
  }

  /** Where it begins. */
  private int add(Block block, String paragraph, boolean printed) {
    Kind kind =
        switch (block.kind()) {
          case PARAGRAPH -> Kind.PARAGRAPH;
          case HEADING -> Kind.HEADING;
          case ROW -> Kind.ROW;
        };
    if (printed && kind == Kind.PARAGRAPH && continuesLast(paragraph)) {
      return continueLast(paragraph);
    }
    text.append(separator(kind));
    int start = text.length();
    text.append(paragraph);
    if (kind == Kind.HEADING) {
      headings.enter(block.level(), paragraph);
    }
    parts.add(new Part(kind, start, text.length(), headings.path()));
    return start;
  }

  private String separator(Kind kind) {
    if (parts.isEmpty()) {
      return "";
    }
    return kind == Kind.ROW && parts.getLast().kind() == Kind.ROW ? "\n" : "\n\n";
  }

  /** Whether a column or page ended within the last paragraph. */
  private boolean continuesLast(String paragraph) {
    return !parts.isEmpty()
        && parts.getLast().kind() == Kind.PARAGRAPH
        && Lines.goesOn(text, paragraph);
  }

  private int continueLast(String paragraph) {
    Part last = parts.removeLast();
    if (Lines.endsInHyphen(text)) {
      text.setLength(text.length() - 1);
    } else {
      text.append(' ');
    }
    int start = text.length();
    text.append(paragraph);
    parts.add(new Part(last.kind(), last.start(), text.length(), last.heading()));
    return start;
  }
}
