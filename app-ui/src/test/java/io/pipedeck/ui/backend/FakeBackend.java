package io.pipedeck.ui.backend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Behaves at the edges as a bundled backend does: tells its steps, writes {@code backend.json},
 * ends with its standard input. The argument chooses how it goes wrong.
 */
final class FakeBackend {
  private FakeBackend() {}

  public static void main(String[] args) throws IOException {
    Path home = Path.of(System.getenv("PIPEDECK_HOME"));
    Files.writeString(
        home.resolve("starts"), "x", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    System.out.println("Unpacking PostgreSQL");
    if (args[0].equals("fails") && !Files.exists(home.resolve("mended"))) {
      System.err.println("No space left on device");
      System.exit(3);
    }
    Path file = home.resolve("backend.json");
    Path fresh = home.resolve("backend.json.tmp");
    Files.writeString(
        fresh,
        "{\"url\":\"http://127.0.0.1:1\",\"token\":\"t\",\"pid\":"
            + ProcessHandle.current().pid()
            + "}");
    Files.move(
        fresh,
        file,
        java.nio.file.StandardCopyOption.ATOMIC_MOVE,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    while (System.in.read() >= 0) {
      // Until the console lets go.
    }
    Files.deleteIfExists(file);
    Files.writeString(home.resolve("stopped"), "gracefully");
  }
}
