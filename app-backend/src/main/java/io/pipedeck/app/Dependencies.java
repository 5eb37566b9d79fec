package io.pipedeck.app;

import io.pipedeck.api.ReadyView;
import io.pipedeck.api.ReadyView.Check;
import io.pipedeck.db.Database;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.http.Health;
import io.pipedeck.queue.RedisConnection;
import io.pipedeck.spool.Spool;
import io.pipedeck.worker.WorkerPool;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The health of this process and of what it depends on. */
final class Dependencies implements Health {
  private static final Duration TICK_WITHIN = Duration.ofSeconds(10);
  private static final Duration ANSWER_WITHIN = Duration.ofMillis(1_500);

  private final Database database;
  private final @Nullable RedisConnection redis;
  private final SchemaSetup schema;
  private final @Nullable WorkerPool workers;
  private final @Nullable Spool spool;

  Dependencies(
      Database database,
      @Nullable RedisConnection redis,
      SchemaSetup schema,
      @Nullable WorkerPool workers,
      @Nullable Spool spool) {
    this.database = database.answering(ANSWER_WITHIN);
    this.redis = redis;
    this.schema = schema;
    this.workers = workers;
    this.spool = spool;
  }

  @Override
  public boolean alive() {
    return workers == null || !schema.isDone() || workers.sinceTick().compareTo(TICK_WITHIN) < 0;
  }

  @Override
  public ReadyView ready() {
    Map<String, Check> checks = new LinkedHashMap<>();
    checks.put("postgresql", postgresql());
    if (redis != null) {
      checks.put("redis", redis(redis));
    }
    if (workers != null) {
      checks.put("workers", workers());
    }
    if (spool != null && spool.depth() > 0) {
      checks.put("spool", spool(spool));
    }
    boolean ready = checks.values().stream().allMatch(check -> check.status().equals("up"));
    return new ReadyView(ready ? "ready" : "not_ready", checks);
  }

  private static Check redis(RedisConnection redis) {
    return redis.answers()
        ? new Check("up", null)
        : new Check(
            "down",
            "Redis can't be reached. Check REDIS_URL and that the server runs. Meanwhile jobs are taken from"
                + " PostgreSQL.");
  }

  private static Check spool(Spool spool) {
    return new Check(
        "up", spool.depth() + " entries wait on this machine's disk until PostgreSQL takes them.");
  }

  private Check postgresql() {
    try {
      database.run(tx -> tx.query("SELECT 1 AS one", row -> row.requiredInteger("one")));
    } catch (DatabaseException _) {
      return new Check(
          "down", "PostgreSQL can't be reached. Check DATABASE_URL and that the server runs.");
    }
    return schema.isDone()
        ? new Check("up", null)
        : new Check("starting", "The schema is being brought up to date.");
  }

  private Check workers() {
    if (!schema.isDone()) {
      return new Check("starting", "Workers wait for PostgreSQL.");
    }
    return alive()
        ? new Check("up", null)
        : new Check("down", "The dispatching loop has not come round for 10 seconds.");
  }
}
