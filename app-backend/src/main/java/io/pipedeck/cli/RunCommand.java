package io.pipedeck.cli;

import io.pipedeck.api.BackendFile;
import io.pipedeck.app.AlreadyRunningException;
import io.pipedeck.app.App;
import io.pipedeck.app.Role;
import io.pipedeck.config.Config;
import io.pipedeck.config.ConfigLoader;
import io.pipedeck.config.ConfigSources;
import io.pipedeck.config.HttpConfig;
import io.pipedeck.config.SecurityConfig;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code serve}, {@code api} and {@code worker}: run until told to stop. */
abstract class RunCommand implements Callable<Integer> {
  private static final int TOKEN_BYTES = 32;

  @Spec private CommandSpec spec;

  static CommandLine serve() {
    return withFlags(new Serve());
  }

  static CommandLine api() {
    return withFlags(new Api());
  }

  static CommandLine worker() {
    return withFlags(new Worker());
  }

  private static CommandLine withFlags(RunCommand command) {
    var line = new CommandLine(command);
    SettingFlags.addTo(line.getCommandSpec());
    return line;
  }

  Map<String, String> flags() {
    return SettingFlags.given(spec);
  }

  void say(String text) {
    spec.commandLine().getOut().println(text);
    spec.commandLine().getOut().flush();
  }

  /** Nodes that share nothing but the stores keep documents in PostgreSQL unless told otherwise. */
  static Config ofManyNodes(Map<String, String> flags) {
    return ConfigLoader.load(ConfigSources.ofProcess(flags), Map.of("document-store", "postgres"));
  }

  /** Runs the role; the exit code. */
  int run(Config config, Role role, Runnable afterStart) throws InterruptedException {
    App app = App.start(config, role, step -> say("  " + step + " …"));
    var closer = new Thread(app::close, "pipedeck-shutdown");
    Runtime.getRuntime().addShutdownHook(closer);
    started(app, config, role);
    afterStart.run();
    int exitCode = app.await();
    app.close();
    return exitCode;
  }

  private void started(App app, Config config, Role role) {
    switch (role) {
      case SERVE, API -> {
        say("Pipedeck listens on " + app.url());
        nextSteps(app, config);
      }
      case WORKER -> say("Pipedeck works on " + String.join(", ", config.worker().queues()));
    }
  }

  private void nextSteps(App app, Config config) {
    String auth = "";
    if (config.security().token() != null) {
      auth = " -H \"Authorization: Bearer $TOKEN\"";
      say(
          "  Token:      TOKEN is PIPELINE_TOKEN, or the token in "
              + config.home().resolve(BackendFile.NAME));
    } else if (config.security().insecure()) {
      say("  Open to everybody who reaches it: --insecure was said.");
    } else {
      say("  Open to programs on this machine only: no token is set.");
    }
    say("  Send:       curl -F file=@document.pdf" + auth + " " + app.url() + "/pipeline/enqueue");
    say("  Look:       curl" + auth + " " + app.url() + "/pipeline/jobs/recent");
    say("  Stop:       Ctrl+C; running jobs may end, the rest goes on at the next start");
  }

  @Command(
      name = "serve",
      description =
          "Run API and workers in one process, with PostgreSQL and Redis of its own unless they are configured.",
      mixinStandardHelpOptions = true)
  static final class Serve extends RunCommand {
    @Option(
        names = "--bundled",
        description =
            "For the console: take a free port and a random token; both are in backend.json of the data folder.")
    private boolean bundled;

    @Option(
        names = "--stop-with-stdin",
        description = "Stop when standard input ends, so as not to outlive a parent.")
    private boolean stopWithStdin;

    @Override
    public Integer call() throws InterruptedException {
      Config config = ConfigLoader.load(ConfigSources.ofProcess(flags()));
      if (!bundled) {
        return run(config, Role.SERVE, this::followStdin);
      }
      try {
        return run(bundled(config), Role.SERVE, this::followStdin);
      } catch (AlreadyRunningException e) {
        say(e.getMessage() == null ? "" : e.getMessage()); // Whoever asked has its backend.
        return 0;
      }
    }

    private void followStdin() {
      if (stopWithStdin) {
        Thread.ofPlatform().daemon().name("pipedeck-stdin").start(Serve::exitWithStdin);
      }
    }

    private static void exitWithStdin() {
      try {
        while (System.in.read() >= 0) {
          // Nothing is said there; only its end counts.
        }
      } catch (IOException _) {
        // As good as its end.
      }
      System.exit(0);
    }

    private static Config bundled(Config config) {
      byte[] token = new byte[TOKEN_BYTES];
      new SecureRandom().nextBytes(token);
      HttpConfig http = config.http();
      SecurityConfig security = config.security();
      return new Config(
          config.home(),
          new HttpConfig("127.0.0.1", 0, http.maxUploadBytes(), null, null),
          config.database(),
          config.mirror(),
          config.redis(),
          config.queue(),
          config.worker(),
          config.retention(),
          config.document(),
          config.parse(),
          config.embed(),
          new SecurityConfig(
              Base64.getUrlEncoder().withoutPadding().encodeToString(token),
              false,
              security.secretsKey()),
          config.spool(),
          config.rq());
    }
  }

  @Command(
      name = "api",
      description = "Run the API alone; workers run elsewhere on the same PostgreSQL and Redis.",
      mixinStandardHelpOptions = true)
  static final class Api extends RunCommand {
    @Override
    public Integer call() throws InterruptedException {
      return run(ofManyNodes(flags()), Role.API, () -> {});
    }
  }

  @Command(
      name = "worker",
      description = "Run workers alone, on the queues named, the most urgent first.",
      mixinStandardHelpOptions = true)
  static final class Worker extends RunCommand {
    @Parameters(
        paramLabel = "QUEUE",
        arity = "0..*",
        description = "Such as: urgent default slow. Default: as configured.")
    private List<String> queues = new ArrayList<>();

    @Option(
        names = "--concurrency",
        paramLabel = "N",
        description = "Jobs at a time in this process.")
    private String concurrency = "";

    @Override
    public Integer call() throws InterruptedException {
      Map<String, String> flags = flags();
      if (!queues.isEmpty()) {
        flags.put("worker-queues", String.join(",", queues));
      }
      if (!concurrency.isEmpty()) {
        flags.put("worker-concurrency", concurrency);
      }
      return run(ofManyNodes(flags), Role.WORKER, () -> {});
    }
  }
}
