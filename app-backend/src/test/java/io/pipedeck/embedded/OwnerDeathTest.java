package io.pipedeck.embedded;

import static io.pipedeck.embedded.ChildJvm.goesSoon;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** What happens to the servers and their data when the program that runs them is killed. */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class OwnerDeathTest {
  @TempDir(factory = OpenFolder.class)
  Path data;

  @Test
  void serversEndWithAKilledOwnerAndTheNextStartHasItsData() throws Exception {
    var owner = ChildJvm.start(ServerHolder.class, data, TestServers.runtime());
    long postgres = owner.number(1);
    long redis = owner.number(3);
    write((int) owner.number(2), (int) owner.number(4));

    owner.kill();

    // No waiting for their end: the next start has to cope with servers that are just stopping.
    try (var server = startPostgres();
        var queues = BundledRedis.start(data, TestServers.runtime(), StartupProgress.silent());
        var client = RedisClient.create(queues.url())) {
      assertThat(ProcessHandle.of(postgres).filter(Signals::runs)).isEmpty();
      assertThat(ProcessHandle.of(redis).filter(Signals::runs)).isEmpty();
      assertThat(count(server)).isEqualTo(1);
      assertThat(client.get("key")).isEqualTo("value");
    }
  }

  @Test
  void serversEndWithAKilledOwnerByThemselves() throws Exception {
    var owner = ChildJvm.start(ServerHolder.class, data, TestServers.runtime());
    long postgres = owner.number(1);
    long redis = owner.number(3);

    owner.kill();

    assertThat(goesSoon(postgres)).isTrue();
    assertThat(goesSoon(redis)).isTrue();
  }

  @Test
  void everythingKilledAtOnceRecovers() throws Exception {
    var owner = ChildJvm.start(ServerHolder.class, data, TestServers.runtime());
    write((int) owner.number(2), (int) owner.number(4));
    var postgres = ProcessHandle.of(owner.number(1)).orElseThrow();
    var all = new ArrayList<>(postgres.descendants().toList());
    all.add(postgres);
    all.add(owner.process().toHandle());
    all.forEach(ProcessHandle::destroyForcibly);
    owner.kill();

    var steps = new ArrayList<String>();
    try (var server = BundledPostgres.start(data, TestServers.runtime(), steps::add)) {
      assertThat(count(server)).isEqualTo(1);
    }
    assertThat(steps)
        .containsExactly("Recovering the database after an unclean stop", "Starting PostgreSQL");
  }

  @Test
  void anOwnerKilledWhileItCreatesTheClusterLeavesNothingInTheWay() throws Exception {
    // The child says nothing before its servers are up: it is killed as soon as initdb has begun.
    var builder =
        new ProcessBuilder(
            ChildJvm.command(
                List.of(),
                System.getProperty("java.class.path"),
                ServerHolder.class,
                data,
                TestServers.runtime()));
    Process owner =
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    Path home = data.resolve("postgres");
    while (owner.isAlive() && !hasUnfinished(home)) {
      Thread.onSpinWait();
    }
    owner.destroyForcibly().waitFor();
    assertThat(home.resolve("data")).doesNotExist();

    try (var server = startPostgres()) {
      assertThat(server.isAlive()).isTrue();
      assertThat(hasUnfinished(home)).isFalse();
    }
  }

  @Test
  void aStopOfTheWholeProcessGroupLeavesTheOwnerItsServersUntilItHasDrained() throws Exception {
    String classPath = System.getProperty("java.class.path");
    var owner =
        ChildJvm.start(
            List.of("setsid"), classPath, DrainingHolder.class, data, TestServers.runtime());
    try (var lines = owner.process().inputReader()) {
      // As a terminal's Ctrl-C or a service manager does it; the child leads a group of its own.
      Signals.send("TERM", -owner.process().pid());

      assertThat(lines.readLine()).isEqualTo("drained with both servers up");
    }
    assertThat(owner.process().waitFor(ChildJvm.SOON)).isTrue();
    assertThat(goesSoon(owner.number(1))).isTrue();
  }

  private static boolean hasUnfinished(Path home) throws IOException {
    if (Files.notExists(home)) {
      return false;
    }
    return !Durable.entries(home, "unfinished-").isEmpty();
  }

  private BundledPostgres startPostgres() {
    return BundledPostgres.start(data, TestServers.runtime(), StartupProgress.silent());
  }

  private void write(int postgresPort, int redisPort) throws IOException, SQLException {
    Path secrets = data.resolve("secrets");
    String password = Files.readString(secrets.resolve("postgres-password")).strip();
    String url = "jdbc:postgresql://127.0.0.1:" + postgresPort + "/pipedeck";
    try (Connection connection = DriverManager.getConnection(url, "pipedeck", password);
        var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE note AS SELECT 1 AS number");
    }
    String redisPassword = Files.readString(secrets.resolve("redis-password")).strip();
    try (var client = RedisClient.create("redis://:" + redisPassword + "@127.0.0.1:" + redisPort)) {
      client.set("key", "value");
    }
  }

  private static int count(BundledPostgres server) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT count(*) FROM note")) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
