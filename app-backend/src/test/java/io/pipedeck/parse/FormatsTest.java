package io.pipedeck.parse;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.config.ParseConfig;
import io.pipedeck.parse.ParsedDocument.Block;
import io.pipedeck.parse.ParsedDocument.Kind;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every format that is read, from documents made here. */
class FormatsTest {
  private static final Map<String, byte[]> ALL = GeneratedDocuments.all();

  @SuppressWarnings("NullAway.Init")
  private static ParserPool pool;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    pool = new ParserPool(new ParseConfig(2, 256, Duration.ofMinutes(1), 1_000_000, 64, 100));
  }

  @AfterAll
  static void stop() {
    pool.close();
  }

  static Stream<Arguments> documents() {
    return ALL.entrySet().stream().map(each -> Arguments.of(each.getKey(), each.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("documents")
  void everyFormatGivesItsText(String name, byte[] content) throws Exception {
    assertThat(text(parse(name, content))).contains(GeneratedDocuments.WORDS);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("documents")
  void theContentDecidesWhateverTheName(String name, byte[] content) throws Exception {
    String lie = name.endsWith(".pdf") ? "a.docx" : "a.pdf";

    assertThat(text(parse(lie, content))).contains(GeneratedDocuments.WORDS);
    assertThat(text(parse("noname", content))).contains(GeneratedDocuments.WORDS);
  }

  @ParameterizedTest
  @CsvSource({
    "a.pdf, application/pdf",
    "a.docx, application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "a.doc, application/msword",
    "a.xls, application/vnd.ms-excel",
    "a.ppt, application/vnd.ms-powerpoint",
    "a.odt, application/vnd.oasis.opendocument.text",
    "a.rtf, application/rtf",
    "a.epub, application/epub+zip",
    "a.html, text/html",
    "a.json, application/json",
    "a.csv, text/csv",
    "a.md, text/markdown",
    "a.eml, message/rfc822",
    "a.msg, application/vnd.ms-outlook"
  })
  void theTypeIsSaid(String name, String type) throws Exception {
    assertThat(parse(name, document(name)).mediaType()).isEqualTo(type);
  }

  @ParameterizedTest
  @CsvSource({
    "windows-1252, 'Die Straße führt über die Brücke. Größere Flüsse heißen „Ströme“, das weiß jeder.'",
    "ISO-8859-1, 'Élève, où êtes-vous ? Le garçon a mangé une pêche très mûre à Noël, naïvement.'",
    "KOI8-R, 'Киты поют глубоко под водой. Они делают это уже очень давно, и никто не знает почему.'",
    "windows-1251, 'Киты поют глубоко под водой. Они делают это уже очень давно, и никто не знает почему.'",
    "Shift_JIS, '鯨は深い水の中で歌います。とても長い間そうしてきました。誰もその理由を知りません。'",
    "GB18030, '鲸鱼在深水中歌唱。它们这样做已经很久了，没有人知道为什么会是这样。'",
    "UTF-16LE, 'Whales sing, says Ōtautahi: это правда 📄 and they do it often.'",
    "UTF-8, 'Whales sing, says Ōtautahi: это правда 📄 and they do it often.'"
  })
  void plainTextIsReadInItsCharset(String charset, String text) throws Exception {
    String mark = charset.equals("UTF-16LE") ? "\uFEFF" : "";
    String whole = mark + (text + "\n").repeat(4);

    assertThat(text(parse("a.txt", whole.getBytes(Charset.forName(charset))))).contains(text);
  }

  @ParameterizedTest
  @CsvSource({"a.txt, ''", "a.html, <html><body><p>"})
  void typographicMarksAreReadWhereNothingElseTellsTheCharset(String name, String before)
      throws Exception {
    String text = "Its marks make detectors think this is an old “windows” text – or not";

    assertThat(text(parse(name, (before + text).getBytes(Charset.forName("windows-1252")))))
        .contains(text);
  }

  @Test
  void aBigEndianPageIsRead() throws Exception {
    String page = "\uFEFF<html><body><p>Größe: 5 Fuß, sagt die Karte.</p></body></html>";

    assertThat(text(parse("a.html", page.getBytes(UTF_16BE)))).contains("Größe: 5 Fuß");
  }

  @Test
  void titleAuthorAndDateAreTakenFromTheDocument() throws Exception {
    ParsedDocument odt = parse("a.odt", document("a.odt"));
    ParsedDocument mail = parse("a.eml", document("a.eml"));

    assertThat(odt.title()).isEqualTo("Sea");
    assertThat(odt.author()).isEqualTo("Ana");
    assertThat(odt.created()).isEqualTo(Instant.parse("2026-05-04T08:00:00Z"));
    assertThat(parse("a.xls", document("a.xls")).title()).isEqualTo("Sea");
    assertThat(parse("a.epub", document("a.epub")).author()).isEqualTo("Ana");
    assertThat(parse("a.html", document("a.html")).title()).isEqualTo("Sea");
    assertThat(parse("a.rtf", document("a.rtf")).author()).isEqualTo("Ana");
    assertThat(mail.created()).isEqualTo(Instant.parse("2026-05-04T08:00:00Z"));
  }

  @Test
  void theAttachmentsOfAMailAreListedAndReadUnderTheirNames() throws Exception {
    ParsedDocument mail = parse("a.eml", document("a.eml"));

    assertThat(blocks(mail))
        .extracting(Block::text)
        .contains(
            "Gruß vom Meer", "From: Ana <ana@example.org>", "Attachments: plan.pdf, animals.xls");
    assertThat(mail.embedded()).isEqualTo(2);
    assertThat(under("plan.pdf", mail)).contains("The plan is attached.");
    assertThat(under("animals.xls", mail)).contains("Whale | " + GeneratedDocuments.WORDS);
  }

  @Test
  void theAttachmentsOfAnOutlookMessageAreListedAndReadUnderTheirNames() throws Exception {
    ParsedDocument message = parse("a.msg", document("a.msg"));

    assertThat(blocks(message)).extracting(Block::text).contains("Attachments: plan.txt");
    assertThat(under("plan.txt", message)).contains("The plan is attached.");
  }

  @Test
  void aPictureInAMailIsListedWithoutText() throws Exception {
    String mail =
        """
        From: Ana <ana@example.org>
        Subject: Photo
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary="b"

        --b
        Content-Type: text/plain

        See the photo.
        --b
        Content-Type: image/png; name="whale.png"
        Content-Disposition: attachment; filename="whale.png"

        x
        --b--
        """;

    assertThat(blocks(parse("a.eml", mail.replace("\n", "\r\n").getBytes(UTF_8))))
        .extracting(Block::text)
        .contains("Attachments: whale.png");
  }

  @Test
  void aPasswordOpensWhatOfficeEncrypts() throws Exception {
    byte[] sealed = GeneratedDocuments.encryptedDocx(GeneratedDocuments.WORDS, "Sesam öffne");
    Path document = Files.write(folder.resolve("a.docx"), sealed);

    assertThat(code(document, null)).isEqualTo(ErrorCode.ENCRYPTED_DOCUMENT);
    assertThat(code(document, "sesam")).isEqualTo(ErrorCode.WRONG_PASSWORD);
    ParsedDocument parsed = pool.parse(document, "a.docx", "Sesam öffne", (_, _) -> {});
    assertThat(text(parsed)).contains(GeneratedDocuments.WORDS);
    assertThat(parsed.mediaType())
        .isEqualTo("application/vnd.openxmlformats-officedocument.wordprocessingml.document");
  }

  private ErrorCode code(Path document, @Nullable String password) {
    return catchThrowableOfType(
            ParseException.class, () -> pool.parse(document, "a.docx", password, (_, _) -> {}))
        .code();
  }

  private static byte[] document(String name) {
    byte[] content = ALL.get(name);
    if (content == null) {
      throw new IllegalArgumentException(name);
    }
    return content;
  }

  private ParsedDocument parse(String name, byte[] content)
      throws IOException, InterruptedException {
    return pool.parse(Files.write(folder.resolve(name), content), name, null, (_, _) -> {});
  }

  private static List<Block> blocks(ParsedDocument parsed) {
    return parsed.pages().stream().flatMap(page -> page.blocks().stream()).toList();
  }

  private static String text(ParsedDocument parsed) {
    return blocks(parsed).stream().map(Block::text).collect(Collectors.joining("\n"));
  }

  /** The text behind this heading. */
  private static String under(String heading, ParsedDocument parsed) {
    return blocks(parsed).stream()
        .dropWhile(block -> block.kind() != Kind.HEADING || !block.text().equals(heading))
        .skip(1)
        .map(block -> block.text().strip())
        .collect(Collectors.joining("\n"));
  }
}
