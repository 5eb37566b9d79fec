package io.pipedeck.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class BinariesTest {
  @TempDir(factory = OpenFolder.class)
  Path folder;

  private final List<String> steps = new ArrayList<>();

  @Test
  void programsAreUnpackedOnceAndReplaceWhatAnInterruptedUnpackingLeft() throws Exception {
    Path left = folder.resolve("unfinished-postgresql-18-00000000").resolve("bin");
    Files.createDirectories(left);
    Files.writeString(left.resolve("postgres"), "half of it");

    Path first = binaries().postgres();
    Path second = binaries().postgres();

    assertThat(second).isEqualTo(first);
    assertThat(steps).containsExactly("Unpacking PostgreSQL " + Binaries.POSTGRES_MAJOR);
    assertThat(Durable.entries(folder, "unfinished-")).isEmpty();
    assertThat(versionOf(PostgresCluster.program(first, "postgres")))
        .contains("(PostgreSQL) " + Binaries.POSTGRES_MAJOR + ".");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void redisIsTheVersionThatItsNameSays() throws Exception {
    assertThat(versionOf(binaries().redis())).contains("v=" + Platform.REDIS_VERSION + " ");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void twoProgramsThatUnpackAtTheSameTimeDoNotDisturbEachOther() throws Exception {
    Path runtime = folder.resolve("runtime");
    var first = starting("one", runtime);
    var second = starting("two", runtime);
    try (var one = first.get(60, TimeUnit.SECONDS);
        var two = second.get(60, TimeUnit.SECONDS)) {
      assertThat(one.line()).startsWith("ready");
      assertThat(two.line()).startsWith("ready");
      assertThat(one.number(2)).as("port").isNotEqualTo(two.number(2));
    }
    assertThat(Durable.entries(runtime, "postgresql-")).hasSize(1);
    assertThat(Durable.entries(runtime, "unfinished-")).isEmpty();
  }

  private CompletableFuture<ChildJvm> starting(String data, Path runtime) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return ChildJvm.start(ServerHolder.class, folder.resolve(data), runtime);
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  @Test
  void onlyOtherBuildsOfTheSameServerAreDeleted() throws IOException {
    Path kept = Files.createDirectories(folder.resolve("postgresql-18-bbbbbbbb"));
    Path other = Files.createDirectories(folder.resolve("postgresql-18-aaaaaaaa").resolve("bin"));
    Path redis = Files.createDirectories(folder.resolve("redis-7.0.15-cccccccc"));

    Binaries.deleteOtherBuilds(kept);

    assertThat(other.resolve("..")).doesNotExist();
    assertThat(kept).isDirectory();
    assertThat(redis).isDirectory();
    assertThat(Durable.entries(folder, "unfinished-")).isEmpty();
  }

  @Test
  void aMachineWithoutProgramsIsToldWhatToSet() {
    var binaries = new Binaries(folder, Platform.of("Linux", "riscv64"), StartupProgress.silent());

    assertThatThrownBy(binaries::postgres)
        .hasMessageContaining("no PostgreSQL for linux other")
        .hasMessageContaining("set DATABASE_URL");
    assertThatThrownBy(binaries::redis).hasMessageContaining("set REDIS_URL");
  }

  private Binaries binaries() {
    return new Binaries(folder, Platform.here(), steps::add);
  }

  private static String versionOf(Path program) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(program.toString(), "--version").start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return output;
  }
}
