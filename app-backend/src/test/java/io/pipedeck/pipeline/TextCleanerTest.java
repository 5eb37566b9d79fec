package io.pipedeck.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.parse.ParsedDocument;
import io.pipedeck.parse.ParsedDocument.Block;
import io.pipedeck.parse.ParsedDocument.Kind;
import io.pipedeck.parse.ParsedDocument.Page;
import io.pipedeck.pipeline.CleanDocument.Part;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextCleanerTest {
  @Test
  void invisibleAndBrokenCharactersGo() {
    assertThat(Characters.clean("a\u0000b\u0007c\uFEFFd\u200Be")).isEqualTo("abcde");
    assertThat(Characters.clean("lone \uD83D half, \uDE00 other"))
        .isEqualTo("lone � half, � other");
    assertThat(Characters.clean("tab\tnbsp\u00A0thin\u2009")).isEqualTo("tab nbsp thin ");
    assertThat(Characters.clean("a\r\nb\rc\u2028d\fe")).isEqualTo("a\nb\nc\nd\n\ne");
    assertThat(Characters.clean("non\uFFFEcharacter")).isEqualTo("noncharacter");
  }

  @Test
  void textIsComposedAndLigaturesAreLetters() {
    assertThat(Characters.clean("Po\u0304 cafe\u0301")).isEqualTo("Pō café");
    assertThat(Characters.clean("ﬁnal oﬃce aﬂoat")).isEqualTo("final office afloat");
  }

  @Test
  void familyEmojiAndPersianJoinersStay() {
    assertThat(Characters.clean("👨‍👩‍👧 می‌خواهم")).isEqualTo("👨‍👩‍👧 می‌خواهم");
  }

  @Test
  void softHyphensGoWithTheirLineEnd() {
    assertThat(Characters.clean("co\u00ADoperate, under\u00AD\nstand"))
        .isEqualTo("cooperate, understand");
  }

  @Test
  void wordsCutAtLineEndsAreWholeAgain() {
    assertThat(Lines.paragraphs("This sentence has a hyphen-\nation at its end.", true))
        .containsExactly("This sentence has a hyphenation at its end.");
    assertThat(Lines.paragraphs("The long way from Nord-\nDeutschland to the south.", true))
        .containsExactly("The long way from Nord-\nDeutschland to the south.");
  }

  @Test
  void wrappedLinesAreJoinedAndShortOnesStay() {
    assertThat(
            Lines.paragraphs(
                "A paragraph that was wrapped by its printer\nat about this width goes on until\nit ends.",
                true))
        .containsExactly(
            "A paragraph that was wrapped by its printer at about this width goes on until it ends.");
    assertThat(Lines.paragraphs("Milk\nBread\nButter", true))
        .containsExactly("Milk\nBread\nButter");
  }

  @Test
  void anEmptyLineEndsAParagraph() {
    assertThat(Lines.paragraphs("One.\n \n\nTwo.", false)).containsExactly("One.", "Two.");
  }

  @Test
  void leadersOfATableOfContentsAreShortened() {
    assertThat(Lines.tidy("1.2  Scope . . . . . . . . . . 12")).isEqualTo("1.2 Scope … 12");
  }

  @Test
  void chineseLinesAreJoinedWithoutSpace() {
    String line = "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十";

    assertThat(Lines.paragraphs(line + "\n" + line, true)).containsExactly(line + line);
  }

  @Test
  void headersFootersAndPageNumbersThatRepeatGo() throws Exception {
    List<Page> pages = new ArrayList<>();
    for (int page = 1; page <= 6; page++) {
      pages.add(
          new Page(
              page,
              List.of(
                  paragraph("Annual report 2026"),
                  paragraph("What page number " + "abcdef".charAt(page - 1) + " says."),
                  paragraph("Page " + page + " of 6"))));
    }

    CleanDocument clean = TextCleaner.clean(document(pages));

    assertThat(clean.text())
        .doesNotContain("Annual report")
        .doesNotContain("of 6")
        .startsWith("What page number a says.")
        .endsWith("What page number f says.");
  }

  @Test
  void aLineThatRepeatsWithinThePagesStays() throws Exception {
    List<Page> pages = new ArrayList<>();
    for (int page = 1; page <= 4; page++) {
      String inner = ("Different line " + "abcd".charAt(page - 1) + " here\n").repeat(4);
      pages.add(new Page(page, List.of(paragraph(inner + "Total in the middle\n" + inner))));
    }

    assertThat(TextCleaner.clean(document(pages)).text()).contains("Total in the middle");
  }

  @Test
  void aSentenceAcrossPagesIsOneAndItsPagesAreKnown() throws Exception {
    CleanDocument clean =
        TextCleaner.clean(
            document(
                List.of(
                    new Page(
                        1, List.of(paragraph("The sentence that begins on the first page and"))),
                    new Page(
                        2, List.of(paragraph("ends on the second one."), paragraph("Next."))))));

    assertThat(clean.text())
        .isEqualTo(
            "The sentence that begins on the first page and ends on the second one.\n\nNext.");
    assertThat(clean.pageAt(0)).isEqualTo(1);
    assertThat(clean.pageAt(clean.text().indexOf("ends"))).isEqualTo(2);
    assertThat(clean.parts()).hasSize(2);
  }

  @Test
  void headingsAreKnownBelowThem() throws Exception {
    CleanDocument clean =
        TextCleaner.clean(
            document(
                List.of(
                    new Page(
                        null,
                        List.of(
                            heading(1, "Part one"),
                            heading(2, "Scope"),
                            paragraph("Text a."),
                            heading(2, "Terms"),
                            paragraph("Text b."),
                            heading(1, "Part two"),
                            paragraph("Text c."))))));

    assertThat(clean.parts())
        .filteredOn(part -> part.kind() == CleanDocument.Kind.PARAGRAPH)
        .extracting(Part::heading)
        .containsExactly("Part one › Scope", "Part one › Terms", "Part two");
  }

  @Test
  void markdownHeadingsAreHeadingsButNotInCode() throws Exception {
    var markdown =
        new ParsedDocument(
            "text/markdown",
            null,
            null,
            null,
            null,
            null,
            0,
            List.of(
                new Page(
                    null,
                    List.of(paragraph("# Title\nText\n```\n# comment\n```\n## Sub ##\nMore")))),
            List.of());

    assertThat(TextCleaner.clean(markdown).parts())
        .filteredOn(part -> part.kind() == CleanDocument.Kind.HEADING)
        .extracting(Part::heading)
        .containsExactly("Title", "Title › Sub");
  }

  @Test
  void wordsAreCountedAsPeopleCountThem() throws Exception {
    assertThat(words("It's a well-known fact, isn't it?")).isEqualTo(6);
    assertThat(words("日本語 and 中文")).isEqualTo(6);
    assertThat(words("— … !")).isZero();
  }

  private static int words(String text) throws InterruptedException {
    return TextCleaner.clean(document(List.of(new Page(null, List.of(paragraph(text)))))).words();
  }

  private static Block paragraph(String text) {
    return new Block(Kind.PARAGRAPH, 0, text);
  }

  private static Block heading(int level, String text) {
    return new Block(Kind.HEADING, level, text);
  }

  private static ParsedDocument document(List<Page> pages) {
    return new ParsedDocument("text/plain", null, null, null, null, null, 0, pages, List.of());
  }
}
