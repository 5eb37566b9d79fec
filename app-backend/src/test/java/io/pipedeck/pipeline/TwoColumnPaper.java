package io.pipedeck.pipeline;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;

/** A paper as journals print it: two columns, words cut at line ends, captions and proofs. */
final class TwoColumnPaper {
  private static final int LINE_CHARS = 44;

  /** The sentences of it that stand by themselves. */
  static final List<String> GOOD =
      List.of(
          "In this paper we present control strategies for microscopic robots with electrostatic hysteresis.",
          "Every robot consists of an untethered drive that provides forward motion and a steering arm that turns it.",
          "The steering arm is pulled down to the substrate by the voltage of the common control signal.",
          "Hysteresis of the steering arm keeps a robot turning until the voltage drops below a second threshold.",
          "A larger number of robots requires a larger bandwidth of the control signal.",
          "Our measurements confirm that twelve robots with different arms can be steered independently.");

  private static final List<String> POOR =
      List.of(
          "However, these robots are slow.",
          "Fig. 1: The schematic of the steering arm of a robot.",
          "Proof: A consequence of Lemma 2 is that every robot turns.",
          "The control cycle of the robots is defined by equation (8).",
          "Such robots are described below.",
          "Which robots turn first?");

  private TwoColumnPaper() {}

  static byte[] pdf() throws IOException {
    try (var document = new PDDocument();
        var bytes = new ByteArrayOutputStream()) {
      var page = new PDPage();
      document.addPage(page);
      try (var content = new PDPageContentStream(document, page)) {
        column(content, 50, 0);
        column(content, 320, GOOD.size() / 2);
      }
      document.save(bytes);
      return bytes.toByteArray();
    }
  }

  /** Three paragraphs, each of a good sentence and one that is none for a summary. */
  private static void column(PDPageContentStream content, float x, int from) throws IOException {
    content.beginText();
    content.setFont(new PDType1Font(Standard14Fonts.FontName.HELVETICA), 10);
    content.setLeading(12);
    content.newLineAtOffset(x, 740);
    for (int i = from; i < from + GOOD.size() / 2; i++) {
      for (String line : wrapped(GOOD.get(i) + " " + POOR.get(i))) {
        content.showText(line);
        content.newLine();
      }
      content.newLine();
    }
    content.endText();
  }

  /** Full lines; a word that doesn't fit is cut by a hyphen. */
  private static List<String> wrapped(String text) {
    List<String> lines = new ArrayList<>();
    var rest = new StringBuilder(text);
    while (rest.length() > LINE_CHARS) {
      int cut = rest.lastIndexOf(" ", LINE_CHARS);
      boolean splits = isLetters(rest, LINE_CHARS - 4, LINE_CHARS + 4);
      lines.add(splits ? rest.substring(0, LINE_CHARS) + "-" : rest.substring(0, cut));
      rest.delete(0, splits ? LINE_CHARS : cut + 1);
    }
    lines.add(rest.toString());
    return lines;
  }

  private static boolean isLetters(CharSequence text, int from, int to) {
    return to <= text.length()
        && text.subSequence(from, to).chars().allMatch(Character::isLowerCase);
  }
}
