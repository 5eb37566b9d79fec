package io.pipedeck.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class BundledPostgresTest {
  @TempDir(factory = OpenFolder.class)
  Path data;

  private final List<String> steps = new ArrayList<>();

  @Test
  void dataIsKeptBetweenRuns() throws SQLException {
    try (var server = start()) {
      execute(server, "CREATE TABLE note AS SELECT 'kept' AS text");
    }
    try (var server = start()) {
      assertThat(query(server, "SELECT text FROM note")).isEqualTo("kept");
    }
    assertThat(steps)
        .containsExactly(
            "Creating the database cluster", "Starting PostgreSQL", "Starting PostgreSQL");
  }

  @Test
  void settingsAreThoseOfDurableDataOnASmallMachine() throws SQLException {
    try (var server = start()) {
      assertThat(query(server, "SHOW fsync")).isEqualTo("on");
      assertThat(query(server, "SHOW synchronous_commit")).isEqualTo("on");
      assertThat(query(server, "SHOW full_page_writes")).isEqualTo("on");
      assertThat(query(server, "SHOW data_checksums")).isEqualTo("on");
      assertThat(query(server, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(query(server, "SHOW password_encryption")).isEqualTo("scram-sha-256");
      assertThat(query(server, "SHOW server_encoding")).isEqualTo("UTF8");
      assertThat(query(server, "SHOW log_timezone")).isEqualTo("UTC");
      assertThat(query(server, "SHOW shared_buffers")).isEqualTo("64MB");
      assertThat(query(server, "SHOW server_version_num")).startsWith("18");
    }
  }

  @Test
  void theRoleIsNoSuperuserAndTheSuperuserCanNotLogIn() throws SQLException {
    try (var server = start()) {
      assertThat(query(server, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
          .isEqualTo("f");
      for (String password : List.of("", "postgres", server.password())) {
        assertThatThrownBy(
                () -> DriverManager.getConnection(server.jdbcUrl(), "postgres", password))
            .isInstanceOf(SQLException.class);
      }
      assertThatThrownBy(
              () -> DriverManager.getConnection(server.jdbcUrl(), server.user(), "wrong"))
          .hasMessageContaining("password authentication failed");
    }
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void trigramsKnowLettersBeyondAscii() throws SQLException {
    try (var server = start()) {
      execute(server, "CREATE EXTENSION pg_trgm");
      assertThat(query(server, "SELECT similarity('Ōtautahi', 'ŌTAUTAHI')")).isEqualTo("1");
    }
  }

  @Test
  void aKilledServerComesBackOnItsPortWithWhatWasCommitted() throws Exception {
    try (var server = start()) {
      execute(server, "CREATE TABLE note (number int)");
      int port = server.port();
      long pid = server.pid();
      int committed = insertUntilKilled(server, pid);

      server.onExit().get(10, TimeUnit.SECONDS);
      assertThat(server.isAlive()).isFalse();
      assertThat(server.restartIfDead()).isTrue();

      assertThat(server.restartIfDead()).isFalse();
      assertThat(server.port()).isEqualTo(port);
      assertThat(server.pid()).isNotEqualTo(pid);
      // The one that was under way may be there or not.
      assertThat(Integer.parseInt(query(server, "SELECT count(*) FROM note")))
          .isBetween(committed, committed + 1);
    }
  }

  private static int insertUntilKilled(BundledPostgres server, long pid) throws SQLException {
    int committed = 0;
    try (Connection connection = connect(server);
        var insert = connection.prepareStatement("INSERT INTO note VALUES (?)")) {
      while (committed < 100_000) {
        insert.setInt(1, committed);
        insert.executeUpdate();
        committed++;
        if (committed == 50) {
          ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        }
      }
    } catch (SQLException e) {
      assertThat(e.getSQLState()).isIn("08006", "57P01", "57P02");
    }
    assertThat(committed).isBetween(50, 99_999);
    return committed;
  }

  @Test
  void aFolderInUseIsRefusedAndStaysInUse() throws SQLException {
    try (var server = start()) {
      assertThatThrownBy(this::start)
          .isInstanceOf(BundledServerException.class)
          .hasMessageContaining("in use by another Pipedeck");

      assertThat(query(server, "SELECT 1")).isEqualTo("1");
      assertThatThrownBy(this::start).hasMessageContaining("in use by another Pipedeck");
    }
  }

  @Test
  void closingTwiceIsHarmlessAndNothingComesBack() {
    var server = start();
    server.close();
    server.close();

    assertThat(server.isAlive()).isFalse();
    assertThat(server.restartIfDead()).isFalse();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aPidFileThatNamesADeadProcessIsNoObstacle() throws Exception {
    start().close();
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    writePidFile(dead.pid());

    start().close();

    assertThat(steps).contains("Recovering the database after an unclean stop");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aPidFileThatNamesAProcessOfSomebodyElseIsNoObstacleAndHarmsNobody() throws Exception {
    start().close();
    Process other = new ProcessBuilder("sleep", "600").start();
    try {
      writePidFile(other.pid());

      start().close();

      assertThat(other.isAlive()).isTrue();
    } finally {
      other.destroyForcibly();
    }
  }

  private void writePidFile(long pid) throws IOException {
    Path cluster = data.resolve("postgres").resolve("data").toRealPath();
    Files.writeString(
        cluster.resolve("postmaster.pid"),
        pid + "\n" + cluster + "\n1700000000\n5432\n\n127.0.0.1\n");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aServerThatNobodyOwnsAnyMoreIsStoppedFirst() throws Exception {
    start().close();
    Path home = data.toRealPath().resolve("postgres");
    Path cluster = home.resolve("data");
    var platform = Platform.here();
    Path programs =
        new Binaries(TestServers.runtime(), platform, StartupProgress.silent()).postgres();
    Path program = PostgresCluster.program(programs, "postgres");
    var task = new Launch.Task(program, home, "INT", false);
    var orphan =
        ServerProcess.start(
            Launch.find(platform, task)
                .command(
                    program,
                    List.of(
                        "-D",
                        cluster.toString(),
                        "-p",
                        "" + LoopbackPort.findFree(),
                        "-c",
                        "unix_socket_directories=")),
            home,
            "",
            new ServerLog(data.resolve("orphan.log"), 1 << 20),
            "ready to accept connections");
    assertThat(orphan.awaitReady(ChildJvm.SOON)).isTrue();

    try (var server = start()) {
      assertThat(orphan.isAlive()).isFalse();
      assertThat(orphan.exitCode()).as("stopped cleanly").isZero();
      assertThat(query(server, "SELECT 1")).isEqualTo("1");
    }
    assertThat(steps).contains("Stopping a PostgreSQL that an earlier run left behind");
  }

  @Test
  void whatAnInterruptedCreationLeftIsReplaced() throws Exception {
    Path left = data.resolve("postgres").resolve("unfinished-1234");
    Files.createDirectories(left.resolve("base"));
    Files.writeString(left.resolve("PG_VERSION"), "18\n");

    start().close();

    assertThat(left).doesNotExist();
  }

  @Test
  void dataOfAnotherMajorVersionIsRefusedUntouched() throws Exception {
    Path cluster = Files.createDirectories(data.resolve("postgres").resolve("data"));
    Files.writeString(cluster.resolve("PG_VERSION"), "17\n");

    assertThatThrownBy(this::start)
        .isInstanceOf(BundledServerException.class)
        .hasMessageContaining("made by PostgreSQL 17")
        .hasMessageContaining("brings PostgreSQL 18")
        .hasMessageContaining("DATABASE_URL");

    assertThat(cluster.resolve("PG_VERSION")).hasContent("17");
    assertThat(data.resolve("secrets")).doesNotExist();
  }

  @Test
  void aFolderThatIsNoClusterIsRefusedUntouched() throws Exception {
    Files.createDirectories(data.resolve("postgres").resolve("data").resolve("holiday"));

    assertThatThrownBy(this::start).hasMessageContaining("is no PostgreSQL cluster");

    assertThat(data.resolve("postgres").resolve("data").resolve("holiday")).isDirectory();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aPasswordThatOthersCouldReadIsReplaced() throws Exception {
    String before;
    try (var server = start()) {
      before = server.password();
    }
    Path secret = data.resolve("secrets").resolve("postgres-password");
    assertThat(mode(secret)).isEqualTo("rw-------");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));

    try (var server = start()) {
      assertThat(server.password()).isNotEqualTo(before);
      assertThat(query(server, "SELECT 1")).isEqualTo("1");
      assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl(), server.user(), before))
          .hasMessageContaining("password authentication failed");
    }
    assertThat(mode(secret)).isEqualTo("rw-------");
  }

  @Test
  void aLostPasswordIsReplaced() throws Exception {
    start().close();
    Files.delete(data.resolve("secrets").resolve("postgres-password"));

    try (var server = start()) {
      assertThat(query(server, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void thePasswordShowsInNoProcessAndNoLog() throws Exception {
    try (var server = start()) {
      var handle = ProcessHandle.of(server.pid()).orElseThrow();
      var processes = Stream.concat(Stream.of(handle), handle.descendants()).toList();
      // Which of its helpers run already is PostgreSQL's affair; the first ones do.
      assertThat(processes).hasSizeGreaterThan(1);
      for (ProcessHandle process : processes) {
        assertThat(ProcessInspection.visible(process.pid()))
            .contains("postgres")
            .doesNotContain(server.password())
            .doesNotContain("surefire", "HOME=");
      }
    }
    String log = Files.readString(data.resolve("logs").resolve("postgres.log"));
    String password = Files.readString(data.resolve("secrets").resolve("postgres-password"));
    assertThat(log).contains("ready to accept").doesNotContain(password.strip());
  }

  private BundledPostgres start() {
    return BundledPostgres.start(data, TestServers.runtime(), steps::add);
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static Connection connect(BundledPostgres server) throws SQLException {
    return DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
  }

  private static void execute(BundledPostgres server, String sql) throws SQLException {
    try (Connection connection = connect(server);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String query(BundledPostgres server, String sql) throws SQLException {
    try (Connection connection = connect(server);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }
}
