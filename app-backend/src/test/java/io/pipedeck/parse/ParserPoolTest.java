package io.pipedeck.parse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.config.ParseConfig;
import io.pipedeck.parse.ParsedDocument.Block;
import io.pipedeck.parse.ParsedDocument.Kind;
import io.pipedeck.parse.ParsedDocument.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading documents of each format; all in real parser processes. */
class ParserPoolTest {
  @SuppressWarnings("NullAway.Init")
  private static ParserPool pool;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    pool = new ParserPool(new ParseConfig(2, 256, Duration.ofMinutes(1), 100_000, 64, 100));
  }

  @AfterAll
  static void stop() {
    pool.close();
  }

  @Test
  void pagesOfAPdfKeepTheirNumbers() throws Exception {
    ParsedDocument parsed = parse("a.pdf", TestDocuments.pdf(List.of("First page", "Second page")));

    assertThat(parsed.mediaType()).isEqualTo("application/pdf");
    assertThat(parsed.pageCount()).isEqualTo(2);
    assertThat(parsed.pages()).extracting(Page::number).containsExactly(1, 2);
    assertThat(text(parsed.pages().get(1))).contains("Second page");
    assertThat(parsed.warnings()).isEmpty();
  }

  @Test
  void pagesWithoutTextAreSaid() throws Exception {
    ParsedDocument parsed = parse("a.pdf", TestDocuments.pdf(List.of("", "Text", "")));

    assertThat(parsed.pageCount()).isEqualTo(3);
    assertThat(parsed.warnings()).containsExactly("2 of 3 pages have no text");
  }

  @Test
  void eachPageIsReportedAsItBegins() throws Exception {
    Path document =
        write("a.pdf", TestDocuments.pdf(IntStream.range(0, 5).mapToObj(i -> "p" + i).toList()));
    List<String> heard = new ArrayList<>();

    pool.parse(document, "a.pdf", null, (page, of) -> heard.add(page + "/" + of));

    assertThat(heard).containsExactly("1/5", "2/5", "3/5", "4/5", "5/5");
  }

  @Test
  void headingsOfWordAreHeadings() throws Exception {
    byte[] docx =
        TestDocuments.docx(
            TestDocuments.paragraph("Heading1", "Contract")
                + TestDocuments.paragraph("", "Between us.")
                + TestDocuments.paragraph("Heading2", "Price"));

    ParsedDocument parsed = parse("a.docx", docx);

    assertThat(parsed.pageCount()).isNull();
    assertThat(blocks(parsed))
        .containsExactly(
            new Block(Kind.HEADING, 1, "Contract"),
            new Block(Kind.PARAGRAPH, 0, "Between us."),
            new Block(Kind.HEADING, 2, "Price"));
  }

  @Test
  void tablesBecomeRowsOfText() throws Exception {
    byte[] xlsx = TestDocuments.xlsx(List.of(List.of("Item", "Price"), List.of("Pen", "2 EUR")));

    assertThat(blocks(parse("a.xlsx", xlsx)))
        .filteredOn(block -> block.kind() == Kind.ROW)
        .extracting(block -> block.text().strip())
        .containsExactly("Item | Price", "Pen | 2 EUR");
  }

  @Test
  void scriptsOfAWebPageAreNoText() throws Exception {
    String html =
        "<html><head><title>T</title><script>bad()</script></head><body><h1>Top</h1>"
            + "<p>Seen</p><style>p{}</style><table><tr><td>a</td><td>b</td></tr></table></body></html>";

    assertThat(blocks(parse("a.html", html.getBytes(UTF_8))))
        .extracting(block -> block.kind() + ":" + block.text().strip())
        .containsExactly("HEADING:Top", "PARAGRAPH:Seen", "ROW:a | b");
  }

  @Test
  void aMailGivesItsHeadersBodyAndAttachments() throws Exception {
    String mail =
        """
        From: Ana <ana@example.org>
        To: Ben <ben@example.org>
        Subject: Minutes of May
        Date: Tue, 05 May 2026 10:00:00 +0000
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary="b"

        --b
        Content-Type: text/plain; charset=utf-8

        Please find the minutes attached.
        --b
        Content-Type: text/plain; charset=utf-8; name="minutes.txt"
        Content-Disposition: attachment; filename="minutes.txt"

        We agreed on everything.
        --b--
        """;

    ParsedDocument parsed = parse("a.eml", mail.replace("\n", "\r\n").getBytes(UTF_8));

    assertThat(parsed.mediaType()).isEqualTo("message/rfc822");
    assertThat(parsed.embedded()).isEqualTo(1);
    String all = String.join("\n", blocks(parsed).stream().map(Block::text).toList());
    assertThat(all)
        .containsSubsequence(
            "Minutes of May",
            "From: Ana <ana@example.org>",
            "To: Ben <ben@example.org>",
            "Date: 2026-05-05T10:00:00Z",
            "Please find the minutes attached.",
            "minutes.txt",
            "We agreed on everything.");
  }

  @Test
  void anAttachmentThatCannotBeReadIsAWarning() throws Exception {
    String attachment =
        Base64.getMimeEncoder().encodeToString(TestDocuments.encryptedPdf("Secret", "open"));
    String mail =
        """
        From: ana@example.org
        Subject: Plan
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary="b"

        --b
        Content-Type: text/plain

        The plan is attached.
        --b
        Content-Type: application/pdf; name="plan.pdf"
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment; filename="plan.pdf"

        %s
        --b--
        """
            .formatted(attachment);

    ParsedDocument parsed = parse("a.eml", mail.replace("\n", "\r\n").getBytes(UTF_8));

    assertThat(parsed.warnings())
        .containsExactly("1 attachment could not be read: damaged, or protected by a password");
  }

  @Test
  void aDeeplyNestedWebPageIsRead() throws Exception {
    String html = "<div>".repeat(300) + "<p>Deep text</p>" + "</div>".repeat(300);

    assertThat(blocks(parse("a.html", ("<html><body>" + html).getBytes(UTF_8))))
        .extracting(block -> block.text().strip())
        .containsExactly("Deep text");
  }

  @Test
  void theContentDecidesNotTheName() throws Exception {
    assertThat(parse("report.pdf", "Only text.".getBytes(UTF_8)).mediaType())
        .isEqualTo("text/plain");
    assertThat(parse("report.txt", TestDocuments.pdf(List.of("A PDF"))).pageCount()).isEqualTo(1);
  }

  @Test
  void aPasswordOpensAnEncryptedDocument() throws Exception {
    Path document = write("a.pdf", TestDocuments.encryptedPdf("Secret plan", "open"));

    assertThat(code(document, null)).isEqualTo(ErrorCode.ENCRYPTED_DOCUMENT);
    assertThat(code(document, "wrong")).isEqualTo(ErrorCode.WRONG_PASSWORD);
    assertThat(blocks(pool.parse(document, "a.pdf", "open", (_, _) -> {})))
        .extracting(block -> block.text().strip())
        .containsExactly("Secret plan");
  }

  @Test
  void aPasswordIsNotCalledWrongWhereNoneIsOfUse() throws Exception {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("mimetype", "application/vnd.oasis.opendocument.text");
    parts.put(
        "META-INF/manifest.xml",
        "<m:manifest xmlns:m='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'>"
            + "<m:file-entry m:full-path='content.xml' m:media-type='text/xml' m:size='9'>"
            + "<m:encryption-data m:checksum='eA=='><m:algorithm m:algorithm-name="
            + "'http://www.w3.org/2009/xmlenc11#aes256-gcm'/></m:encryption-data>"
            + "</m:file-entry></m:manifest>");
    parts.put("content.xml", "encrypted");
    Path document = write("a.odt", TestDocuments.zip(parts));

    assertThatThrownBy(() -> pool.parse(document, "a.odt", "right", (_, _) -> {}))
        .isInstanceOfSatisfying(
            ParseException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ENCRYPTED_DOCUMENT))
        .hasMessageContaining("Save it without a password");
  }

  @Test
  void aPasswordOpensWhatLibreOfficeEncrypts() throws Exception {
    for (SealedDocuments.Way way : SealedDocuments.Way.values()) {
      for (String name : List.of("a.odt", "a.ods", "a.odp")) {
        byte[] plain = Objects.requireNonNull(GeneratedDocuments.all().get(name));
        Path document = write(name, SealedDocuments.sealed(plain, way, "Sesam öffne"));

        assertThat(code(document, null)).as(name).isEqualTo(ErrorCode.ENCRYPTED_DOCUMENT);
        assertThat(code(document, "sesam")).as(name).isEqualTo(ErrorCode.WRONG_PASSWORD);
        ParsedDocument parsed = pool.parse(document, name, "Sesam öffne", (_, _) -> {});
        assertThat(blocks(parsed).toString()).contains(GeneratedDocuments.WORDS);
        assertThat(parsed.mediaType()).isEqualTo(parse("open-" + name, plain).mediaType());
        assertThat(parsed.mediaType()).startsWith("application/vnd.oasis.opendocument.");
      }
    }
  }

  @Test
  void aSealedBombIsUnsafe() throws Exception {
    byte[] plain = Objects.requireNonNull(GeneratedDocuments.all().get("a.odt"));
    byte[] bomb = TestDocuments.withParts(plain, Map.of("styles.xml", " ".repeat(80 * (1 << 20))));
    Path document = write("a.odt", SealedDocuments.sealed(bomb, SealedDocuments.Way.AES, "right"));

    assertThat(code(document, "right")).isEqualTo(ErrorCode.UNSAFE_DOCUMENT);
  }

  @Test
  void documentsThatCannotBeReadSayWhy() throws Exception {
    byte[] pdf = TestDocuments.pdf(List.of("Some text on a page"));
    byte[] docx = TestDocuments.docx(TestDocuments.paragraph("", "x".repeat(5_000)));

    assertThat(code("empty.txt", new byte[0])).isEqualTo(ErrorCode.EMPTY_DOCUMENT);
    assertThat(code("blank.txt", " \n \n".getBytes(UTF_8))).isEqualTo(ErrorCode.NO_TEXT);
    assertThat(code("scan.pdf", TestDocuments.pdf(List.of("", "")))).isEqualTo(ErrorCode.NO_TEXT);
    assertThat(code("cut.pdf", TestDocuments.truncated(pdf))).isEqualTo(ErrorCode.CORRUPT_DOCUMENT);
    assertThat(code("cut.docx", TestDocuments.truncated(docx)))
        .isEqualTo(ErrorCode.CORRUPT_DOCUMENT);
    assertThat(code("noise.pdf", TestDocuments.random(7, 40_000)))
        .isIn(ErrorCode.CORRUPT_DOCUMENT, ErrorCode.UNSUPPORTED_TYPE);
    assertThat(code("a.zip", TestDocuments.zip(Map.of("a.txt", "text"))))
        .isEqualTo(ErrorCode.UNSUPPORTED_TYPE);
    assertThat(code("gone.txt")).isEqualTo(ErrorCode.DOCUMENT_MISSING);
  }

  @Test
  void aMessageNamesTheDocumentAndWhatToDo() throws Exception {
    Path document = write("a.pdf", TestDocuments.encryptedPdf("x", "open"));

    assertThatThrownBy(() -> pool.parse(document, "Vertrag März.pdf", null, (_, _) -> {}))
        .hasMessage(
            "“Vertrag März.pdf” is protected by a password. Give the password and run it again.");
  }

  @Test
  void moreTextThanAllowedIsTooLarge() throws Exception {
    assertThat(code("long.txt", "All work and no play. ".repeat(5_000).getBytes(UTF_8)))
        .isEqualTo(ErrorCode.TOO_LARGE);
  }

  @Test
  void entitiesAreNeitherExpandedWithoutEndNorFetched() throws Exception {
    Path secret = write("secret.txt", "the secret".getBytes(UTF_8));
    String bomb =
        "<!DOCTYPE a [<!ENTITY b \"" + "lol".repeat(100) + "\">" + doubling() + "]><a>&b9;</a>";
    String thief =
        "<!DOCTYPE a [<!ENTITY s SYSTEM \"" + secret.toUri() + "\">]><a>seen: &s; end</a>";

    assertThat(code("bomb.xml", bomb.getBytes(UTF_8))).isEqualTo(ErrorCode.UNSAFE_DOCUMENT);
    assertThat(textOrCode("thief.xml", thief.getBytes(UTF_8))).doesNotContain("the secret");
  }

  private static String doubling() {
    var entities = new StringBuilder("<!ENTITY b0 \"&b;&b;\">");
    for (int i = 1; i < 10; i++) {
      String before = ("&b" + (i - 1) + ";").repeat(10);
      entities.append("<!ENTITY b").append(i).append(" \"").append(before).append("\">");
    }
    return entities.toString();
  }

  @Test
  void pagesAreCountedForPdfsOnly() throws Exception {
    Duration amply = Duration.ofSeconds(20);
    Path pdf = write("a.pdf", TestDocuments.pdf(List.of("1", "2", "3")));
    Path text = write("a.txt", "Not a PDF".getBytes(UTF_8));
    Path locked = write("b.pdf", TestDocuments.encryptedPdf("x", "open"));

    assertThat(pool.countPages(pdf, amply)).hasValue(3);
    assertThat(pool.countPages(text, amply)).isEmpty();
    assertThat(pool.countPages(locked, amply)).isEmpty();
    assertThat(pool.countPages(folder.resolve("none.pdf"), amply)).isEmpty();
  }

  @Test
  void aCountThatTakesTooLongIsGivenUpAndDisturbsNothing() throws Exception {
    // Its pages are found one by one: no thread is away for as long as that takes.
    Path pdf = write("a.pdf", TestDocuments.pdf(Collections.nCopies(3_000, "page")));

    assertThat(pool.countPages(pdf, Duration.ofNanos(1))).isEmpty();
    assertThat(pool.countPages(pdf, Duration.ofSeconds(20))).hasValue(3_000);
  }

  private ParsedDocument parse(String name, byte[] content) throws Exception {
    return pool.parse(write(name, content), name, null, (_, _) -> {});
  }

  private ErrorCode code(String name, byte[] content) throws IOException {
    return code(write(name, content), null);
  }

  private ErrorCode code(String missing) {
    return code(folder.resolve(missing), null);
  }

  private static ErrorCode code(Path document, @Nullable String password) {
    String name = document.getFileName().toString();
    return catchThrowableOfType(
            ParseException.class, () -> pool.parse(document, name, password, (_, _) -> {}))
        .code();
  }

  private String textOrCode(String name, byte[] content) throws Exception {
    try {
      return blocks(parse(name, content)).toString();
    } catch (ParseException e) {
      return e.code().wireName();
    }
  }

  private Path write(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  private static List<Block> blocks(ParsedDocument parsed) {
    return parsed.pages().stream().flatMap(page -> page.blocks().stream()).toList();
  }

  private static String text(Page page) {
    return String.join("\n", page.blocks().stream().map(Block::text).toList());
  }
}
