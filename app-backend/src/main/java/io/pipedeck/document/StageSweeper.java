package io.pipedeck.document;

import io.pipedeck.config.DocumentConfig;
import io.pipedeck.db.Database;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.db.Tx;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Erases outputs of stages that nobody needs any more; only while this process leads, though
 * nothing breaks if two do it. Those of a document with a job that has not ended always stay.
 */
public final class StageSweeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StageSweeper.class);
  private static final Duration PAUSE = Duration.ofMinutes(1);

  // Relies on pipeline_jobs_sha256_idx (sha256, realm).
  private static final String NO_JOB_NEEDS_IT =
      """
      NOT EXISTS (SELECT FROM pipeline_jobs j WHERE j.sha256 = o.sha256 AND j.realm IS NOT DISTINCT FROM o.realm
        AND j.status IN ('queued', 'scheduled', 'running') AND (o.job_id IS NULL OR o.job_id = j.id))
      """;

  /** Also what a deleted job leaves. */
  private static final String OLD =
      """
      DELETE FROM stage_outputs o
      WHERE (o.job_id IS NOT NULL OR o.kept_at < now() - ? * interval '1 millisecond'
          OR NOT EXISTS (SELECT FROM pipeline_jobs j
            WHERE j.sha256 = o.sha256 AND j.realm IS NOT DISTINCT FROM o.realm))
        AND
      """
          + NO_JOB_NEEDS_IT;

  private static final String TOO_MUCH =
      """
      DELETE FROM stage_outputs o
      USING (SELECT id, sum(size_bytes) OVER (ORDER BY kept_at DESC, id DESC) AS total FROM stage_outputs) kept
      WHERE kept.id = o.id AND kept.total > ? AND
      """
          + NO_JOB_NEEDS_IT;

  private final Database database;
  private final DocumentConfig config;
  private final String self;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread =
      Thread.ofVirtual().name("pipedeck-stage-sweeper").unstarted(this::loop);

  /**
   * A sweeper that does nothing until {@link #start}.
   *
   * @param self identity of this process, as in the table {@code leader}
   */
  public StageSweeper(Database database, DocumentConfig config, String self) {
    this.database = database;
    this.config = config;
    this.self = self;
  }

  /** Begins, once the schema stands. */
  public void start() {
    thread.start();
  }

  private void loop() {
    try {
      while (!stopping.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
        step();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void step() {
    try {
      int erased = database.inTransaction(tx -> leads(tx) ? sweep(tx) : 0);
      LOG.debug("{} outputs of stages erased", erased);
    } catch (DatabaseException e) {
      LOG.debug("Outputs of stages not erased now: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("Erasing outputs of stages met a bug; it goes on later", e);
    }
  }

  private boolean leads(Tx tx) {
    return tx.query(
            "SELECT EXISTS (SELECT FROM leader WHERE holder = ? AND until > now()) AS leads",
            row -> row.requiredBoolean("leads"),
            self)
        .getFirst();
  }

  /** Erases what is not needed; how many parts that was. */
  int sweep(Tx tx) {
    return tx.update(OLD, config.stageCache().toMillis())
        + tx.update(TOO_MUCH, config.stageCacheBytes());
  }

  @Override
  public void close() {
    stopping.countDown();
    try {
      if (thread.isAlive() && !thread.join(Duration.ofSeconds(5))) {
        LOG.warn("Erasing outputs of stages did not end in time; it is done as a whole or not");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
