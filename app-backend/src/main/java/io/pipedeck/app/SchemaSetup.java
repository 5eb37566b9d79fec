package io.pipedeck.app;

import io.pipedeck.db.Database;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.db.Migrations;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the schema up to date as soon as PostgreSQL answers, in the background, so that a program
 * that was started before its database says what is missing and works when it comes.
 */
final class SchemaSetup implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SchemaSetup.class);
  private static final Duration AGAIN_AFTER = Duration.ofSeconds(2);

  private final Database database;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile boolean done;

  SchemaSetup(Database database) {
    this.database = database;
  }

  /** Whether the schema is as this release needs it. */
  boolean isDone() {
    return done;
  }

  /**
   * Tries once on the calling thread, and goes on in the background while PostgreSQL is away.
   *
   * @param then runs once, when the schema stands
   * @param refused hears why this program may not use the schema
   */
  void start(Runnable then, Consumer<RuntimeException> refused) {
    if (tried(then, refused)) {
      return;
    }
    Thread.ofVirtual()
        .name("pipedeck-schema")
        .start(
            () -> {
              try {
                while (!stopping.await(AGAIN_AFTER.toMillis(), TimeUnit.MILLISECONDS)) {
                  if (tried(then, refused)) {
                    return;
                  }
                }
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private boolean tried(Runnable then, Consumer<RuntimeException> refused) {
    try {
      int applied = Migrations.apply(database, Release.VERSION);
      if (applied > 0) {
        LOG.info("{} migrations applied", applied);
      }
      done = true;
      then.run();
      return true;
    } catch (DatabaseException e) {
      if (e.unavailable()) {
        LOG.warn("Not up to date yet, tried again: {}", e.getMessage());
        return false;
      }
      refused.accept(e);
      return true;
    } catch (RuntimeException e) {
      refused.accept(e);
      return true;
    }
  }

  @Override
  public void close() {
    stopping.countDown();
  }
}
