package io.pipedeck.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What stands in for the parent-death signal on systems without one. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(60)
class DeathWatchTest {
  @TempDir Path folder;

  /** A program with a server under watch, for the test to kill. */
  static final class Owner {
    private Owner() {}

    /**
     * Owns it.
     *
     * @param arguments a folder
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
      var server = sleeping(Path.of(arguments[0]));
      DeathWatch.over(server, "TERM");
      System.out.println("ready " + server.pid());
      while (System.in.read() >= 0) {
        // Until it is killed.
      }
    }
  }

  private static ServerProcess sleeping(Path folder) throws IOException, InterruptedException {
    var log = new ServerLog(folder.resolve("log"), 1 << 20);
    var command = List.of("sleep", "600");
    return ServerProcess.start(command, folder, "", log, ServerProcess.NEVER_READY);
  }

  @Test
  void aServerEndsWithItsKilledOwner() throws Exception {
    var owner = ChildJvm.start(Owner.class, folder);
    var server = ProcessHandle.of(owner.number(1)).orElseThrow();
    assertThat(Signals.runs(server)).isTrue();

    owner.kill();

    assertThat(ChildJvm.goesSoon(server.pid())).isTrue();
  }

  @Test
  void theWatchEndsWithItsServer() throws Exception {
    var server = sleeping(folder);
    DeathWatch.over(server, "TERM");
    var watch = shells(server.pid());
    assertThat(watch).hasSize(1);

    server.kill();

    assertThat(Signals.awaitEnd(watch.getFirst(), ChildJvm.SOON)).isTrue();
  }

  private static List<ProcessHandle> shells(long server) {
    return ProcessHandle.current()
        .children()
        .filter(
            child ->
                child.info().arguments().stream()
                    .anyMatch(all -> List.of(all).contains(Long.toString(server))))
        .toList();
  }
}
