package io.pipedeck.bench;

import io.pipedeck.db.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The processor time that PostgreSQL spent for one connection: what other programs do on the
 * machine doesn't add to it. Linux only; elsewhere it is always 0.
 */
final class ServerTime {
  private final Path file;

  private ServerTime(Path file) {
    this.file = file;
  }

  /** Of a pool with one connection on this machine. */
  static ServerTime of(Database single) {
    int pid =
        single.inTransaction(
            tx ->
                tx.query("SELECT pg_backend_pid() AS pid", row -> row.requiredInteger("pid"))
                    .getFirst());
    return new ServerTime(Path.of("/proc", Integer.toString(pid), "schedstat"));
  }

  /** In nanoseconds since the connection began. */
  long nanos() {
    if (!Files.isReadable(file)) {
      return 0;
    }
    try {
      return Long.parseLong(Files.readString(file).split(" ", 2)[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
