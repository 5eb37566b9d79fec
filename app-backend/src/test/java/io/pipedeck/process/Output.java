package io.pipedeck.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a process has said so far. Thread-safe. */
final class Output {
  private final List<String> lines = new ArrayList<>();
  private boolean ended;

  /** Begins to listen to both streams, which must have been merged. */
  static Output of(Process process) {
    var output = new Output();
    Thread.ofVirtual().name("output-" + process.pid()).start(() -> output.read(process));
    return output;
  }

  private void read(Process process) {
    try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        add(line);
      }
    } catch (IOException e) {
      add("(its output broke off: " + e + ")");
    } finally {
      end();
    }
  }

  private synchronized void add(String line) {
    lines.add(line);
    notifyAll();
  }

  private synchronized void end() {
    ended = true;
    notifyAll();
  }

  synchronized String text() {
    return String.join("\n", lines);
  }

  /** Waits until nothing more can come. */
  synchronized void awaitEnd() throws InterruptedException {
    while (!ended) {
      wait();
    }
  }

  /**
   * Waits for a line that has the pattern somewhere; lines that came before count too.
   *
   * @throws AssertionError if there is none in time, or no more can come
   */
  synchronized MatchResult await(Pattern pattern, Duration atMost) throws InterruptedException {
    long until = System.nanoTime() + atMost.toNanos();
    int looked = 0;
    while (true) {
      Optional<MatchResult> found = find(pattern, looked);
      if (found.isPresent()) {
        return found.get();
      }
      looked = lines.size();
      long left = until - System.nanoTime();
      if (ended || left <= 0) {
        throw new AssertionError(
            "No line with " + pattern + (ended ? "; it ended" : "") + ". It said:\n" + text());
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  private Optional<MatchResult> find(Pattern pattern, int from) {
    return lines.subList(from, lines.size()).stream()
        .map(pattern::matcher)
        .filter(Matcher::find)
        .<MatchResult>map(Matcher::toMatchResult)
        .findFirst();
  }
}
