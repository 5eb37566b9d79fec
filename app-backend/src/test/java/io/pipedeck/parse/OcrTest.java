package io.pipedeck.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.config.OcrConfig;
import io.pipedeck.config.ParseConfig;
import io.pipedeck.parse.ParsedDocument.Block;
import io.pipedeck.parse.ParsedDocument.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Pictures and scanned pages, with the installed Tesseract and with programs in its place. */
class OcrTest {
  private static final OcrConfig INSTALLED =
      new OcrConfig(List.of("eng"), "tesseract", Duration.ofMinutes(1), 100);

  @TempDir Path folder;

  private static void assumeInstalled() throws InterruptedException {
    assumeTrue(
        Ocr.installed("tesseract").contains("eng"),
        "Tesseract with English is not installed: reading pictures is not tested");
  }

  private static ParserPool pool(OcrConfig ocr) {
    return new ParserPool(
        new ParseConfig(1, 256, Duration.ofSeconds(30), 1_000_000, 64, 100, 200, 4, ocr));
  }

  @Test
  void picturesAreRead() throws Exception {
    assumeInstalled();
    try (var pool = pool(INSTALLED)) {
      for (String format : List.of("png", "jpeg", "tiff", "bmp")) {
        byte[] image = GeneratedDocuments.image(format, GeneratedDocuments.WORDS);

        ParsedDocument parsed = parse(pool, "scan.dat", image);

        assertThat(text(parsed)).as(format).contains(GeneratedDocuments.WORDS);
        assertThat(parsed.mediaType()).startsWith("image/");
        assertThat(parsed.pageCount()).isEqualTo(1);
        assertThat(parsed.warnings())
            .containsExactly("1 page was read by text recognition, which may misread letters");
      }
    }
  }

  @Test
  void scannedPagesOfAPdfKeepTheirNumbers() throws Exception {
    assumeInstalled();
    byte[] scan = GeneratedDocuments.scan(List.of("The first page", "", "The third page"));
    try (var pool = pool(INSTALLED)) {
      ParsedDocument parsed = parse(pool, "scan.pdf", scan);

      assertThat(parsed.pages()).extracting(Page::number).containsExactly(1, 2, 3);
      assertThat(text(parsed.pages().get(0))).contains("The first page");
      assertThat(text(parsed.pages().get(1))).isEmpty();
      assertThat(text(parsed.pages().get(2))).contains("The third page");
      assertThat(parsed.warnings())
          .containsExactly(
              "1 of 3 pages has no text",
              "2 pages were read by text recognition, which may misread letters");
    }
  }

  @Test
  void pagesWithTextAreNotRecognised() throws Exception {
    assumeInstalled();
    try (var pool = pool(INSTALLED)) {
      ParsedDocument parsed = parse(pool, "a.pdf", TestDocuments.pdf(List.of("Real text", "")));

      assertThat(parsed.warnings()).containsExactly("1 of 2 pages has no text");
    }
  }

  @Test
  void aDocumentMaySayThatItIsNotToBeRecognised() throws Exception {
    Path scan = Files.write(folder.resolve("a.png"), GeneratedDocuments.image("png", "Some words"));
    try (var pool = pool(INSTALLED)) {
      var failure =
          catchThrowableOfType(
              ParseException.class, () -> pool.parse(scan, "a.png", null, false, (_, _) -> {}));

      assertThat(failure.code()).isEqualTo(ErrorCode.NO_TEXT);
    }
  }

  @Test
  void withoutTheProgramOrTheLanguageAScanHasNoText() throws Exception {
    byte[] image = GeneratedDocuments.image("png", "Some words");
    var absent = new OcrConfig(List.of("eng"), "no-such-tesseract", Duration.ofMinutes(1), 9);
    var unknown = new OcrConfig(List.of("tlh"), "tesseract", Duration.ofMinutes(1), 9);
    for (OcrConfig config : List.of(absent, unknown, OcrConfig.OFF)) {
      try (var pool = pool(config)) {
        assertThatThrownBy(() -> parse(pool, "a.png", image))
            .isInstanceOfSatisfying(
                ParseException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_TEXT))
            .hasMessageContaining("have Tesseract installed");
      }
    }
  }

  @Test
  void noMorePagesThanConfiguredAreRead() throws Exception {
    assumeInstalled();
    var one = new OcrConfig(List.of("eng"), "tesseract", Duration.ofMinutes(1), 1);
    byte[] scan = GeneratedDocuments.scan(List.of("The first page", "The second page"));
    try (var pool = pool(one)) {
      assertThat(parse(pool, "scan.pdf", scan).warnings())
          .contains("1 page was left out of text recognition: too large, too slow or too many");
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aPageThatTakesTooLongIsLeftOut() throws Exception {
    var slow = new OcrConfig(List.of("eng"), sleeper(), Duration.ofSeconds(1), 9);
    byte[] scan = GeneratedDocuments.scan(List.of("A page"));
    try (var pool = pool(slow)) {
      assertThatThrownBy(() -> parse(pool, "scan.pdf", scan))
          .isInstanceOfSatisfying(
              ParseException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_TEXT));
      assertThat(pool.deaths()).isZero();
      awaitEnd(recognising());
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void recognitionEndsWithItsParser() throws Exception {
    var slow = new OcrConfig(List.of("eng"), sleeper(), Duration.ofMinutes(10), 9);
    byte[] image = GeneratedDocuments.image("png", "A page");
    ParserPool pool = pool(slow);
    List<Long> recognising = new ArrayList<>();
    Thread closing =
        Thread.ofVirtual()
            .start(
                () -> {
                  recognising.add(recognising());
                  pool.close();
                });

    assertThatThrownBy(() -> parse(pool, "a.png", image)).isInstanceOf(Exception.class);

    closing.join();
    awaitEnd(recognising.getFirst());
  }

  /** A program that has English and never ends a page; leaves its process id in a file. */
  private String sleeper() throws IOException {
    Path script = folder.resolve("slow-tesseract");
    Files.writeString(
        script,
        """
        #!/bin/sh
        if [ "$1" = --list-langs ]; then echo "List (1):"; echo eng; exit 0; fi
        echo $$ > "%s.tmp" && mv "%s.tmp" "%s"
        exec sleep 600
        """
            .formatted(pidFile(), pidFile(), pidFile()));
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return script.toString();
  }

  private Path pidFile() {
    return folder.resolve("pid");
  }

  private static void awaitEnd(long pid) throws Exception {
    var process = ProcessHandle.of(pid);
    if (process.isPresent()) {
      process.get().onExit().get(10, TimeUnit.SECONDS);
    }
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
  }

  /** Waits for it to be at work; its process id. */
  private long recognising() {
    try (var watch = folder.getFileSystem().newWatchService()) {
      folder.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      while (!Files.exists(pidFile())) {
        var key = watch.poll(30, TimeUnit.SECONDS);
        if (key == null) {
          throw new AssertionError("nothing was recognised");
        }
        key.reset();
      }
      return Long.parseLong(Files.readString(pidFile()).strip());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private ParsedDocument parse(ParserPool pool, String name, byte[] content)
      throws IOException, InterruptedException {
    return pool.parse(Files.write(folder.resolve(name), content), name, null, (_, _) -> {});
  }

  private static String text(ParsedDocument parsed) {
    return parsed.pages().stream().map(OcrTest::text).collect(Collectors.joining("\n"));
  }

  private static String text(Page page) {
    return page.blocks().stream().map(Block::text).collect(Collectors.joining("\n"));
  }
}
