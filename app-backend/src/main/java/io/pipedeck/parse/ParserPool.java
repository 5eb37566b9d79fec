package io.pipedeck.parse;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.config.ParseConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads documents in separate processes: at most {@link ParseConfig#processes()} at a time, started
 * when first needed, kept warm, replaced after a number of documents. While documents are read one
 * more process is ready, so that the next document doesn't wait where one dies. For any number of
 * threads.
 *
 * <p>Interrupting a thread that parses kills its process; the next document gets another one.
 */
public final class ParserPool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ParserPool.class);
  private static final Duration KEEP_IDLE = Duration.ofMinutes(3);
  private static final Duration COUNT_DEADLINE = Duration.ofSeconds(5);

  /** As long as a document may take, for the small ones that make a process ready. */
  private static final Duration READY_DEADLINE = Duration.ofSeconds(30);

  /** Only while all processes are busy or none was started yet; then one is started. */
  private static final Duration PROCESS_WITHIN = Duration.ofSeconds(2);

  private final ParseConfig config;
  private final Semaphore parsing;
  private final Semaphore counting = new Semaphore(1);
  private final WarmProcesses warm;
  private final AtomicInteger deaths = new AtomicInteger();
  private volatile Optional<Ocr> ocr = Optional.empty();
  private volatile boolean lookedForOcr;
  private final ExecutorService counters = Executors.newVirtualThreadPerTaskExecutor();

  /** Starts no process yet. */
  public ParserPool(ParseConfig config) {
    this(config, KEEP_IDLE);
  }

  ParserPool(ParseConfig config, Duration keepIdle) {
    this.config = config;
    this.parsing = new Semaphore(config.processes(), true);
    this.warm = new WarmProcesses(config, keepIdle, this::prepare);
    TempFolder.deleteAbandoned();
  }

  /**
   * Starts one process and has it read a page, so that the first document needn't wait for it and
   * the first pages are counted in time.
   */
  public void warmUp() {
    try {
      warm.giveBack(takeReady());
    } catch (IOException e) {
      if (!warm.isClosed()) { // else the program ends before its pool was warm
        LOG.warn("No parser process could be started", e);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Reads a document.
   *
   * @param filename for messages, and a hint where the content leaves the type open
   * @param password opens an encrypted document; null for none
   * @throws ParseException if it gives no text, with the reason
   * @throws InterruptedException if the thread was interrupted; its parser process is dead then
   */
  public ParsedDocument parse(
      Path document, String filename, @Nullable String password, ParseProgress progress)
      throws InterruptedException {
    return parse(document, filename, password, true, progress);
  }

  /**
   * The same.
   *
   * @param recognise whether pictures and pages without text may be read by text recognition, where
   *     it is installed
   */
  public ParsedDocument parse(
      Path document,
      String filename,
      @Nullable String password,
      boolean recognise,
      ParseProgress progress)
      throws InterruptedException {
    var request =
        request(Request.Action.PARSE, document, filename, password, recognise ? ocr() : null);
    parsing.acquire();
    try {
      return parseOnce(request, progress);
    } catch (ProcessDied e) {
      LOG.warn("Parser process died, document is tried once more: {}", e.getMessage());
      return parseAgain(request, progress);
    } finally {
      parsing.release();
    }
  }

  private ParsedDocument parseAgain(Request request, ParseProgress progress)
      throws InterruptedException {
    try {
      return parseOnce(request, progress);
    } catch (ProcessDied e) {
      throw new ParseException(
          ErrorCode.INTERNAL_ERROR,
          "The program that reads “"
              + request.filename()
              + "” stopped unexpectedly, twice. Try it again later or send it in another format.",
          e);
    }
  }

  private ParsedDocument parseOnce(Request request, ParseProgress progress)
      throws InterruptedException, ProcessDied {
    try (var lease = new Lease(warm.take())) {
      warm.keepSpare();
      return new Conversation(lease.process, config).parse(request, progress, lease);
    } catch (ProcessDied e) {
      deaths.incrementAndGet();
      throw e;
    } catch (IOException e) {
      deaths.incrementAndGet();
      throw new ProcessDied(e);
    }
  }

  /**
   * How many pages a PDF has, if that can be told quickly; empty for other documents, for encrypted
   * or damaged ones and when it takes longer.
   *
   * @param atMost how long the counting may take; it goes on a little in the background. Before it
   *     the caller waits for a process, usually not at all, two seconds at most.
   */
  public OptionalInt countPages(Path document, Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + PROCESS_WITHIN.toNanos();
    if (!Files.isReadable(document)
        || !counting.tryAcquire(PROCESS_WITHIN.toNanos(), TimeUnit.NANOSECONDS)) {
      return OptionalInt.empty();
    }
    var begun = new CountDownLatch(1);
    Future<@Nullable Integer> counted = counters.submit(() -> countAndRelease(document, begun));
    try {
      if (!begun.await(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        return OptionalInt.empty();
      }
      @Nullable Integer pages = counted.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
      return pages == null ? OptionalInt.empty() : OptionalInt.of(pages);
    } catch (ExecutionException e) {
      LOG.debug("Pages not counted", e.getCause());
      return OptionalInt.empty();
    } catch (TimeoutException e) {
      return OptionalInt.empty();
    }
  }

  private @Nullable Integer countAndRelease(Path document, CountDownLatch begun)
      throws IOException, InterruptedException {
    try (var lease = new Lease(takeReady())) {
      begun.countDown();
      return new Conversation(lease.process, config).count(count(document), COUNT_DEADLINE, lease);
    } finally {
      begun.countDown(); // also where no process could be had
      counting.release();
    }
  }

  /** A process that has read a page before: its start is not the document's time. */
  private ParserProcess takeReady() throws IOException, InterruptedException {
    ParserProcess process = warm.take();
    if (process.isReady()) {
      return process;
    }
    try (var lease = new Lease(process)) {
      new Conversation(process, config)
          .count(request(Request.Action.COUNT_SAMPLE), COUNT_DEADLINE, lease);
    }
    return warm.take();
  }

  /** Has a new process read a small document of each of the usual kinds. */
  private boolean prepare(ParserProcess process) throws InterruptedException {
    var lease = new Lease(process); // not to be given back here
    try {
      new Conversation(process, config)
          .count(request(Request.Action.READ_SAMPLES), READY_DEADLINE, lease);
    } catch (IOException e) {
      LOG.debug("Spare parser process died", e);
    }
    return lease.good;
  }

  /** Asked once: whoever installs it later starts anew. */
  private @Nullable Ocr ocr() throws InterruptedException {
    if (!lookedForOcr) {
      ocr = Ocr.find(config.ocr());
      lookedForOcr = true;
    }
    return ocr.orElse(null);
  }

  private Request count(Path document) {
    return request(Request.Action.COUNT_PAGES, document, "", null, null);
  }

  private Request request(Request.Action sample) {
    return request(sample, Path.of(""), "", null, null);
  }

  private Request request(
      Request.Action action,
      Path document,
      String filename,
      @Nullable String password,
      @Nullable Ocr recognition) {
    return new Request(
        action,
        document.toAbsolutePath().toString(),
        filename,
        password,
        new Request.Limits(
            config.maxTextChars(), config.maxUnpackedMb(), config.maxRatio(), config.maxNesting()),
        recognition);
  }

  /** How many processes ended for another reason than time, memory or this pool. */
  int deaths() {
    return deaths.get();
  }

  /** The processes there are now: at work, ready, or on the way to it. */
  List<Long> processIds() {
    return warm.processIds();
  }

  /** Those that wait for a document, ready. */
  List<Long> idleIds() {
    return warm.idleIds();
  }

  /** Those that have a document in work. */
  List<Long> workingIds() {
    return warm.workingIds();
  }

  /** Kills all processes. Documents in work fail. */
  @Override
  public void close() {
    counters.shutdownNow();
    warm.close();
  }

  /** The loan of a process: goes back if its conversation came to a proper end, else it dies. */
  final class Lease implements AutoCloseable {
    private final ParserProcess process;
    private boolean good;

    Lease(ParserProcess process) {
      this.process = process;
    }

    /** The last reply was read: nothing of this document is left in the pipe. */
    void isGood() {
      good = true;
    }

    @Override
    public void close() {
      if (good) {
        warm.giveBack(process);
      } else {
        warm.replace(process);
      }
    }
  }

  /** Not the document's own failure: the process ended for another reason. */
  static final class ProcessDied extends Exception {
    ProcessDied(String message) {
      super(message);
    }

    ProcessDied(Throwable cause) {
      super(cause);
    }
  }
}
