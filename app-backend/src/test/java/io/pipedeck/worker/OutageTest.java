package io.pipedeck.worker;

import static io.pipedeck.job.JobTests.aJob;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.api.JobStatus;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.db.MigratedDatabase;
import io.pipedeck.embedded.TestServers;
import io.pipedeck.job.Job;
import io.pipedeck.job.QueueUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Servers are killed while workers run; the workers go on by themselves. */
class OutageTest {
  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();

  private final WorkerRig rig = new WorkerRig(DB);
  private final CountDownLatch began = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);

  @AfterEach
  void close() {
    goOn.countDown();
    rig.close();
  }

  @Test
  void anOutcomeIsRecordedWhenPostgresqlIsBack() throws Exception {
    var returned = new CountDownLatch(1);
    rig.functions.register(
        "test",
        _ -> {
          began.countDown();
          goOn.await();
          returned.countDown();
          return "kept";
        });
    rig.start(1);
    Job job = rig.enqueue(aJob());
    assertThat(began.await(30, TimeUnit.SECONDS)).isTrue();

    killPostgres();
    goOn.countDown();
    assertThat(returned.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(TestServers.postgres().restartIfDead()).isTrue();

    Job finished = rig.await(job, JobStatus.FINISHED);
    assertThat(finished.result()).hasToString("\"kept\"");
    assertThat(finished.attempt()).isEqualTo(1);
  }

  @Test
  void workersGoOnWhenPostgresqlIsBack() throws Exception {
    rig.functions.register("test", _ -> null);
    rig.start(2);
    rig.await(rig.enqueue(aJob()), JobStatus.FINISHED);

    killPostgres();
    assertThat(TestServers.postgres().restartIfDead()).isTrue();

    rig.await(enqueueWhenBack(), JobStatus.FINISHED);
  }

  @Test
  void workersTakeFromPostgresqlWhileRedisIsAwayAndGoBackToIt() throws Exception {
    rig.functions.register("test", _ -> null);
    rig.start(1);
    rig.await(rig.enqueue(aJob()), JobStatus.FINISHED);

    var redis = TestServers.redis();
    var dead = redis.onExit();
    ProcessHandle.of(redis.pid()).orElseThrow().destroyForcibly();
    dead.get(30, TimeUnit.SECONDS);
    Job shared = rig.enqueue(aJob().on(WorkerRig.SHARED));
    rig.await(rig.enqueue(aJob()), JobStatus.FINISHED);
    assertThat(rig.stored(shared).status()).as("on a shared queue").isEqualTo(JobStatus.QUEUED);
    assertThat(redis.restartIfDead()).isTrue();

    rig.await(rig.enqueue(aJob()), JobStatus.FINISHED);
    await(() -> rig.window.hasWorkers("default"));
    await(() -> pushed(shared));
    rig.await(shared, JobStatus.FINISHED);
  }

  /** What the reconciler does until it works. */
  private boolean pushed(Job job) {
    try {
      rig.queue.push(List.of(job));
      return true;
    } catch (QueueUnavailableException _) {
      return false;
    }
  }

  /** Asks again and again, as long as the rig is patient. */
  private static void await(java.util.function.BooleanSupplier wanted) {
    long until = System.nanoTime() + WorkerRig.PATIENCE.toNanos();
    while (!wanted.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time to wait").isLessThan(until);
      Thread.onSpinWait();
    }
  }

  private Job enqueueWhenBack() {
    while (true) {
      try {
        return rig.enqueue(aJob());
      } catch (DatabaseException e) {
        // Each connection of the pool breaks once.
        assertThat(e.unavailable()).isTrue();
      }
    }
  }

  private static void killPostgres() throws Exception {
    var postgres = TestServers.postgres();
    var dead = postgres.onExit();
    ProcessHandle.of(postgres.pid()).orElseThrow().destroyForcibly();
    dead.get(Duration.ofSeconds(30).toSeconds(), TimeUnit.SECONDS);
  }
}
