package io.pipedeck.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pipedeck.api.JobView.Progress;
import io.pipedeck.job.Nodes.Seen;
import io.pipedeck.job.Nodes.Vitals;
import io.pipedeck.job.Rescues.Lost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real process stands for the one whose worker was lost. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LossCausesTest {
  private static final String HERE = "here";
  private static final Instant SEEN_AT = Instant.parse("2026-02-01T10:00:00Z");
  private static final String LOST = "Worker here.1.abc.0 was lost while it ran this job: ";

  private final LossCauses causes = new LossCauses(HERE);
  private final Process process = child();

  /** Waits for input until it is killed. */
  private static Process child() {
    try {
      return new ProcessBuilder("cat").start();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void kill() throws Exception {
    process.destroyForcibly();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aProcessThatWasKilledIsGone() throws Exception {
    kill();

    assertThat(causes.of(lost(null), seen(HERE, started()), 0))
        .isEqualTo(LOST + who(HERE) + " ended without a farewell: killed by a signal, or crashed.");
  }

  @Test
  void aProcessThatNobodyCollectedIsGone() throws Exception {
    assumeTrue(Files.isDirectory(Path.of("/proc/self")), "what a process does is told by /proc");
    Process parent = new ProcessBuilder("sh", "-c", "true & echo $!; exec sleep 60").start();
    try (var output = parent.inputReader()) {
      long zombie = Long.parseLong(output.readLine());
      awaitState(zombie, 'Z');
      var now = new Seen("here.1.abc", HERE, zombie, started(), SEEN_AT, new Vitals(0, 0));

      assertThat(causes.of(lost(null), now, 0)).contains("ended without a farewell");
    } finally {
      parent.destroyForcibly();
    }
  }

  @Test
  void theOutOfMemoryKillerIsNamedWhereItStruckSince() throws Exception {
    kill();

    assertThat(causes.of(lost(null), seen(HERE, started(), new Vitals(300 << 20, 4)), 5))
        .endsWith(" The system's out-of-memory killer has struck since; it had 300 MiB.");
    assertThat(causes.of(lost(null), seen(HERE, started(), new Vitals(300 << 20, 5)), 5))
        .endsWith("killed by a signal, or crashed.");
  }

  @Test
  void aProcessThatIsStoppedIsNotGone() throws Exception {
    assumeTrue(Files.isDirectory(Path.of("/proc/self")), "what stops a process is told by /proc");
    signal("STOP");
    awaitState('T');

    assertThat(causes.of(lost(null), seen(HERE, started()), 0))
        .isEqualTo(LOST + who(HERE) + " is stopped by a signal (SIGSTOP).");

    signal("CONT");
    awaitState('S');
    assertThat(causes.of(lost(null), seen(HERE, started()), 0)).doesNotContain("SIGSTOP");
  }

  @Test
  void aProcessThatLivesWasSilent() {
    assertThat(causes.of(lost(null), seen(HERE, started()), 9))
        .isEqualTo(LOST + who(HERE) + " lives but gave no sign of life after " + SEEN_AT + ".");
  }

  @Test
  void aProcessWithItsNumberThatBeganLaterIsAnotherOne() {
    assertThat(causes.of(lost(null), seen(HERE, started().minusSeconds(60)), 0))
        .contains("ended without a farewell");
  }

  @Test
  void nothingIsSaidAboutProcessesOfOtherMachines() throws Exception {
    String expected = LOST + who("there") + " gave no sign of life after " + SEEN_AT + ".";

    assertThat(causes.of(lost(null), seen("there", started()), 9)).isEqualTo(expected);
    kill();
    assertThat(causes.of(lost(null), seen("there", started()), 9)).isEqualTo(expected);
  }

  @Test
  void ofAProcessThatNobodyKnowsTheLeaseIsAllThereIs() {
    assertThat(causes.of(lost(null), null, 9))
        .isEqualTo(LOST + "it gave no sign of life until its lease ran out.");
  }

  @Test
  void howFarTheJobWasIsTold() {
    var progress = new Progress("parse", 12, "page 12 of 100", SEEN_AT);

    assertThat(causes.of(lost(progress), null, 0))
        .endsWith(" Last progress: parse 12 %, page 12 of 100 at 2026-02-01T10:00:00Z.");
    assertThat(causes.of(lost(new Progress("clean", 0, null, SEEN_AT)), null, 0))
        .endsWith(" Last progress: clean 0 % at 2026-02-01T10:00:00Z.");
  }

  private static Lost lost(@Nullable Progress progress) {
    return new Lost(UUID.randomUUID(), UUID.randomUUID(), "here.1.abc.0", SEEN_AT, progress);
  }

  private Seen seen(String host, Instant startedAt) {
    return seen(host, startedAt, new Vitals(0, 9));
  }

  private Seen seen(String host, Instant startedAt, Vitals vitals) {
    return new Seen("here.1.abc", host, process.pid(), startedAt, SEEN_AT, vitals);
  }

  private String who(String host) {
    return "its process " + process.pid() + " on " + host;
  }

  /** When a process that now begins would say that it has begun. */
  private static Instant started() {
    return Instant.now();
  }

  private void signal(String name) throws Exception {
    String pid = Long.toString(process.pid());
    assertThat(new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + pid).start().waitFor())
        .isZero();
  }

  private void awaitState(char wanted) throws IOException {
    awaitState(process.pid(), wanted);
  }

  private static void awaitState(long pid, char wanted) throws IOException {
    Path stat = Path.of("/proc", Long.toString(pid), "stat");
    String line = Files.readString(stat);
    while (line.charAt(line.lastIndexOf(')') + 2) != wanted) {
      Thread.onSpinWait();
      line = Files.readString(stat);
    }
  }
}
