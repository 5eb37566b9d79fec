package io.pipedeck.stand;

import io.pipedeck.app.App;
import io.pipedeck.app.Role;
import io.pipedeck.config.Config;
import io.pipedeck.config.ConfigLoader;
import io.pipedeck.config.ConfigSources;
import java.io.IOException;
import java.util.Map;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * {@code pipedeck api} and {@code pipedeck worker} with {@link TestFunctions}, as a program that
 * embeds the library would be. Ends when its standard input does, so that none outlives its stand.
 */
public final class NodeMain {
  /** Names the environment variable that says {@code API} or {@code WORKER}. */
  static final String ROLE = "STAND_ROLE";

  /** Set for a node that runs documents through the real pipeline. */
  static final String PIPELINE = "STAND_PIPELINE";

  /** It says so, with its process number, when it is up. */
  static final String UP = "Node is up: ";

  private NodeMain() {}

  /** The program. */
  public static void main(String[] args) throws InterruptedException {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    Thread.ofPlatform().daemon().name("stand-stdin").start(NodeMain::endWithStdin);
    Config config =
        ConfigLoader.load(ConfigSources.ofProcess(Map.of()), Map.of("document-store", "postgres"));
    Role role = Role.valueOf(System.getenv(ROLE));
    boolean pipeline = System.getenv(PIPELINE) != null;
    App app = App.start(config, role, _ -> {}, pipeline ? _ -> {} : TestFunctions::register);
    Runtime.getRuntime().addShutdownHook(new Thread(app::close, "stand-shutdown"));
    System.out.println(UP + ProcessHandle.current().pid());
    int exit = app.await();
    app.close();
    System.exit(exit);
  }

  private static void endWithStdin() {
    try {
      while (System.in.read() >= 0) {
        // Only its end counts.
      }
    } catch (IOException _) {
      // As good as its end.
    }
    Runtime.getRuntime().halt(3);
  }
}
