package io.pipedeck.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisException;

@DisabledOnOs(OS.WINDOWS)
@Timeout(120)
class BundledRedisTest {
  @TempDir(factory = OpenFolder.class)
  Path data;

  private final List<String> steps = new ArrayList<>();

  @Test
  void dataIsKeptBetweenRuns() {
    try (var server = start();
        var client = RedisClient.create(server.url())) {
      client.lpush("rq:queue:default", "a", "b");
    }
    try (var server = start();
        var client = RedisClient.create(server.url())) {
      assertThat(client.lrange("rq:queue:default", 0, -1)).containsExactly("b", "a");
    }
    assertThat(steps).containsExactly("Starting Redis", "Starting Redis");
  }

  @Test
  void settingsAreThoseOfAQueueThatLosesNothing() {
    try (var server = start();
        var client = RedisClient.create(server.url())) {
      assertThat(client.configGet("*"))
          .contains(
              entry("appendonly", "yes"),
              entry("appendfsync", "everysec"),
              entry("maxmemory-policy", "noeviction"),
              entry("bind", "127.0.0.1"),
              entry("protected-mode", "yes"));
      assertThat(client.info("server")).contains("redis_version:" + Platform.REDIS_VERSION);
    }
  }

  @Test
  void nobodyGetsInWithoutThePassword() {
    try (var server = start()) {
      for (String user : List.of("", ":wrong@")) {
        URI url = URI.create("redis://" + user + "127.0.0.1:" + server.port());
        assertThatThrownBy(
                () -> {
                  try (var client = RedisClient.create(url)) {
                    client.get("key");
                  }
                })
            .isInstanceOf(JedisException.class);
      }
    }
  }

  @Test
  void aKilledServerComesBackOnItsPortWithWhatWasWritten() throws Exception {
    try (var server = start();
        var client = RedisClient.create(server.url())) {
      int port = server.port();
      long pid = server.pid();
      client.set("key", "value");
      // The file has it before the answer; only its sync to the disk is once a second.
      ProcessHandle.of(pid).orElseThrow().destroyForcibly();

      server.onExit().get(10, TimeUnit.SECONDS);
      assertThat(server.restartIfDead()).isTrue();

      assertThat(server.restartIfDead()).isFalse();
      assertThat(server.port()).isEqualTo(port);
      assertThat(server.pid()).isNotEqualTo(pid);
      try (var again = RedisClient.create(server.url())) {
        assertThat(again.get("key")).isEqualTo("value");
      }
    }
  }

  @Test
  void aDamagedFileIsSetAsideAndRedisStartsEmpty() throws IOException {
    try (var server = start();
        var client = RedisClient.create(server.url())) {
      client.set("key", "value");
    }
    Path log = data.resolve("redis/appendonlydir/appendonly.aof.1.incr.aof");
    Files.writeString(log, "*3\r\nthis is no command\r\n" + Files.readString(log));

    try (var server = start();
        var client = RedisClient.create(server.url())) {
      assertThat(client.dbSize()).isZero();
    }
    assertThat(data.resolve("redis/damaged/appendonly.aof.1.incr.aof")).isRegularFile();
  }

  @Test
  void aFolderInUseIsRefused() {
    try (var server = start()) {
      assertThatThrownBy(this::start).hasMessageContaining("in use by another Pipedeck");
      assertThat(server.isAlive()).isTrue();
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
  void aServerThatNobodyOwnsAnyMoreIsStoppedFirst() throws Exception {
    start().close();
    Process orphan = new ProcessBuilder("sleep", "600").start();
    RunningFile.beside(data.resolve("redis")).write(orphan.toHandle());

    start().close();

    assertThat(orphan.isAlive()).isFalse();
    assertThat(steps).contains("Stopping a Redis that an earlier run left behind");
  }

  @Test
  void aProcessThatOnlyHasTheSameNumberIsLeftAlone() throws Exception {
    start().close();
    Process other = new ProcessBuilder("sleep", "600").start();
    try {
      Files.writeString(data.resolve("redis.pid"), other.pid() + " 12345\n");

      start().close();

      assertThat(other.isAlive()).isTrue();
    } finally {
      other.destroyForcibly();
    }
  }

  @Test
  void aPasswordThatOthersCouldReadIsReplaced() throws IOException {
    String before;
    try (var server = start()) {
      before = server.password();
    }
    Path secret = data.resolve("secrets").resolve("redis-password");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-rw-rw-"));

    try (var server = start()) {
      assertThat(server.password()).isNotEqualTo(before);
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
        .isEqualTo("rw-------");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void thePasswordShowsInNoProcessAndNoLog() throws IOException {
    try (var server = start()) {
      assertThat(ProcessInspection.visible(server.pid()))
          .contains("redis-server")
          .doesNotContain(server.password())
          .doesNotContain("surefire", "HOME=");
      assertThat(data.resolve("logs").resolve("redis.log"))
          .content()
          .contains("Ready to accept")
          .doesNotContain(server.password());
    }
  }

  private BundledRedis start() {
    return BundledRedis.start(data, TestServers.runtime(), steps::add);
  }
}
