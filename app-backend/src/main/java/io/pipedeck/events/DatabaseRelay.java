package io.pipedeck.events;

import io.pipedeck.api.JobEvent;
import io.pipedeck.db.Database;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.job.JobEvents;
import io.pipedeck.job.RecentChanges;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events where there is no Redis: this process' own are told at once, those of others are found in
 * PostgreSQL by looking for changed jobs every 200 ms, while somebody watches.
 */
public final class DatabaseRelay implements EventRelay {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseRelay.class);
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  /** More than these at once are told by a reset: reading the lists again is cheaper. */
  private static final int MOST = 1_000;

  private final Database database;
  private final EventHub hub;
  private final RecentChanges recent = new RecentChanges();
  private final Map<UUID, Long> known = new HashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread =
      Thread.ofVirtual().name("pipedeck-events-look").unstarted(this::look);

  public DatabaseRelay(Database database, EventHub hub) {
    this.database = database;
    this.hub = hub;
  }

  @Override
  public void start() {
    thread.start();
  }

  @Override
  public void changed(List<Change> changes) {
    hub.changed(changes);
  }

  private void look() {
    try {
      while (!closed.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        if (hub.isWatched()) {
          lookOnce();
        } else {
          known.clear();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookOnce() {
    try {
      List<JobEvents.Change> active = database.inTransaction(tx -> recent.of(tx, MOST));
      if (active.size() >= MOST) {
        hub.resetAll();
        return;
      }
      List<JobEvents.Change> news =
          active.stream().filter(change -> isNews(change.event())).toList();
      known.clear();
      active.forEach(change -> known.put(change.event().id(), change.event().rev()));
      if (!news.isEmpty()) {
        hub.changed(news);
      }
    } catch (DatabaseException e) {
      LOG.debug("No news of other processes now", e);
    }
  }

  private boolean isNews(JobEvent event) {
    Long rev = known.get(event.id());
    return rev == null || rev < event.rev();
  }

  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
  }
}
