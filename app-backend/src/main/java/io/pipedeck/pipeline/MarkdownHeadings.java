package io.pipedeck.pipeline;

import io.pipedeck.parse.ParsedDocument.Block;
import io.pipedeck.parse.ParsedDocument.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the headings that Markdown writes with number signs; outside of code only. */
final class MarkdownHeadings {
  private static final Pattern HEADING = Pattern.compile(" {0,3}(#{1,6}) +(.*?)(?: +#+)? *");
  private static final Pattern FENCE = Pattern.compile(" {0,3}(?:```|~~~).*");

  private MarkdownHeadings() {}

  /** The block, parted where headings are. */
  static List<Block> split(Block block) {
    List<Block> parts = new ArrayList<>();
    var text = new StringBuilder();
    boolean code = false;
    for (String line : block.text().split("\n", -1)) {
      Matcher heading = HEADING.matcher(line);
      code ^= FENCE.matcher(line).matches();
      if (!code && heading.matches() && !heading.group(2).isBlank()) {
        parts.add(new Block(Kind.PARAGRAPH, 0, text.toString()));
        text.setLength(0);
        parts.add(new Block(Kind.HEADING, heading.group(1).length(), heading.group(2)));
      } else {
        text.append(line).append('\n');
      }
    }
    parts.add(new Block(Kind.PARAGRAPH, 0, text.toString()));
    return parts;
  }
}
