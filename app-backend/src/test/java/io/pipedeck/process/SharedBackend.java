package io.pipedeck.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;

/**
 * One running backend for all tests of the contract in a JVM: open to this machine, uploads up to 1
 * MiB. Tests tell their jobs apart by realm.
 */
final class SharedBackend {
  private static final Home HOME = Home.fresh();
  private static final BackendProcess PROCESS =
      BackendProcess.command(HOME, "serve")
          .with("MAX_UPLOAD_MB", "1")
          .with("WORKER_RETRY_DELAYS", "none")
          .jvm("-Xmx256m")
          .start();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(SharedBackend::end, "shared-backend-end"));
  }

  private SharedBackend() {}

  private static void end() {
    PROCESS.close();
    HOME.close();
  }

  static URI url() throws InterruptedException {
    return PROCESS.url();
  }

  /** Fails if it met anything that its log calls an error; to be called after the tests. */
  static void checkLog() {
    assertThat(PROCESS.said()).doesNotContain(" ERROR ");
  }

  static Home home() {
    return HOME;
  }
}
