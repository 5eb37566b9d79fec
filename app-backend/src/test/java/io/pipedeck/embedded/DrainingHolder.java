package io.pipedeck.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Like {@link ServerHolder}, but needs its servers for a while after it was told to stop. */
final class DrainingHolder {
  private DrainingHolder() {}

  /**
   * Holds them.
   *
   * @param arguments data folder and runtime folder
   */
  public static void main(String[] arguments) throws IOException {
    Path data = Path.of(arguments[0]);
    Path runtime = Path.of(arguments[1]);
    var postgres = BundledPostgres.start(data, runtime, StartupProgress.silent());
    var redis = BundledRedis.start(data, runtime, StartupProgress.silent());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> drain(postgres, redis)));
    System.out.println("ready " + postgres.pid());
    while (System.in.read() >= 0) {
      // Only a signal ends it.
    }
  }

  private static void drain(BundledPostgres postgres, BundledRedis redis) {
    try (postgres;
        redis) {
      // Long enough for a server that got the signal too to be gone.
      ServerHome.pause(Duration.ofSeconds(1));
      boolean up = postgres.isAlive() && redis.isAlive();
      System.out.println(up ? "drained with both servers up" : "a server went first");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
