package io.pipedeck.http;

import io.pipedeck.document.DocumentStore;
import io.pipedeck.job.NewJob;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which queue a document goes to: the one asked for, or by its pages where {@code auto} is asked.
 */
public final class QueueChoice {
  private static final Logger LOG = LoggerFactory.getLogger(QueueChoice.class);
  private static final Duration COUNT_WITHIN = Duration.ofMillis(200);
  private static final int URGENT_UP_TO = 3;
  private static final int SLOW_ABOVE = 50;

  private final DocumentStore documents;
  private final PageCounter pages;

  /** Counts pages. */
  @FunctionalInterface
  public interface PageCounter {
    /** The pages of a PDF; empty for anything else, and where it takes longer. */
    OptionalInt countPages(Path document, Duration atMost) throws InterruptedException;
  }

  public QueueChoice(DocumentStore documents, PageCounter pages) {
    this.documents = documents;
    this.pages = pages;
  }

  /**
   * The queue's name.
   *
   * @param asked null for {@code auto}
   */
  String choose(@Nullable String asked, String sha256) throws InterruptedException {
    if (asked == null || asked.equals("auto")) {
      return byPages(sha256);
    }
    if (!NewJob.isQueueName(asked)) {
      throw RequestException.invalid(
          "queue",
          "must be auto, urgent, default, slow or another name of [a-z0-9-], not " + asked);
    }
    return asked;
  }

  private String byPages(String sha256) throws InterruptedException {
    OptionalInt count = count(sha256);
    if (count.isEmpty()) {
      return "default";
    }
    if (count.getAsInt() <= URGENT_UP_TO) {
      return "urgent";
    }
    return count.getAsInt() > SLOW_ABOVE ? "slow" : "default";
  }

  private OptionalInt count(String sha256) throws InterruptedException {
    var file = documents.open(sha256);
    if (file.isEmpty()) {
      return OptionalInt.empty();
    }
    try (var document = file.get()) {
      return pages.countPages(document.path(), COUNT_WITHIN);
    } catch (RuntimeException e) {
      LOG.debug("Pages not counted", e);
      return OptionalInt.empty();
    }
  }
}
