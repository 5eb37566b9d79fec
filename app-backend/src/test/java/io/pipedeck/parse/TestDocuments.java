package io.pipedeck.parse;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;

/** Makes small documents of many formats, so that the tests need no files. */
public final class TestDocuments {
  private static final String OFFICE = "application/vnd.openxmlformats-officedocument.";
  private static final String RELATIONS =
      "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

  private TestDocuments() {}

  /** A PDF with one page for each text; an empty text makes an empty page. */
  public static byte[] pdf(List<String> pages) {
    try (PDDocument document = document(pages)) {
      return saved(document);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A PDF that opens with a password only. */
  public static byte[] encryptedPdf(String text, String password) {
    try (PDDocument document = document(List.of(text))) {
      document.protect(
          new StandardProtectionPolicy("owner-" + password, password, new AccessPermission()));
      return saved(document);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PDDocument document(List<String> pages) throws IOException {
    var document = new PDDocument();
    var font = new PDType1Font(Standard14Fonts.FontName.HELVETICA);
    for (String text : pages) {
      var page = new PDPage();
      document.addPage(page);
      try (var content = new PDPageContentStream(document, page)) {
        content.beginText();
        content.setFont(font, 11);
        content.setLeading(14);
        content.newLineAtOffset(60, 720);
        for (String line : text.lines().toList()) {
          content.showText(line);
          content.newLine();
        }
        content.endText();
      }
    }
    return document;
  }

  private static byte[] saved(PDDocument document) throws IOException {
    var out = new ByteArrayOutputStream();
    document.save(out);
    return out.toByteArray();
  }

  /** A Word document of this body, which is WordprocessingML. */
  public static byte[] docx(String body) {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put(
        "[Content_Types].xml",
        types("/word/document.xml", OFFICE + "wordprocessingml.document.main+xml")
            .replace(
                "</Types>",
                "<Override PartName='/word/styles.xml' ContentType='"
                    + OFFICE
                    + "wordprocessingml.styles+xml'/></Types>"));
    parts.put("_rels/.rels", relation("officeDocument", "word/document.xml"));
    parts.put("word/_rels/document.xml.rels", relation("styles", "styles.xml"));
    String ns = " xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'";
    parts.put(
        "word/styles.xml",
        "<w:styles"
            + ns
            + "><w:style w:type='paragraph' w:styleId='Heading1'><w:name w:val='heading 1'/></w:style>"
            + "<w:style w:type='paragraph' w:styleId='Heading2'><w:name w:val='heading 2'/></w:style>"
            + "</w:styles>");
    parts.put(
        "word/document.xml",
        "<?xml version='1.0' encoding='UTF-8'?><w:document"
            + ns
            + "><w:body>"
            + body
            + "</w:body></w:document>");
    return zip(parts);
  }

  /** A paragraph of a Word document; a style such as {@code Heading1}, or empty for none. */
  public static String paragraph(String style, String text) {
    String properties = style.isEmpty() ? "" : "<w:pPr><w:pStyle w:val='" + style + "'/></w:pPr>";
    return "<w:p>" + properties + "<w:r><w:t xml:space='preserve'>" + text + "</w:t></w:r></w:p>";
  }

  /** A workbook of one sheet. */
  public static byte[] xlsx(List<List<String>> rows) {
    String ns = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    var sheet = new StringBuilder("<worksheet xmlns='" + ns + "'><sheetData>");
    for (int r = 0; r < rows.size(); r++) {
      sheet.append("<row r='").append(r + 1).append("'>");
      for (int c = 0; c < rows.get(r).size(); c++) {
        sheet.append("<c r='").append((char) ('A' + c)).append(r + 1).append("' t='inlineStr'>");
        sheet.append("<is><t>").append(rows.get(r).get(c)).append("</t></is></c>");
      }
      sheet.append("</row>");
    }
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put(
        "[Content_Types].xml",
        types("/xl/workbook.xml", OFFICE + "spreadsheetml.sheet.main+xml")
            .replace(
                "</Types>",
                "<Override PartName='/xl/worksheets/sheet1.xml' ContentType='"
                    + OFFICE
                    + "spreadsheetml.worksheet+xml'/></Types>"));
    parts.put("_rels/.rels", relation("officeDocument", "xl/workbook.xml"));
    parts.put("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml"));
    parts.put(
        "xl/workbook.xml",
        "<workbook xmlns='"
            + ns
            + "' xmlns:r='"
            + RELATIONS
            + "'><sheets><sheet name='Prices' sheetId='1' r:id='r1'/></sheets></workbook>");
    parts.put("xl/worksheets/sheet1.xml", sheet + "</sheetData></worksheet>");
    return zip(parts);
  }

  private static String types(String part, String type) {
    return "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>"
        + "<Default Extension='rels'"
        + " ContentType='application/vnd.openxmlformats-package.relationships+xml'/>"
        + "<Default Extension='xml' ContentType='application/xml'/>"
        + "<Override PartName='"
        + part
        + "' ContentType='"
        + type
        + "'/></Types>";
  }

  private static String relation(String type, String target) {
    return "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
        + "<Relationship Id='r1' Type='"
        + RELATIONS
        + "/"
        + type
        + "' Target='"
        + target
        + "'/></Relationships>";
  }

  /** An archive with further parts, or others in the place of its own. */
  public static byte[] withParts(byte[] archive, Map<String, String> parts) {
    Map<String, byte[]> all = new LinkedHashMap<>();
    try (var zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        all.put(entry.getName(), zip.readAllBytes());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    parts.forEach((name, text) -> all.put(name, text.getBytes(StandardCharsets.UTF_8)));
    return zipOf(all);
  }

  /** An archive of these texts. */
  public static byte[] zip(Map<String, String> entries) {
    Map<String, byte[]> bytes = new LinkedHashMap<>();
    entries.forEach((name, text) -> bytes.put(name, text.getBytes(StandardCharsets.UTF_8)));
    return zipOf(bytes);
  }

  /** An archive of these files. */
  public static byte[] zipOf(Map<String, byte[]> entries) {
    var out = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** The first third of a document. */
  public static byte[] truncated(byte[] document) {
    return Arrays.copyOf(document, document.length / 3);
  }

  /** Bytes without meaning. */
  public static byte[] random(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
