package io.pipedeck.mirror;

import io.pipedeck.db.Database;
import io.pipedeck.db.DatabaseException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * In a process without a mirror: looks now and then whether the feed of changes was left on by one
 * that had a mirror, and turns it off when nobody has followed for an hour.
 */
public final class AbandonedFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AbandonedFeed.class);
  private static final Duration EVERY = Duration.ofMinutes(10);

  private final FeedSwitch feed;
  private final CountDownLatch stopping = new CountDownLatch(1);

  /**
   * Does nothing until {@link #start}.
   *
   * @param database with the schema of this release
   */
  public AbandonedFeed(Database database) {
    this.feed = new FeedSwitch(database);
  }

  /** Begins to look. */
  public void start() {
    Thread.ofVirtual().name("pipedeck-abandoned-feed").start(this::run);
  }

  private void run() {
    try {
      do {
        look();
      } while (!stopping.await(EVERY.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      feed.turnOffIfAbandoned();
    } catch (DatabaseException e) {
      LOG.debug("Whether the change feed is abandoned can't be told now", e);
    }
  }

  @Override
  public void close() {
    stopping.countDown();
  }
}
