package io.pipedeck.process;

import io.pipedeck.embedded.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A data folder for one test, below a name that careless programs stumble over, deleted at the end.
 * Others may enter it: as root the bundled servers run as nobody.
 *
 * @param parent where tests may put files of their own
 */
record Home(Path parent) implements AutoCloseable {

  /** An empty one that shares the servers' unpacked programs with other tests. */
  static Home fresh() {
    try {
      Path parent = Files.createTempDirectory("pipedeck ā 📄 ");
      Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxr-xr-x"));
      var home = new Home(parent);
      Files.createDirectory(home.folder());
      Files.createDirectories(TestServers.runtime());
      Files.createSymbolicLink(home.folder().resolve("runtime"), TestServers.runtime());
      return home;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What PIPEDECK_HOME is set to. */
  Path folder() {
    return parent.resolve("data folder");
  }

  /** A file beside the data folder, for tests to send. */
  Path file(String name, String content) throws IOException {
    return Files.writeString(parent.resolve(name), content);
  }

  /** The documents that are kept, and parts of such. */
  List<Path> documents() throws IOException {
    Path documents = folder().resolve("documents");
    if (!Files.isDirectory(documents)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(documents)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  /** Deletes it; nothing may use it any more. */
  @Override
  public void close() {
    try (Stream<Path> all = Files.walk(parent)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
