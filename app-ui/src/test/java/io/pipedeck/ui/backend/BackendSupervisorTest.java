package io.pipedeck.ui.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.api.BackendFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackendSupervisorTest {
  @TempDir Path home;

  private final LinkedBlockingQueue<Object> told = new LinkedBlockingQueue<>();
  private final List<BackendSupervisor> supervisors = new java.util.ArrayList<>();

  private record Failed(String why) {}

  private record Ended(String why) {}

  private record Starting() {}

  @AfterEach
  void stopAll() throws Exception {
    var running = BackendFile.find(home);
    supervisors.forEach(BackendSupervisor::close);
    if (running.isPresent()) {
      var handle = ProcessHandle.of(running.get().pid());
      if (handle.isPresent()) {
        handle.get().onExit().get(20, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void startsABackendTellsItsStepsAndStopsItGracefully() throws Exception {
    supervise("works");
    assertThat(next()).isEqualTo(new Starting());
    assertThat(next()).isEqualTo("Unpacking PostgreSQL");
    BackendFile backend = nextReady();
    assertThat(backend.token()).isEqualTo("t");

    supervisors.getFirst().close();
    ProcessHandle.of(backend.pid()).ifPresent(handle -> handle.onExit().join());

    assertThat(home.resolve("stopped")).hasContent("gracefully");
  }

  @Test
  void aSecondConsoleAttachesToTheFirstOnesBackend() throws Exception {
    supervise("works");
    supervise("works");
    BackendFile first = nextReady();
    BackendFile second = nextReady();

    assertThat(second).isEqualTo(first);
    assertThat(home.resolve("starts")).hasContent("x");
  }

  @Test
  void aBackendThatIsKilledIsStartedAgain() throws Exception {
    supervise("works");
    BackendFile first = nextReady();
    ProcessHandle.of(first.pid()).orElseThrow().destroyForcibly();

    assertThat(nextOf(Ended.class)).isNotNull();
    BackendFile second = nextReady();

    assertThat(second.pid()).isNotEqualTo(first.pid());
    assertThat(home.resolve("starts")).hasContent("xx");
  }

  @Test
  void aStartThatFailsSaysWhatTheBackendSaidAndWaitsForTheOperator() throws Exception {
    supervise("fails");
    assertThat(nextOf(Failed.class).why()).endsWith("No space left on device");

    Files.createFile(home.resolve("mended"));
    supervisors.getFirst().tryNow();

    assertThat(nextReady().pid()).isPositive();
    assertThat(home.resolve("starts")).hasContent("xx");
  }

  @Test
  void aProgramThatCannotEvenBeStartedIsToldToo() throws Exception {
    var supervisor =
        new BackendSupervisor(home, List.of(home.resolve("no-java").toString()), new Writer());
    supervisors.add(supervisor);
    supervisor.start();

    assertThat(nextOf(Failed.class).why()).contains("no-java");
  }

  private void supervise(String how) {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            FakeBackend.class.getName(),
            how);
    var supervisor = new BackendSupervisor(home, command, new Writer());
    supervisors.add(supervisor);
    supervisor.start();
  }

  private Object next() throws InterruptedException {
    Object next = told.poll(30, TimeUnit.SECONDS);
    assertThat(next).as("something told").isNotNull();
    return next;
  }

  private BackendFile nextReady() throws InterruptedException {
    return nextOf(BackendFile.class);
  }

  private <T> T nextOf(Class<T> kind) throws InterruptedException {
    Object next = next();
    while (!kind.isInstance(next)) {
      next = next();
    }
    return kind.cast(next);
  }

  private final class Writer implements BackendListener {
    @Override
    public void starting() {
      told.add(new Starting());
    }

    @Override
    public void printed(String line) {
      told.add(line);
    }

    @Override
    public void ready(BackendFile backend) {
      told.add(backend);
    }

    @Override
    public void ended(String why, Duration restartIn) {
      told.add(new Ended(why));
    }

    @Override
    public void failed(String why) {
      told.add(new Failed(why));
    }
  }
}
