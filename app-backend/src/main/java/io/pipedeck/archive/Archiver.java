package io.pipedeck.archive;

import io.pipedeck.config.RetentionConfig;
import io.pipedeck.db.Database;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.job.ArchiveColumns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves final jobs to the archive after their time and drops months of it after theirs; only while
 * this process leads, though nothing breaks if two do it. It works a fraction of the time and never
 * keeps claims or inserts waiting: it locks nothing but final rows.
 */
public final class Archiver implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Archiver.class);

  private final Database database;
  private final RetentionConfig retention;
  private final String self;
  private final Pace pace;
  private final Months months;
  private final List<Moves> moves = new ArrayList<>();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread = Thread.ofVirtual().name("pipedeck-archiver").unstarted(this::loop);
  private int at;
  private boolean begun;
  private boolean outage;

  /**
   * How fast it works.
   *
   * @param chunk jobs a transaction
   * @param rest how many times as long as a chunk took it then rests
   * @param idle between the passes
   */
  record Pace(int chunk, int rest, Duration idle) {
    static final Pace NORMAL = new Pace(200, 3, Duration.ofMinutes(1));
  }

  /**
   * An archiver that does nothing until {@link #start}.
   *
   * @param self identity of this process, as in the table {@code leader}
   */
  public Archiver(Database database, RetentionConfig retention, String self) {
    this(database, retention, self, Pace.NORMAL);
  }

  Archiver(Database database, RetentionConfig retention, String self, Pace pace) {
    this.database = database;
    this.retention = retention;
    this.self = self;
    this.pace = pace;
    this.months = new Months(database);
    if (retention.days() > 0) {
      moves.add(new Moves(database, "native", retention.days()));
      if (retention.foreign()) {
        moves.add(new Moves(database, "foreign", retention.days()));
      }
    }
  }

  /** Begins, if anything is to be done at all. */
  public void start() {
    if (retention.days() > 0 || retention.archiveDays() > 0) {
      thread.start();
    }
  }

  private void loop() {
    try {
      Duration pause = Duration.ZERO;
      while (!stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        pause = step();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Does a little and tells how long to rest. */
  Duration step() {
    try {
      if (!leads()) {
        return pace.idle();
      }
      long from = System.nanoTime();
      boolean more = run(pace.chunk());
      outage = false;
      Duration took = Duration.ofNanos(System.nanoTime() - from);
      return more ? took.multipliedBy(pace.rest()) : pace.idle();
    } catch (DatabaseException e) {
      if (!outage) {
        outage = true;
        LOG.warn("Archiving waits: {}", e.getMessage());
      }
    } catch (RuntimeException e) {
      LOG.error("Archiving met a bug; it goes on later", e);
    }
    return pace.idle();
  }

  private boolean leads() {
    return database.inStatement(
        tx ->
            tx.query(
                    "SELECT EXISTS (SELECT FROM leader WHERE holder = ? AND until > now()) AS leads",
                    row -> row.requiredBoolean("leads"),
                    self)
                .getFirst());
  }

  /**
   * Moves at most one chunk; at the end of a pass it looks after the partitions. For one thread.
   *
   * @return whether there is more to move at once
   */
  public boolean run(int chunk) {
    if (!begun) {
      begun = true;
      database.run(ArchiveColumns::addMissing);
      months.ensureAhead();
    }
    if (at < moves.size() && moves.get(at).next(chunk) == chunk) {
      return true;
    }
    at++;
    if (at < moves.size()) {
      return true;
    }
    at = 0;
    begun = false;
    if (retention.archiveDays() > 0) {
      months.dropOlderThan(retention.archiveDays());
    }
    return false;
  }

  /** Ends after the chunk under way. */
  @Override
  public void close() {
    stopping.countDown();
    try {
      if (thread.isAlive() && !thread.join(Duration.ofSeconds(5))) {
        LOG.warn("Archiving did not end in time; what it does now is done or not done as a whole");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
