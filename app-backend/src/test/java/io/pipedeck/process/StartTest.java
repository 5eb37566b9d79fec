package io.pipedeck.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.api.BackendFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How {@code serve} starts, and what it says where it can't. */
class StartTest {
  private static final Home FIRST_HOME = Home.fresh();
  private static final BackendProcess FIRST =
      BackendProcess.command(FIRST_HOME, "serve", "--bundled").start();
  private final Home home = Home.fresh();

  @AfterEach
  void delete() {
    home.close();
  }

  @AfterAll
  static void end() {
    FIRST.close();
    FIRST_HOME.close();
  }

  @Test
  void aSecondOneOnTheSameFolderSaysWhereTheFirstIs() throws Exception {
    BackendFile file = FIRST.file();

    try (var second = BackendProcess.command(FIRST_HOME, "serve").start();
        var console = BackendProcess.command(FIRST_HOME, "serve", "--bundled").start()) {
      assertThat(second.awaitExit()).isEqualTo(1);
      assertThat(second.said())
          .contains("already runs", file.url().toString(), String.valueOf(FIRST.pid()))
          .contains("PIPEDECK_HOME");
      assertThat(console.awaitExit()).isZero();
      assertThat(console.said()).contains(file.url().toString());
    }
    assertThat(BackendFile.find(FIRST_HOME.folder())).contains(file);
  }

  @Test
  void twoRunAtOnceOnTwoFolders() throws Exception {
    try (var other = BackendProcess.command(home, "serve", "--bundled").start();
        var calls = new Calls(FIRST.url());
        var callsOfOther = new Calls(other.url())) {
      assertThat(other.url()).isNotEqualTo(FIRST.url());
      assertThat(calls.get("/health/ready").status()).isEqualTo(200);
      assertThat(callsOfOther.get("/health/ready").status()).isEqualTo(200);
    }
  }

  @Test
  void theTokenIsItsOwnersOnly() throws Exception {
    BackendFile file = FIRST.file();

    Path json = FIRST_HOME.folder().resolve(BackendFile.NAME);
    assertThat(file.token()).hasSizeGreaterThanOrEqualTo(43);
    assertThat(file.pid()).isEqualTo(FIRST.pid());
    assertThat(FIRST.said()).doesNotContain(file.token());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(json)))
        .isEqualTo("rw-------");
    try (var calls = new Calls(FIRST.url())) {
      calls.get("/pipeline/queues").problem(401, "unauthorized");
    }
  }

  @Test
  void itEndsWhenItsStandardInputDoes() throws Exception {
    try (var backend =
        BackendProcess.command(home, "serve", "--bundled", "--stop-with-stdin").start()) {
      backend.awaitListening();
      backend.stdin().write("not a command\n".getBytes(StandardCharsets.UTF_8));
      backend.stdin().flush();

      backend.stdin().close();

      assertThat(backend.awaitExit()).isZero();
      assertThat(home.folder().resolve(BackendFile.NAME)).doesNotExist();
    }
  }

  @Test
  void aBusyPortIsNamed() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var backend =
            BackendProcess.command(home, "serve")
                .with("PORT", Integer.toString(taken.getLocalPort()))
                .start()) {
      assertThat(backend.awaitExit()).isEqualTo(1);
      assertThat(backend.said())
          .doesNotContain("Exception")
          .contains("Port " + taken.getLocalPort(), "busy", "Set PORT")
          .doesNotContain("Unpacking", "Starting", "\tat ");
    }
  }

  @Test
  void anOpenDoorIsRefused() throws Exception {
    try (var backend = BackendProcess.command(home, "serve").with("HOST", "0.0.0.0").start()) {
      assertThat(backend.awaitExit()).isEqualTo(1);
      assertThat(backend.said())
          .contains("PIPELINE_TOKEN", "--insecure")
          .doesNotContain("Starting", "\tat ");
    }
  }

  @Test
  void aLocaleOtherThanUtf8IsRefused() throws Exception {
    try (var backend =
        BackendProcess.command(home, "serve").with("LC_ALL", "C").inFolder("/").start()) {
      assertThat(backend.awaitExit()).isEqualTo(2);
      assertThat(backend.said()).contains("LC_ALL=C.UTF-8").doesNotContain("\tat ");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DATABASE_URL    | mysql://me:secret-word@host/db | postgresql://user:password@host:5432/",
        "REDIS_URL       | http://host:6379               | redis://",
        "PORT            | eighty                         | from 0 to 65535",
        "WORKER_LEASE    | forever                        | from 1s to 1h",
        "MAX_UPLOAD_MB   | 0                              | from 1 to 102400"
      })
  void aWrongSettingIsNamedWithWhatIsRight(String name, String value, String right)
      throws Exception {
    try (var backend = BackendProcess.command(home, "serve").with(name, value).start()) {
      assertThat(backend.awaitExit()).isEqualTo(2);
      assertThat(backend.said())
          .contains(name, right)
          .doesNotContain("secret-word", "\tat ", "Starting");
    }
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() throws Exception {
    try (var backend =
        BackendProcess.command(home, "serve").with("PIPEDECK_HOME", "/proc/pipedeck").start()) {
      assertThat(backend.awaitExit()).isEqualTo(1);
      assertThat(backend.said())
          .contains("/proc/pipedeck", "PIPEDECK_HOME")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void withoutACommandItShowsTheCommands() throws IOException, InterruptedException {
    try (var help = BackendProcess.command(home, "--help").start();
        var version = BackendProcess.command(home, "--version").start();
        var wrong = BackendProcess.command(home, "serf").start()) {
      assertThat(help.awaitExit()).isZero();
      assertThat(help.said()).contains("serve", "worker", "api", "migrate", "enqueue", "doctor");
      assertThat(version.awaitExit()).isZero();
      assertThat(version.said()).matches("pipedeck \\d+\\.\\d+\\.\\d+.*");
      assertThat(wrong.awaitExit()).isEqualTo(2);
      assertThat(wrong.said()).contains("serf", "serve").doesNotContain("\tat ");
    }
  }
}
