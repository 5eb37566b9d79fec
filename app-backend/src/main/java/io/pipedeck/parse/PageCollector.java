package io.pipedeck.parse;

import io.pipedeck.parse.ParsedDocument.Block;
import io.pipedeck.parse.ParsedDocument.Page;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Puts the pieces of a document together again. */
final class PageCollector {
  private final List<Page> pages = new ArrayList<>();
  private final List<Block> blocks = new ArrayList<>();
  private @Nullable Integer page;
  private final long maxChars;
  private long chars;
  private boolean any;

  PageCollector(long maxChars) {
    this.maxChars = maxChars;
  }

  /**
   * @throws IOException if it sends far more than it was asked to: it can't be trusted any more
   */
  void add(Reply.Text text) throws IOException {
    chars += text.blocks().stream().mapToLong(block -> block.text().length()).sum();
    if (chars > maxChars) {
      throw new IOException("more than " + maxChars + " characters from a parser process");
    }
    if (any && !Objects.equals(page, text.page())) {
      end();
    }
    any = true;
    page = text.page();
    blocks.addAll(text.blocks());
  }

  private void end() {
    pages.add(new Page(page, blocks));
    blocks.clear();
  }

  ParsedDocument with(Reply.Done done) {
    if (any) {
      end();
    }
    return new ParsedDocument(
        done.mediaType(),
        done.pageCount(),
        done.title(),
        done.author(),
        done.created(),
        done.modified(),
        done.embedded(),
        pages,
        done.warnings());
  }
}
