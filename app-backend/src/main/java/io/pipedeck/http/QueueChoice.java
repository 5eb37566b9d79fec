package io.pipedeck.http;

import io.pipedeck.document.Documents;
import io.pipedeck.document.Documents.Received;
import io.pipedeck.job.NewJob;
import io.pipedeck.job.SmallDocument;
import java.nio.charset.StandardCharsets;
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

  private final Documents documents;
  private final PageCounter pages;

  /** Counts pages. */
  @FunctionalInterface
  public interface PageCounter {
    /** The pages of a PDF; empty for anything else, and where it takes longer. */
    OptionalInt countPages(Path document, Duration atMost) throws InterruptedException;
  }

  public QueueChoice(Documents documents, PageCounter pages) {
    this.documents = documents;
    this.pages = pages;
  }

  /**
   * The queue's name.
   *
   * @param asked null for {@code auto}
   */
  String choose(@Nullable String asked, Received document) throws InterruptedException {
    if (asked == null || asked.equals("auto")) {
      return byPages(document);
    }
    if (!NewJob.isQueueName(asked)) {
      throw RequestException.invalid(
          "queue",
          "must be auto, urgent, default, slow or another name of [a-z0-9-], not " + asked);
    }
    return asked;
  }

  private String byPages(Received document) throws InterruptedException {
    OptionalInt count = count(document);
    if (count.isEmpty()) {
      return "default";
    }
    if (count.getAsInt() <= URGENT_UP_TO) {
      return "urgent";
    }
    return count.getAsInt() > SLOW_ABOVE ? "slow" : "default";
  }

  private OptionalInt count(Received received) throws InterruptedException {
    SmallDocument small = received.small();
    if (small != null && !isPdf(small.bytes())) {
      return OptionalInt.empty();
    }
    var file = documents.open(received);
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

  /** Readers take a header anywhere within the first KiB (ISO 32000-1, annex H, note 13). */
  private static boolean isPdf(byte[] bytes) {
    String head = new String(bytes, 0, Math.min(bytes.length, 1_024), StandardCharsets.ISO_8859_1);
    return head.contains("%PDF-");
  }
}
