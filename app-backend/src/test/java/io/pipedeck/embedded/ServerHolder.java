package io.pipedeck.embedded;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A program for tests to kill: starts both servers on a data folder, prints one line about them,
 * and runs until its standard input ends.
 */
final class ServerHolder {
  private ServerHolder() {}

  /**
   * Holds them.
   *
   * @param arguments data folder and runtime folder
   */
  public static void main(String[] arguments) throws IOException {
    Path data = Path.of(arguments[0]);
    Path runtime = Path.of(arguments[1]);
    try (var postgres = BundledPostgres.start(data, runtime, StartupProgress.silent());
        var redis = BundledRedis.start(data, runtime, StartupProgress.silent())) {
      System.out.println(
          "ready "
              + postgres.pid()
              + " "
              + postgres.port()
              + " "
              + redis.pid()
              + " "
              + redis.port());
      while (System.in.read() >= 0) {
        // Only the end of the input ends it.
      }
    } catch (BundledServerException e) {
      System.out.println("failed " + String.valueOf(e.getMessage()).replace('\n', ' '));
    }
  }
}
