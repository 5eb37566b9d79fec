package io.pipedeck.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.parse.ParsedDocument;
import io.pipedeck.parse.ParsedDocument.Block;
import io.pipedeck.parse.ParsedDocument.Kind;
import io.pipedeck.parse.ParsedDocument.Page;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpeningTest {
  @Test
  void rowsOfATableAreToldApartAndTheirCellsToo() {
    assertThat(
            opening(
                new Block(Kind.HEADING, 1, "Sheet1"),
                new Block(Kind.ROW, 0, "Name | Number | | "),
                new Block(Kind.ROW, 0, "Ship | 1,599.99 | | 3"),
                new Block(Kind.ROW, 0, " | | ")))
        .isEqualTo("Sheet1 · Name, Number · Ship, 1,599.99, 3");
  }

  @Test
  void markdownIsReadWithoutItsMarks() {
    assertThat(Opening.plain("- Some **bold**, *italic* and ~~struck~~ `code` in my_file"))
        .isEqualTo("Some bold, italic and struck code in my_file");
    assertThat(Opening.plain("## Title")).isEqualTo("Title");
    assertThat(Opening.plain("> a [link](https://example.org)")).isEqualTo("a link");
    assertThat(Opening.plain("![a picture](a.png \"A\")")).isEqualTo("a picture");
    assertThat(Opening.plain("| L | C |")).isEqualTo("L, C");
    assertThat(Opening.plain("|:--|:-:|")).isEmpty();
    assertThat(Opening.plain("```java")).isEmpty();
  }

  @Test
  void commasOfAListOfValuesGetASpace() {
    assertThat(Opening.plain(",Number,Square,,")).isEqualTo("Number, Square");
    assertThat(Opening.plain(",,")).isEmpty();
    assertThat(Opening.plain("at 1,599.99 a piece")).isEqualTo("at 1,599.99 a piece");
  }

  @Test
  void whatCannotBeReadAndPageNumbersAreLeftOut() {
    assertThat(Opening.plain("Hello\uFFFDworld \uFFFD\uFFFD again \uF0B7"))
        .isEqualTo("Hello world again");
    assertThat(Opening.plain("\uFFFD\uFFFD")).isEmpty();
    assertThat(Opening.plain("12")).isEmpty();
  }

  @Test
  void ofALineWithoutEndOnlyTheBeginningIsLookedAt() {
    String opening = opening(new Block(Kind.PARAGRAPH, 0, "Links " + "[".repeat(2_000_000)));

    assertThat(opening).startsWith("Links [[").hasSizeLessThan(500);
  }

  @Test
  void theSameLineIsReadOnceAndALongTextIsCutAtAWord() {
    var blocks = new ArrayList<Block>();
    for (int i = 0; i < 100; i++) {
      blocks.add(new Block(Kind.PARAGRAPH, 0, "Entry " + i));
      blocks.add(new Block(Kind.PARAGRAPH, 0, "Again"));
    }

    String opening = opening(blocks.toArray(Block[]::new));

    assertThat(opening).startsWith("Entry 0 · Again · Entry 1 · Entry 2").endsWith(" …");
    assertThat(opening).hasSizeBetween(300, 402);
    assertThat(opening.split("Again", -1)).hasSize(2);
  }

  @Test
  void textWhoseLettersStandApartIsReadAsItIs() {
    assertThat(opening(new Block(Kind.PARAGRAPH, 0, "T ik a - C o n\nte n t A n a ly s is")))
        .isEqualTo("T ik a - C o n te n t A n a ly s is");
  }

  private static String opening(Block... blocks) {
    var page = new Page(null, List.of(blocks));
    var document =
        new ParsedDocument("text/plain", null, null, null, null, null, 0, List.of(page), List.of());
    try {
      return Opening.of(TextCleaner.clean(document));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
