package io.pipedeck.parse;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The text of a document as its format gives it, not cleaned.
 *
 * @param mediaType as detected from the content
 * @param pageCount null where the format has no pages
 * @param embedded how many attachments and embedded documents were found
 * @param warnings what was not read, in words for the document's owner
 */
public record ParsedDocument(
    String mediaType,
    @Nullable Integer pageCount,
    @Nullable String title,
    @Nullable String author,
    @Nullable Instant created,
    @Nullable Instant modified,
    int embedded,
    List<Page> pages,
    List<String> warnings) {

  public ParsedDocument {
    pages = List.copyOf(pages);
    warnings = List.copyOf(warnings);
  }

  /** All but the text. */
  public ParsedDocument withoutPages() {
    return new ParsedDocument(
        mediaType, pageCount, title, author, created, modified, embedded, List.of(), warnings);
  }

  /**
   * A page, or the whole text of a format without pages.
   *
   * @param number from 1; null where the format has none
   */
  public record Page(@Nullable Integer number, List<Block> blocks) {
    public Page {
      blocks = List.copyOf(blocks);
    }

    /** Whether nothing but white space is on it. */
    boolean isBlank() {
      return blocks.stream().allMatch(block -> block.text().isBlank());
    }
  }

  /**
   * A paragraph, list item, heading or table row. May hold line breaks of the original; holds no
   * lone surrogate.
   *
   * @param level 1 (outermost) to 6 of a heading, 0 of other kinds
   */
  public record Block(Kind kind, int level, String text) {
    public Block {
      if ((kind == Kind.HEADING) != (level > 0) || level > 6) {
        throw new IllegalArgumentException(kind + " block of level " + level);
      }
    }
  }

  /** What a block is. */
  public enum Kind {
    PARAGRAPH,
    HEADING,
    /** A row of a table, its cells joined by " | ". */
    ROW
  }
}
