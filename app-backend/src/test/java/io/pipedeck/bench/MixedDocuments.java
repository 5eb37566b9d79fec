package io.pipedeck.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pipedeck.parse.TestDocuments;
import java.util.ArrayList;
import java.util.List;

/** Documents of many formats and lengths, each of its own, the same in every run. */
final class MixedDocuments {
  /** Characters that fill a page. */
  private static final int PAGE_CHARS = 2_400;

  private static final int LINE_CHARS = 90;

  private final Words words = new Words(7);

  /**
   * One of them.
   *
   * @param pages of a PDF; of other formats what would be printed on pages
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Document(String name, byte[] bytes, int pages) {}

  /** A set of nine, in which the PDFs have most of the pages. */
  List<Document> set() {
    return List.of(
        pdf(1), pdf(12), pdf(60), docx(8), xlsx(4), html(6), text(10), markdown(5), csv(3));
  }

  /** A PDF of so many full pages. */
  Document pdf(int pages) {
    List<String> texts = new ArrayList<>();
    for (int page = 0; page < pages; page++) {
      texts.add(lines(words.text(PAGE_CHARS)));
    }
    return new Document(pages + ".pdf", TestDocuments.pdf(texts), pages);
  }

  private static String lines(String text) {
    var lines = new StringBuilder();
    int column = 0;
    for (String word : text.split(" ", -1)) {
      if (column + word.length() > LINE_CHARS) {
        lines.append('\n');
        column = 0;
      } else if (column > 0) {
        lines.append(' ');
        column++;
      }
      lines.append(word);
      column += word.length();
    }
    return lines.toString();
  }

  private Document docx(int pages) {
    var body = new StringBuilder();
    for (int page = 0; page < pages; page++) {
      body.append(TestDocuments.paragraph("Heading1", words.sentence()));
      for (int i = 0; i < 4; i++) {
        body.append(TestDocuments.paragraph("", words.text(PAGE_CHARS / 4)));
      }
    }
    return new Document("report.docx", TestDocuments.docx(body.toString()), pages);
  }

  private Document xlsx(int pages) {
    return new Document("list.xlsx", TestDocuments.xlsx(rows(pages)), pages);
  }

  private Document csv(int pages) {
    var text = new StringBuilder();
    rows(pages).forEach(row -> text.append(String.join(",", row)).append('\n'));
    return new Document("list.csv", text.toString().getBytes(UTF_8), pages);
  }

  private List<List<String>> rows(int pages) {
    List<List<String>> rows = new ArrayList<>();
    for (int row = 0; row < pages * 40; row++) {
      rows.add(List.of("" + row, words.text(30), "" + words.number(10_000)));
    }
    return rows;
  }

  private Document html(int pages) {
    var text = new StringBuilder("<html><body>");
    for (int page = 0; page < pages * 3; page++) {
      text.append("<h2>").append(words.sentence()).append("</h2><p>");
      text.append(words.text(PAGE_CHARS / 3)).append("</p>");
    }
    return new Document(
        "page.html", text.append("</body></html>").toString().getBytes(UTF_8), pages);
  }

  private Document text(int pages) {
    var text = new StringBuilder();
    for (int paragraph = 0; paragraph < pages * 4; paragraph++) {
      text.append(words.text(PAGE_CHARS / 4)).append("\n\n");
    }
    return new Document("notes.txt", text.toString().getBytes(UTF_8), pages);
  }

  private Document markdown(int pages) {
    var text = new StringBuilder();
    for (int section = 0; section < pages * 2; section++) {
      text.append("## ").append(words.sentence()).append("\n\n");
      text.append(words.text(PAGE_CHARS / 2)).append("\n\n");
    }
    return new Document("readme.md", text.toString().getBytes(UTF_8), pages);
  }
}
