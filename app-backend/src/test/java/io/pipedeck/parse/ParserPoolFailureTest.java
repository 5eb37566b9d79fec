package io.pipedeck.parse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.config.ParseConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Parser processes that die, hang and run out of memory: real ones, really killed. */
class ParserPoolFailureTest {
  private static final ParseProgress SILENT = (_, _) -> {};

  @TempDir Path folder;

  @Test
  void aDocumentWhoseParserIsKilledIsReadBySecondTry() throws Exception {
    try (var pool = new ParserPool(config(Duration.ofMinutes(1), 256))) {
      List<ProcessHandle> killed = new ArrayList<>();

      ParsedDocument parsed =
          pool.parse(manyPages(), "a.pdf", null, (_, _) -> killIfFirst(pool, killed));

      assertThat(killed).hasSize(1);
      assertThat(parsed.pageCount()).isEqualTo(400);
    }
  }

  @Test
  void aDocumentThatKillsEveryParserFailsAloneAndTheNextOneIsRead() throws Exception {
    try (var pool = new ParserPool(config(Duration.ofMinutes(1), 256))) {
      var failure =
          catchThrowableOfType(
              ParseException.class,
              () ->
                  pool.parse(
                      manyPages(),
                      "a.pdf",
                      null,
                      (_, _) -> parsers(pool).forEach(ProcessHandle::destroyForcibly)));

      assertThat(failure.code()).isEqualTo(ErrorCode.INTERNAL_ERROR);
      assertThat(pool.parse(note(), "n.txt", null, SILENT).pages()).hasSize(1);
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aParserThatHangsIsKilledAtTheDeadlineAndTheNextDocumentIsRead() throws Exception {
    try (var pool = new ParserPool(config(Duration.ofSeconds(6), 256))) {
      List<ProcessHandle> stopped = new ArrayList<>();

      var failure =
          catchThrowableOfType(
              ParseException.class,
              () -> pool.parse(manyPages(), "a.pdf", null, (_, _) -> stopIfFirst(pool, stopped)));

      assertThat(failure.code()).isEqualTo(ErrorCode.TIMEOUT);
      assertThat(failure).hasMessageContaining("longer than 6 seconds");
      assertThat(pool.parse(note(), "n.txt", null, SILENT).pages()).hasSize(1);
      assertThat(stopped.getFirst().onExit().get(10, TimeUnit.SECONDS).isAlive()).isFalse();
    }
  }

  @Test
  void aDocumentThatEatsAllMemoryIsTypedAndTheNextOneIsRead() throws Exception {
    Path document = tooLarge();
    try (var pool = new ParserPool(config(Duration.ofMinutes(1), 48))) {
      var failure =
          catchThrowableOfType(
              ParseException.class, () -> pool.parse(document, "a.docx", null, SILENT));

      assertThat(failure.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY);
      assertThat(failure).hasMessageContaining("48 MiB");
      assertThat(pool.parse(note(), "n.txt", null, SILENT).pages()).hasSize(1);
    }
  }

  @Test
  void whatTheJvmSaysAtItsEndIsNoReply() throws Exception {
    try (var process = ParserProcess.start(config(Duration.ofMinutes(1), 48))) {
      process.ask(
          new Request(
              Request.Action.PARSE,
              tooLarge().toString(),
              "a.docx",
              null,
              new Request.Limits(10_000_000, 64, 100, 10),
              null));
      ParserProcess.Event event;
      do {
        event = process.next(Duration.ofMinutes(1));
        assertThat(event).as("what it says within a minute").isNotNull();
      } while (!(event instanceof ParserProcess.Event.Ended));

      assertThat(process.exitCode()).isEqualTo(3);
      assertThat(process.lastWords()).contains("java.lang.OutOfMemoryError");
    }
  }

  @Test
  void interruptingTheCallerKillsItsParser() throws Exception {
    try (var pool = new ParserPool(config(Duration.ofMinutes(1), 256))) {
      List<ProcessHandle> working = new ArrayList<>();

      assertThatThrownBy(
              () ->
                  pool.parse(
                      manyPages(),
                      "a.pdf",
                      null,
                      (_, _) -> {
                        working.addAll(handles(pool.workingIds()));
                        Thread.currentThread().interrupt();
                      }))
          .isInstanceOf(InterruptedException.class);

      assertThat(working.getFirst().onExit().get(10, TimeUnit.SECONDS).isAlive()).isFalse();
      assertThat(pool.parse(note(), "n.txt", null, SILENT).pages()).hasSize(1);
    }
  }

  @Test
  void aProcessIsReplacedAfterSoManyDocuments() throws Exception {
    try (var pool = new ParserPool(new ParseConfig(1, 256, Duration.ofMinutes(1), 1_000, 64, 2))) {
      pool.parse(note(), "n.txt", null, SILENT);
      ProcessHandle first = handles(pool.idleIds()).getFirst();
      assertThat(first.isAlive()).isTrue();

      pool.parse(note(), "n.txt", null, SILENT);

      first.onExit().get(10, TimeUnit.SECONDS);
      pool.parse(note(), "n.txt", null, SILENT);
      assertThat(parsers(pool)).isNotEmpty().doesNotContain(first);
    }
  }

  private Path tooLarge() throws IOException {
    byte[] huge =
        TestDocuments.docx(TestDocuments.paragraph("", "Many small paragraphs.").repeat(150_000));
    return Files.write(folder.resolve("a.docx"), huge);
  }

  @Test
  void closingThePoolLeavesNoProcessAndNoFolder() throws Exception {
    List<ProcessHandle> processes;
    try (var pool = new ParserPool(config(Duration.ofMinutes(1), 256))) {
      pool.parse(note(), "n.txt", null, SILENT);
      processes = parsers(pool);
      assertThat(processes).isNotEmpty();
      assertThat(temporaryFolders()).isNotEmpty();
    }
    assertThat(processes).noneMatch(ProcessHandle::isAlive);
    assertThat(temporaryFolders()).isEmpty();
  }

  private static List<Path> temporaryFolders() throws IOException {
    String mine = "pipedeck-parser-" + ProcessHandle.current().pid() + "-";
    try (var folders = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return folders.filter(path -> path.getFileName().toString().startsWith(mine)).toList();
    }
  }

  @Test
  void aParserEndsWithItsParentAndWipesItsFolder() throws Exception {
    Path temp = Files.createDirectory(folder.resolve("temp"));
    Files.writeString(temp.resolve("left-over.tmp"), "x");
    Process parser =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temp,
                "-cp",
                System.getProperty("java.class.path"),
                ParserMain.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();

    parser.getOutputStream().close();

    assertThat(parser.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(temp).doesNotExist();
  }

  private static ParseConfig config(Duration deadline, int heapMb) {
    return new ParseConfig(1, heapMb, deadline, 10_000_000, 256, 100);
  }

  private Path manyPages() throws IOException {
    List<String> pages =
        IntStream.range(0, 400).mapToObj(i -> ("Line of page " + i + "\n").repeat(40)).toList();
    return Files.write(folder.resolve("a.pdf"), TestDocuments.pdf(pages));
  }

  private Path note() throws IOException {
    return Files.write(folder.resolve("n.txt"), "A short note.".getBytes(UTF_8));
  }

  private static List<ProcessHandle> parsers(ParserPool pool) {
    return handles(pool.processIds());
  }

  private static List<ProcessHandle> handles(List<Long> pids) {
    return pids.stream()
        .flatMap(pid -> ProcessHandle.of(pid).stream())
        .filter(ProcessHandle::isAlive)
        .toList();
  }

  private static void killIfFirst(ParserPool pool, List<ProcessHandle> killed) {
    if (killed.isEmpty()) {
      killed.addAll(handles(pool.workingIds()));
      killed.forEach(ProcessHandle::destroyForcibly);
    }
  }

  private static void stopIfFirst(ParserPool pool, List<ProcessHandle> stopped) {
    if (stopped.isEmpty()) {
      stopped.addAll(handles(pool.workingIds()));
      stopped.forEach(ParserPoolFailureTest::stop);
    }
  }

  private static void stop(ProcessHandle process) {
    try {
      new ProcessBuilder("kill", "-STOP", Long.toString(process.pid())).start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
