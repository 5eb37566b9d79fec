package io.pipedeck.parse;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.config.ParseConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How long a parser process that ends keeps others waiting: until the document is read anew by
 * another one (kill), or until the next document has been read (deadline, memory).
 */
public final class Recovery implements AutoCloseable {
  private static final int PAGES = 400;
  private static final ParseProgress SILENT = (_, _) -> {};

  private final Path folder;
  private final Path many;
  private final Path next;

  /** Writes its documents into the folder. */
  public Recovery(Path folder) throws IOException {
    this.folder = folder;
    List<String> pages =
        IntStream.range(0, PAGES).mapToObj(i -> ("Line of page " + i + "\n").repeat(40)).toList();
    this.many = Files.write(folder.resolve("many.pdf"), TestDocuments.pdf(pages));
    this.next = Files.write(folder.resolve("next.pdf"), TestDocuments.pdf(List.of("A", "B", "C")));
  }

  /**
   * From kill -9 in the middle of a document to the first page of its second try; milliseconds, in
   * their order, one for each round.
   */
  public List<Double> afterKill(int rounds) throws InterruptedException {
    return measured(rounds, Duration.ofMinutes(1), 256, many, List.of("-KILL"));
  }

  /** From the answer for one that does nothing any more to the end of the next document. */
  public List<Double> afterHang(int rounds) throws InterruptedException {
    return measured(rounds, Duration.ofSeconds(5), 256, many, List.of("-STOP"));
  }

  /** From the answer for one whose memory was used up to the end of the next document. */
  public List<Double> afterMemory(int rounds) throws IOException, InterruptedException {
    byte[] huge =
        TestDocuments.docx(TestDocuments.paragraph("", "Many small paragraphs.").repeat(150_000));
    Path large = Files.write(folder.resolve("large.docx"), huge);
    return measured(rounds, Duration.ofMinutes(1), 48, large, List.of());
  }

  private List<Double> measured(
      int rounds, Duration deadline, int heapMb, Path first, List<String> signal)
      throws InterruptedException {
    List<Double> millis = new ArrayList<>();
    try (var pool = new ParserPool(new ParseConfig(1, heapMb, deadline, 10_000_000, 256, 100))) {
      pool.warmUp();
      for (int round = 0; round < rounds; round++) {
        millis.add(round(pool, first, signal));
      }
    }
    Collections.sort(millis);
    return millis;
  }

  private double round(ParserPool pool, Path first, List<String> signal)
      throws InterruptedException {
    var round = new long[2];
    try {
      pool.parse(first, "first", null, (page, _) -> hear(pool, page, signal, round));
      return (round[1] - round[0]) / 1e6;
    } catch (ParseException e) {
      if (e.code() != ErrorCode.TIMEOUT && e.code() != ErrorCode.OUT_OF_MEMORY) {
        throw e;
      }
    }
    long answered = System.nanoTime();
    pool.parse(next, "next.pdf", null, SILENT);
    return (System.nanoTime() - answered) / 1e6;
  }

  private static void hear(ParserPool pool, int page, List<String> signal, long[] round) {
    if (page == 1 && round[0] != 0) {
      round[1] = System.nanoTime();
    } else if (page == PAGES / 2 && round[0] == 0 && !signal.isEmpty()) {
      round[0] = System.nanoTime();
      pool.workingIds().forEach(pid -> send(signal.getFirst(), pid));
    }
  }

  private static void send(String signal, long pid) {
    try {
      new ProcessBuilder("kill", signal, Long.toString(pid)).start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
