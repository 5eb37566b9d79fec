package io.pipedeck.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** As whom the servers run. */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class LaunchTest {
  private static final int ROOT = 0;

  /** An ordinary user that every Linux has by name, which initdb insists on. */
  private static final int DAEMON = 1;

  private static final int NOBODY = 65534;

  @TempDir(factory = OpenFolder.class)
  Path folder;

  /** Plainly named: Java finds no class below a folder with an emoji in its name. */
  @TempDir Path copies;

  @Test
  @EnabledIfSystemProperty(named = "user.name", matches = "root")
  void rootsServersRunAsNobodyWhereNobodyMayEnter() throws Exception {
    Path data = folder.resolve("data");
    try (var holder = ChildJvm.start(ServerHolder.class, data, TestServers.runtime())) {
      assertThat(ProcessInspection.user(holder.number(1))).isEqualTo(NOBODY);
      assertThat(ProcessInspection.user(holder.number(3))).isEqualTo(NOBODY);
      assertThat(owner(data.resolve("postgres"))).isEqualTo(NOBODY);
      assertThat(owner(data.resolve("secrets").resolve("postgres-password"))).isEqualTo(ROOT);
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "user.name", matches = "root")
  void rootsServersRunInAUserNamespaceWhereNobodyMayNotEnterAndFollowAChangeOfThat()
      throws Exception {
    assumeTrue(
        new ProcessBuilder("unshare", "--user", "true").start().waitFor() == 0,
        "user namespaces are not allowed here");
    Path data = folder.resolve("data");
    ChildJvm.start(ServerHolder.class, data, TestServers.runtime()).close();
    Durable.setMode(folder, "rwx------");

    try (var holder = ChildJvm.start(ServerHolder.class, data, TestServers.runtime())) {
      assertThat(holder.line()).startsWith("ready");
      assertThat(namespace(holder.number(1))).isNotEqualTo(namespace(holder.process().pid()));
      assertThat(owner(data.resolve("postgres"))).isEqualTo(ROOT);
      holder.kill();
      assertThat(ChildJvm.goesSoon(holder.number(1))).as("ends with its owner").isTrue();
      assertThat(ChildJvm.goesSoon(holder.number(3))).as("ends with its owner").isTrue();
    }
    Durable.setMode(folder, "rwxr-xr-x");

    try (var holder = ChildJvm.start(ServerHolder.class, data, TestServers.runtime())) {
      assertThat(ProcessInspection.user(holder.number(1))).isEqualTo(NOBODY);
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "user.name", matches = "root")
  void anOrdinaryUsersServersRunAsThatUserAlsoIfRootStartsThem() throws Exception {
    Path data = Files.createDirectory(folder.resolve("data"));
    Files.setAttribute(data, "unix:uid", DAEMON);
    var asDaemon = List.of("setpriv", "--reuid=" + DAEMON, "--regid=" + DAEMON, "--clear-groups");

    try (var holder =
        ChildJvm.start(
            asDaemon, readableClassPath(), ServerHolder.class, data, data.resolve("runtime"))) {
      assertThat(holder.line()).startsWith("ready");
      assertThat(ProcessInspection.user(holder.number(1))).isEqualTo(DAEMON);
      assertThat(ProcessInspection.user(holder.number(3))).isEqualTo(DAEMON);
      holder.kill();
      assertThat(ChildJvm.goesSoon(holder.number(1))).as("ends with its owner").isTrue();
    }

    try (var holder = ChildJvm.start(ServerHolder.class, data, TestServers.runtime())) {
      assertThat(holder.line()).startsWith("ready");
      assertThat(ProcessInspection.user(holder.number(1))).isEqualTo(DAEMON);
    }
    try (var all = Files.walk(data.resolve("postgres"))) {
      assertThat(all.toList()).allSatisfy(path -> assertThat(owner(path)).isEqualTo(DAEMON));
    }
  }

  @Test
  void whereNoWayWorksTheMessageNamesTheFixAndWhatWasTried() throws Exception {
    Path program = Files.writeString(folder.resolve("postgres"), "not executable");
    var task = new Launch.Task(program, folder, "INT", false);

    assertThatThrownBy(() -> Launch.find(Platform.here(), task))
        .isInstanceOf(BundledServerException.class)
        .hasMessageContaining("Set PIPEDECK_HOME to a folder")
        .hasMessageContaining("Tried by setsid");
  }

  /** The same classes where everybody may read them; the originals are often in a closed home. */
  private String readableClassPath() throws IOException {
    Durable.setMode(copies, "rwxr-xr-x");
    String[] entries = System.getProperty("java.class.path").split(File.pathSeparator, -1);
    var readable = Stream.<Path>builder();
    for (int i = 0; i < entries.length; i++) {
      Path from = Path.of(entries[i]);
      if (Files.exists(from)) {
        Path to = copies.resolve(i + "-" + from.getFileName());
        copy(from, to);
        readable.add(to);
      }
    }
    return readable.build().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Path copy = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Durable.folder(copy, "rwxr-xr-x");
        } else {
          Files.copy(path, copy);
          Durable.setMode(copy, "rw-r--r--");
        }
      }
    }
  }

  private static int owner(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:uid");
  }

  private static Path namespace(long pid) throws IOException {
    return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "ns", "user"));
  }
}
