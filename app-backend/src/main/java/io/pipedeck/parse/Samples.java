package io.pipedeck.parse;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Small documents of the usual kinds. A parser process that has read them has loaded what the first
 * real one would have to wait for.
 */
final class Samples {
  /** The one with pages. */
  static final String PAGES = "sample.pdf";

  static final List<String> NAMES = List.of(PAGES, "sample.docx", "sample.html", "sample.txt");

  /** The reader mends what is left out of it. */
  private static final String PDF =
      """
      %PDF-1.4
      1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
      2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
      3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 100]/Contents 4 0 R\
      /Resources<</Font<</F1 5 0 R>>>>>>endobj
      4 0 obj<</Length 61>>stream
      BT /F1 12 Tf 10 50 Td (A page to become familiar with.) Tj ET
      endstream endobj
      5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
      trailer<</Root 1 0 R/Size 6>>
      %%EOF
      """;

  private static final String HTML =
      "<!DOCTYPE html><html><head><title>A page</title></head><body><h1>A heading</h1>"
          + "<p>A paragraph to become familiar with.</p></body></html>";

  private static final String TEXT = "A text to become familiar with.\n";

  private static final String PACKAGE = "http://schemas.openxmlformats.org/package/2006/";
  private static final String OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/";

  private static final Map<String, String> WORD_PARTS = new LinkedHashMap<>();

  static {
    WORD_PARTS.put(
        "[Content_Types].xml",
        "<Types xmlns='"
            + PACKAGE
            + "content-types'><Default Extension='rels'"
            + " ContentType='application/vnd.openxmlformats-package.relationships+xml'/>"
            + "<Override PartName='/word/document.xml' ContentType='application/vnd."
            + "openxmlformats-officedocument.wordprocessingml.document.main+xml'/></Types>");
    WORD_PARTS.put(
        "_rels/.rels",
        "<Relationships xmlns='"
            + PACKAGE
            + "relationships'><Relationship Id='r1' Type='"
            + OFFICE
            + "relationships/officeDocument' Target='word/document.xml'/></Relationships>");
    WORD_PARTS.put(
        "word/document.xml",
        "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>"
            + "<w:body><w:p><w:r><w:t>A paragraph to become familiar with.</w:t></w:r></w:p>"
            + "</w:body></w:document>");
  }

  private Samples() {}

  /** Writes them into this folder, under {@link #NAMES}. */
  static void write(Path folder) throws IOException {
    Files.writeString(folder.resolve(PAGES), PDF, StandardCharsets.US_ASCII);
    Files.writeString(folder.resolve("sample.html"), HTML);
    Files.writeString(folder.resolve("sample.txt"), TEXT);
    try (OutputStream file = Files.newOutputStream(folder.resolve("sample.docx"));
        var zip = new ZipOutputStream(file)) {
      for (Map.Entry<String, String> part : WORD_PARTS.entrySet()) {
        zip.putNextEntry(new ZipEntry(part.getKey()));
        zip.write(part.getValue().getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    }
  }
}
