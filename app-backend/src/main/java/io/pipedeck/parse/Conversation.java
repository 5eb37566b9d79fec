package io.pipedeck.parse;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.config.ParseConfig;
import io.pipedeck.parse.ParserProcess.Event;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One request to a parser process and what it answers, within a deadline. */
final class Conversation {
  /** What a JVM says with ExitOnOutOfMemoryError. */
  private static final int OUT_OF_MEMORY_EXIT = 3;

  /** A JVM on a machine that has much to do. */
  private static final Duration READY_WITHIN = Duration.ofSeconds(60);

  private final ParserProcess process;
  private final ParseConfig config;

  /** What the deadline had left when text recognition began, which has its own; 0 if it did not. */
  private long pausedNanos;

  Conversation(ParserProcess process, ParseConfig config) {
    this.process = process;
    this.config = config;
  }

  ParsedDocument parse(Request request, ParseProgress progress, ParserPool.Lease lease)
      throws IOException, InterruptedException, ParserPool.ProcessDied {
    process.ask(request);
    awaitReady(request);
    long end = System.nanoTime() + config.deadline().toNanos();
    var pages = new PageCollector(2L * config.maxTextChars() + (1 << 20));
    while (true) {
      Reply reply = next(request, end);
      if (pausedNanos > 0) {
        end = System.nanoTime() + pausedNanos;
        pausedNanos = 0;
      }
      switch (reply) {
        case Reply.PageBegins(int page, int of) -> progress.page(page, of);
        case Reply.Recognises _ -> {
          pausedNanos = Math.max(1, end - System.nanoTime());
          end = System.nanoTime() + recognition().toNanos();
        }
        case Reply.Text text -> pages.add(text);
        case Reply.Done done -> {
          lease.isGood();
          return pages.with(done);
        }
        case Reply.Failed(ErrorCode code, String message) -> {
          lease.isGood();
          throw new ParseException(code, message);
        }
        case Reply.Counted _, Reply.Ready _ -> throw new IOException(reply + " instead of text");
      }
    }
  }

  private void awaitReady(Request request) throws InterruptedException, ParserPool.ProcessDied {
    if (process.isReady()) {
      return;
    }
    switch (process.next(READY_WITHIN)) {
      case null -> throw new ParserPool.ProcessDied("it was not ready in " + words(READY_WITHIN));
      case Event.Said(Reply.Ready _) -> process.markReady();
      case Event.Said _ -> throw new ParserPool.ProcessDied("it spoke before it was ready");
      case Event.Ended _ -> throw ended(request);
    }
  }

  /** A page is drawn before it is recognised. */
  private Duration recognition() {
    return config.ocr().pageDeadline().plus(config.deadline());
  }

  @Nullable Integer count(Request request, Duration atMost, ParserPool.Lease lease)
      throws IOException, InterruptedException {
    process.ask(request);
    if (!process.isReady()) {
      if (!(process.next(READY_WITHIN) instanceof Event.Said(Reply.Ready _))) {
        return null;
      }
      process.markReady();
    }
    if (process.next(atMost) instanceof Event.Said(Reply.Counted(@Nullable Integer pages))) {
      lease.isGood();
      return pages;
    }
    return null;
  }

  private Reply next(Request request, long end)
      throws InterruptedException, ParserPool.ProcessDied {
    @Nullable Event event = process.next(Duration.ofNanos(end - System.nanoTime()));
    if (event == null) {
      throw timeout(request);
    }
    return switch (event) {
      case Event.Said(Reply reply) -> reply;
      case Event.Ended _ -> throw ended(request);
    };
  }

  private ParseException timeout(Request request) {
    return new ParseException(
        ErrorCode.TIMEOUT,
        "Reading “"
            + request.filename()
            + "” took longer than "
            + words(config.deadline())
            + " and was stopped. Split it into parts, or save it anew in the program that made it.");
  }

  private RuntimeException ended(Request request)
      throws InterruptedException, ParserPool.ProcessDied {
    int exit = process.exitCode();
    if (exit == OUT_OF_MEMORY_EXIT) {
      return new ParseException(
          ErrorCode.OUT_OF_MEMORY,
          "Reading “"
              + request.filename()
              + "” needs more memory than the "
              + config.heapMb()
              + " MiB that one document may use. Split it into parts and send those.");
    }
    throw new ParserPool.ProcessDied("exit code " + exit + ": " + process.lastWords());
  }

  private static String words(Duration deadline) {
    return deadline.toSeconds() >= 120
        ? deadline.toMinutes() + " minutes"
        : deadline.compareTo(Duration.ofSeconds(1)) < 0
            ? deadline.toMillis() + " milliseconds"
            : deadline.toSeconds() + " seconds";
  }
}
