package io.pipedeck.parse;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.config.ParseConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads thousands of broken documents with real parser processes. {@code mvn -Pfuzz verify -pl
 * app-backend} runs it for long; {@code docs/documents.md} says more.
 */
final class Fuzz {
  /** Beside its heap a JVM needs room for code, threads and buffers. */
  static final long MOST_RESIDENT_KB = (256 + 350) * 1024L;

  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final int files;
  private final long seed;
  private final Path folder;
  private final Map<String, Integer> outcomes = new TreeMap<>();
  private final List<String> bugs = new ArrayList<>();
  private long mostResidentKb;

  Fuzz(int files, long seed, Path folder) {
    this.files = files;
    this.seed = seed;
    this.folder = folder;
  }

  /**
   * How it went.
   *
   * @param outcomes how many ended with text, and with each code
   * @param bugs files that ended otherwise, with what happened
   * @param deaths parser processes that ended for another reason than time and memory
   * @param mostResidentKb the largest a parser process became, 0 where that can't be told
   */
  record Report(
      Map<String, Integer> outcomes, List<String> bugs, int deaths, long mostResidentKb) {}

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Case(String name, byte[] content) {}

  public static void main(String[] args) throws Exception {
    int files = Integer.getInteger("fuzz.files", 2_000);
    long seed = Long.getLong("fuzz.seed", 1);
    Path folder =
        Files.createDirectories(Path.of(System.getProperty("basedir", "."), "target", "fuzz"));
    Report report = new Fuzz(files, seed, folder).run();
    System.out.println(files + " broken documents, seed " + seed + ": " + report.outcomes());
    System.out.println(
        report.deaths()
            + " parsers died; the largest had "
            + report.mostResidentKb() / 1024
            + " MiB");
    report.bugs().forEach(System.out::println);
    boolean well =
        report.bugs().isEmpty()
            && report.deaths() == 0
            && report.mostResidentKb() <= MOST_RESIDENT_KB;
    System.out.println(
        well ? "All ended with text or a code." : "FAILED; the files lie in " + folder);
    if (!well) {
      System.exit(1);
    }
  }

  Report run() throws InterruptedException {
    int cores = Runtime.getRuntime().availableProcessors();
    var config = new ParseConfig(cores, 256, DEADLINE, 2_000_000, 128, 500);
    try (var pool = new ParserPool(config);
        var threads = Executors.newFixedThreadPool(cores)) {
      List<Callable<String>> work = new ArrayList<>();
      for (Case each : cases()) {
        work.add(() -> check(pool, each));
      }
      for (Future<String> each : threads.invokeAll(work)) {
        outcomes.merge(each.get(), 1, Integer::sum);
      }
      return new Report(outcomes, bugs, pool.deaths(), mostResidentKb);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<Case> cases() {
    Map<String, byte[]> whole = new LinkedHashMap<>(GeneratedDocuments.all());
    whole.put("locked.pdf", TestDocuments.encryptedPdf("Locked", "open"));
    whole.put("locked.docx", GeneratedDocuments.encryptedDocx("Locked", "open"));
    whole.put("nested.zip", TestDocuments.zip(Map.of("a.txt", "Some text", "b.txt", "More")));
    var mutator = new Mutator(seed, List.copyOf(whole.values()));
    List<Map.Entry<String, byte[]>> each = List.copyOf(whole.entrySet());
    List<Case> cases = new ArrayList<>();
    for (int i = 0; i < files; i++) {
      var next = each.get(i % each.size());
      cases.add(new Case(i + "-" + next.getKey(), mutator.mutate(next.getValue())));
    }
    return cases;
  }

  private String check(ParserPool pool, Case broken) throws InterruptedException {
    Path file = folder.resolve(broken.name());
    try {
      Files.write(file, broken.content());
      String outcome = outcome(pool, file);
      look(pool);
      Files.delete(file);
      return outcome;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      // The file stays, to be looked at.
      bug(broken.name() + ": " + e);
      return "bug";
    }
  }

  private static String outcome(ParserPool pool, Path file) throws InterruptedException {
    try {
      ParsedDocument parsed = pool.parse(file, file.getFileName().toString(), null, (_, _) -> {});
      if (parsed.pages().stream().allMatch(ParsedDocument.Page::isBlank)) {
        throw new IllegalStateException("neither text nor a code");
      }
      return "text";
    } catch (ParseException e) {
      if (e.code() == ErrorCode.INTERNAL_ERROR || String.valueOf(e.getMessage()).isBlank()) {
        throw e;
      }
      return e.code().wireName();
    }
  }

  private synchronized void bug(String what) {
    bugs.add(what);
  }

  private synchronized void look(ParserPool pool) {
    Set<Long> processes = new HashSet<>(pool.processIds());
    for (Long pid : processes) {
      mostResidentKb = Math.max(mostResidentKb, residentKb(pid));
    }
  }

  /** The most that a process has had in memory, 0 where that can't be told. */
  private static long residentKb(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      // It has ended, or this is no Linux.
      return 0;
    }
  }
}
