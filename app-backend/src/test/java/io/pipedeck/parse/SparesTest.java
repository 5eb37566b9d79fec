package io.pipedeck.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.config.ParseConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process that stands ready while others read, for when one of those dies. */
class SparesTest {
  private static final Duration AMPLY = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void theNextDocumentIsReadByAProcessThatWasReadyBeforeTheDeath() throws Exception {
    try (var pool = pool(AMPLY, AMPLY)) {
      List<Long> readyBefore = new ArrayList<>();
      List<Long> secondTry = new ArrayList<>();

      ParsedDocument parsed =
          pool.parse(
              manyPages(),
              "a.pdf",
              null,
              (page, _) -> {
                // Pages that the dead process had sent may still come; the next one begins anew.
                if (readyBefore.isEmpty()) {
                  readyBefore.addAll(awaitSpare(pool));
                  pool.workingIds().forEach(SparesTest::kill);
                } else if (page == 1) {
                  secondTry.addAll(pool.workingIds());
                }
              });

      assertThat(parsed.pageCount()).isEqualTo(400);
      assertThat(pool.deaths()).isEqualTo(1);
      assertThat(secondTry).hasSize(1);
      assertThat(readyBefore).containsAll(secondTry);
    }
  }

  @Test
  void afterADeadlineTheNextDocumentIsReadByTheSpare() throws Exception {
    try (var pool = pool(Duration.ofSeconds(2), AMPLY)) {
      List<Long> readyBefore = new ArrayList<>();
      var failure =
          catchThrowableOfType(
              ParseException.class,
              () ->
                  pool.parse(
                      manyPages(),
                      "a.pdf",
                      null,
                      (_, _) -> {
                        if (readyBefore.isEmpty()) {
                          readyBefore.addAll(awaitSpare(pool));
                          stop(pool.workingIds().getFirst());
                        }
                      }));
      assertThat(failure.code()).isEqualTo(ErrorCode.TIMEOUT);

      assertThat(readersOf(pool)).isSubsetOf(readyBefore);
    }
  }

  @Test
  void aSecondSpareComesWhenTheFirstIsInUse() throws Exception {
    try (var pool = pool(AMPLY, AMPLY)) {
      List<Long> first = new ArrayList<>();
      List<Long> second = new ArrayList<>();
      pool.parse(
          manyPages(),
          "a.pdf",
          null,
          (page, _) -> {
            if (page == 1) {
              first.addAll(awaitSpare(pool));
              first.forEach(SparesTest::kill);
              readersOf(pool); // takes another one, and so wants one more
              second.addAll(awaitSpare(pool));
            }
          });

      assertThat(second).isNotEmpty().doesNotContainAnyElementsOf(first);
    }
  }

  @Test
  void anIdlePoolKeepsOneProcess() throws Exception {
    try (var pool = pool(AMPLY, Duration.ofMillis(50))) {
      List<Long> spare = new ArrayList<>();
      pool.parse(
          manyPages(),
          "a.pdf",
          null,
          (page, _) -> spare.addAll(page == 1 ? awaitSpare(pool) : List.of()));

      ProcessHandle.of(spare.getFirst()).orElseThrow().onExit().get(20, TimeUnit.SECONDS);

      assertThat(pool.processIds()).hasSize(1);
    }
  }

  @Test
  void countingPagesNeedsNoSpare() throws Exception {
    try (var pool = pool(AMPLY, AMPLY)) {
      assertThat(pool.countPages(manyPages(), AMPLY)).hasValue(400);
      assertThat(pool.processIds()).hasSize(1);
    }
  }

  @Test
  void theSamplesThatMakeAProcessReadyAreAllRead() throws Exception {
    Samples.write(folder);
    try (var pool = pool(AMPLY, AMPLY)) {
      for (String sample : Samples.NAMES) {
        ParsedDocument parsed = pool.parse(folder.resolve(sample), sample, null, (_, _) -> {});
        assertThat(parsed.pages().getFirst().blocks().getLast().text())
            .contains("to become familiar with.");
      }
    }
  }

  /** Which processes read a document now. */
  private List<Long> readersOf(ParserPool pool) {
    List<Long> readers = new ArrayList<>();
    try {
      Path pdf = Files.write(folder.resolve("b.pdf"), TestDocuments.pdf(List.of("One", "Two")));
      List<Long> before = pool.workingIds();
      pool.parse(pdf, "b.pdf", null, (_, _) -> readers.addAll(pool.workingIds()));
      readers.removeAll(before);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return readers;
  }

  /** Waits until a process is ready beside the one that works. */
  private static List<Long> awaitSpare(ParserPool pool) {
    var never = new CountDownLatch(1);
    long until = System.nanoTime() + AMPLY.toNanos();
    try {
      while (pool.idleIds().isEmpty()) {
        assertThat(System.nanoTime()).as("a spare in time").isLessThan(until);
        boolean _ = never.await(20, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return pool.idleIds();
  }

  private static ParserPool pool(Duration deadline, Duration keepIdle) {
    return new ParserPool(new ParseConfig(2, 256, deadline, 10_000_000, 256, 100), keepIdle);
  }

  private Path manyPages() throws IOException {
    List<String> pages =
        IntStream.range(0, 400).mapToObj(i -> ("Line of page " + i + "\n").repeat(40)).toList();
    return Files.write(folder.resolve("a.pdf"), TestDocuments.pdf(pages));
  }

  private static void kill(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }

  private static void stop(long pid) {
    try {
      new ProcessBuilder("kill", "-STOP", Long.toString(pid)).start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
