package io.pipedeck.parse;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.graphics.image.LosslessFactory;
import org.apache.poi.hslf.usermodel.HSLFSlideShow;
import org.apache.poi.hssf.usermodel.HSSFWorkbook;
import org.apache.poi.poifs.crypt.EncryptionInfo;
import org.apache.poi.poifs.crypt.EncryptionMode;
import org.apache.poi.poifs.filesystem.DirectoryEntry;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;

/** A document of each format that is read, made here, each with the words {@link #WORDS}. */
final class GeneratedDocuments {
  /** In the text of each. */
  static final String WORDS = "The whales sing in deep water";

  private static final String MORE = WORDS + ". They have done so for a very long time.";
  private static final String ODF = "urn:oasis:names:tc:opendocument:xmlns:";

  private GeneratedDocuments() {}

  /** By file name. */
  static Map<String, byte[]> all() {
    Map<String, byte[]> all = new LinkedHashMap<>();
    all.put("a.pdf", TestDocuments.pdf(List.of("Page one. " + WORDS, "Page two has other words.")));
    all.put(
        "a.docx",
        TestDocuments.docx(
            TestDocuments.paragraph("Heading1", "Sea") + TestDocuments.paragraph("", MORE)));
    all.put(
        "a.xlsx", TestDocuments.xlsx(List.of(List.of("Animal", "Habit"), List.of("Whale", WORDS))));
    all.put("a.pptx", pptx());
    all.put("a.doc", OldWordDocument.of(MORE, "Another paragraph."));
    all.put("a.xls", xls());
    all.put("a.ppt", ppt());
    all.put(
        "a.odt",
        odf("text", "<o:text><t:h t:outline-level='1'>Sea</t:h><t:p>" + MORE + "</t:p></o:text>"));
    all.put(
        "a.ods",
        odf(
            "spreadsheet",
            "<o:spreadsheet><b:table b:name='S'><b:table-row><b:table-cell o:value-type='string'><t:p>Whale</t:p></b:table-cell><b:table-cell o:value-type='string'><t:p>"
                + WORDS
                + "</t:p></b:table-cell></b:table-row></b:table></o:spreadsheet>"));
    all.put(
        "a.odp",
        odf(
            "presentation",
            "<o:presentation><d:page d:name='1'><d:frame><d:text-box><t:p>"
                + MORE
                + "</t:p></d:text-box></d:frame></d:page></o:presentation>"));
    all.put("a.rtf", rtf().getBytes(Charset.forName("windows-1252")));
    all.put("a.epub", epub());
    all.put("a.html", html().getBytes(UTF_8));
    all.put(
        "a.xml",
        ("<?xml version='1.0'?><sea><animal name='whale'>" + MORE + "</animal></sea>")
            .getBytes(UTF_8));
    all.put(
        "a.json",
        ("{\"animal\": \"whale\", \"habits\": [\"" + WORDS + "\", 42, true, null]}")
            .getBytes(UTF_8));
    all.put(
        "a.csv", ("animal;habit;count\nwhale;" + WORDS + ";3\nseal;sleeps;7\n").getBytes(UTF_8));
    all.put("a.md", ("# Sea\n\n" + MORE + "\n\n- one\n- two\n").getBytes(UTF_8));
    all.put("a.txt", MORE.getBytes(UTF_8));
    all.put("a.eml", eml());
    all.put("a.msg", msg());
    return all;
  }

  private static String rtf() {
    return "{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Times;}}{\\info{\\title Sea}{\\author Ana}}\\pard "
        + MORE
        + "\\par Fl\\'fcsse \\u333?tautahi\\par}";
  }

  private static String html() {
    return "<!DOCTYPE html><html lang='en'><head><title>Sea</title><meta name='author' content='Ana'>"
        + "</head><body><h1>Sea</h1><p>"
        + MORE
        + "</p></body></html>";
  }

  private static byte[] pptx() {
    return SlideShow.of(MORE);
  }

  private static byte[] xls() {
    try (var workbook = new HSSFWorkbook();
        var out = new ByteArrayOutputStream()) {
      var row = workbook.createSheet("Sea").createRow(0);
      row.createCell(0).setCellValue("Whale");
      row.createCell(1).setCellValue(WORDS);
      workbook.createInformationProperties();
      workbook.getSummaryInformation().setTitle("Sea");
      workbook.getSummaryInformation().setAuthor("Ana");
      workbook.write(out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] ppt() {
    try (var show = new HSLFSlideShow();
        var out = new ByteArrayOutputStream()) {
      show.createSlide().createTextBox().setText(MORE);
      show.write(out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A document of OpenDocument's kinds; t text, b table, d drawing, o office. */
  static byte[] odf(String kind, String body) {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("mimetype", "application/vnd.oasis.opendocument." + kind);
    parts.put(
        "META-INF/manifest.xml",
        "<m:manifest xmlns:m='"
            + ODF
            + "manifest:1.0'><m:file-entry m:full-path='content.xml'"
            + " m:media-type='text/xml'/></m:manifest>");
    parts.put(
        "meta.xml",
        "<o:document-meta xmlns:o='"
            + ODF
            + "office:1.0' xmlns:dc='http://purl.org/dc/elements/1.1/'"
            + " xmlns:meta='"
            + ODF
            + "meta:1.0'><o:meta><dc:title>Sea</dc:title>"
            + "<meta:initial-creator>Ana</meta:initial-creator>"
            + "<meta:creation-date>2026-05-04T08:00:00Z</meta:creation-date></o:meta></o:document-meta>");
    parts.put(
        "content.xml",
        "<o:document-content xmlns:o='"
            + ODF
            + "office:1.0' xmlns:t='"
            + ODF
            + "text:1.0' xmlns:b='"
            + ODF
            + "table:1.0' xmlns:d='"
            + ODF
            + "drawing:1.0'><o:body>"
            + body
            + "</o:body></o:document-content>");
    return TestDocuments.zip(parts);
  }

  private static byte[] epub() {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("mimetype", "application/epub+zip");
    parts.put(
        "META-INF/container.xml",
        "<container version='1.0' xmlns='urn:oasis:names:tc:opendocument:xmlns:container'><rootfiles>"
            + "<rootfile full-path='b.opf' media-type='application/oebps-package+xml'/></rootfiles>"
            + "</container>");
    parts.put(
        "b.opf",
        "<package xmlns='http://www.idpf.org/2007/opf' version='2.0'><metadata"
            + " xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title>Sea</dc:title><dc:creator>Ana"
            + "</dc:creator></metadata><manifest><item id='c' href='c.xhtml'"
            + " media-type='application/xhtml+xml'/></manifest><spine><itemref idref='c'/></spine>"
            + "</package>");
    parts.put(
        "c.xhtml",
        "<html xmlns='http://www.w3.org/1999/xhtml'><head><title>c</title></head><body><h1>Sea</h1><p>"
            + MORE
            + "</p></body></html>");
    return TestDocuments.zip(parts);
  }

  /** A mail with a text, and a PDF and a workbook attached. */
  static byte[] eml() {
    String pdf =
        Base64.getMimeEncoder().encodeToString(TestDocuments.pdf(List.of("The plan is attached.")));
    String xls = Base64.getMimeEncoder().encodeToString(xls());
    return """
        From: Ana <ana@example.org>
        To: Ben <ben@example.org>
        Subject: =?UTF-8?Q?Gru=C3=9F_vom_Meer?=
        Date: Mon, 04 May 2026 08:00:00 +0000
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary="b"

        --b
        Content-Type: text/plain; charset=utf-8

        %s
        --b
        Content-Type: application/pdf; name="plan.pdf"
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment; filename="plan.pdf"

        %s
        --b
        Content-Type: application/vnd.ms-excel; name="animals.xls"
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment; filename="animals.xls"

        %s
        --b--
        """
        .formatted(WORDS, pdf, xls)
        .replace("\r\n", "\n")
        .replace("\n", "\r\n")
        .getBytes(UTF_8);
  }

  /** An Outlook message with a text attached. */
  static byte[] msg() {
    try (var file = new POIFSFileSystem();
        var out = new ByteArrayOutputStream()) {
      DirectoryEntry root = file.getRoot();
      text(root, "001A", "IPM.Note");
      text(root, "0037", "Greetings from the sea");
      text(root, "0C1A", "Ana");
      text(root, "0E04", "Ben");
      text(root, "1000", MORE);
      stream(root, "__properties_version1.0", new byte[32]);
      root.createDirectory("__nameid_version1.0");
      DirectoryEntry attached = root.createDirectory("__attach_version1.0_#00000000");
      text(attached, "3707", "plan.txt");
      text(attached, "3704", "plan.txt");
      stream(attached, "__substg1.0_37010102", "The plan is attached.".getBytes(UTF_8));
      stream(attached, "__properties_version1.0", new byte[8]);
      file.writeFilesystem(out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void text(DirectoryEntry folder, String property, String value)
      throws IOException {
    stream(folder, "__substg1.0_" + property + "001F", value.getBytes(UTF_16LE));
  }

  private static void stream(DirectoryEntry folder, String name, byte[] content)
      throws IOException {
    folder.createDocument(name, new ByteArrayInputStream(content));
  }

  /** A Word document that opens with a password only, as Office 2010 and later write it. */
  static byte[] encryptedDocx(String text, String password) {
    byte[] plain = TestDocuments.docx(TestDocuments.paragraph("", text));
    try (var file = new POIFSFileSystem();
        var out = new ByteArrayOutputStream()) {
      var encryptor = new EncryptionInfo(EncryptionMode.agile).getEncryptor();
      encryptor.confirmPassword(password);
      try (var sealed = encryptor.getDataStream(file)) {
        sealed.write(plain);
      }
      file.writeFilesystem(out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A picture with these words, large enough to be recognised. */
  static BufferedImage picture(String words) {
    var picture = new BufferedImage(1_600, 400, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D graphics = picture.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, picture.getWidth(), picture.getHeight());
    graphics.setColor(Color.BLACK);
    graphics.setFont(new Font(Font.SERIF, Font.PLAIN, 72));
    graphics.drawString(words, 60, 220);
    graphics.dispose();
    return picture;
  }

  /** The picture as a file of this format, such as {@code png}. */
  static byte[] image(String format, String words) {
    var out = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(picture(words), format, out)) {
        throw new IllegalArgumentException("no writer for " + format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** A PDF whose pages are pictures of these words; an empty text makes an empty page. */
  static byte[] scan(List<String> pages) {
    try (var document = new PDDocument();
        var out = new ByteArrayOutputStream()) {
      for (String words : pages) {
        var page = new PDPage();
        document.addPage(page);
        if (!words.isEmpty()) {
          var picture = LosslessFactory.createFromImage(document, picture(words));
          try (var content = new PDPageContentStream(document, page)) {
            content.drawImage(picture, 50, 500, 500, 125);
          }
        }
      }
      document.save(out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
