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

  private TextCleaner() {}

  /** The clean text of the document; empty if nothing but white space is left. */
  static CleanDocument clean(ParsedDocument document) throws InterruptedException {
    List<Page> pages = document.pages().stream().map(TextCleaner::cleanCharacters).toList();
    RunningHeads heads = RunningHeads.of(pages);
    var cleaner = new TextCleaner();
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
    boolean first = number != null;
    for (Block block : blocks) {
      for (String paragraph : paragraphs(block)) {
        int start = add(block, paragraph, first);
        if (first && number != null) {
          pageStarts.put(start, number);
          first = false;
        }
      }
    }
  }

  private static List<String> paragraphs(Block block) {
    return switch (block.kind()) {
      case PARAGRAPH -> Lines.paragraphs(block.text());
      case HEADING, ROW -> {
        String line = Lines.tidy(block.text().replace('\n', ' '));
        yield line.isEmpty() ? List.of() : List.of(line);
      }
    };
  }

  /** Where it begins. */
  private int add(Block block, String paragraph, boolean firstOfPage) {
    Kind kind =
        switch (block.kind()) {
          case PARAGRAPH -> Kind.PARAGRAPH;
          case HEADING -> Kind.HEADING;
          case ROW -> Kind.ROW;
        };
    if (firstOfPage && kind == Kind.PARAGRAPH && goesOn(paragraph)) {
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

  /** Whether the last paragraph of the page before did not end there. */
  private boolean goesOn(String paragraph) {
    return !parts.isEmpty()
        && parts.getLast().kind() == Kind.PARAGRAPH
        && Character.isLowerCase(paragraph.codePointAt(0))
        && (Character.isLetter(text.codePointBefore(text.length()))
            || ",-‐".indexOf(text.charAt(text.length() - 1)) >= 0);
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
