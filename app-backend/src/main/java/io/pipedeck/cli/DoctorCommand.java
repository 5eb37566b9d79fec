package io.pipedeck.cli;

import io.pipedeck.api.BackendFile;
import io.pipedeck.api.PipedeckClient;
import io.pipedeck.api.ReadyView;
import io.pipedeck.app.Maintenance;
import io.pipedeck.app.Release;
import io.pipedeck.config.Config;
import io.pipedeck.config.ConfigException;
import io.pipedeck.config.ConfigLoader;
import io.pipedeck.config.ConfigSources;
import io.pipedeck.config.OcrConfig;
import io.pipedeck.embedded.BundledRedis;
import io.pipedeck.parse.Ocr;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code doctor}: checks everything that the program needs, and says of each what is wrong and how
 * to mend it.
 */
@Command(
    name = "doctor",
    description =
        "Check what Pipedeck needs and say how to mend what is missing. Exits with 1 if something is.",
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  private static final long ROOM_BYTES = 1L << 30;

  @Spec private CommandSpec spec;
  private int wrong;

  static CommandLine commandLine() {
    var line = new CommandLine(new DoctorCommand());
    SettingFlags.addTo(line.getCommandSpec());
    return line;
  }

  @Override
  public Integer call() throws InterruptedException {
    good("program", "pipedeck " + Release.VERSION + " on Java " + Runtime.version().feature());
    Config config;
    try {
      config = ConfigLoader.load(ConfigSources.ofProcess(SettingFlags.given(spec)));
      good("configuration", "no mistakes");
    } catch (ConfigException e) {
      bad(
          "configuration",
          e.getMessage() == null ? "" : e.getMessage(),
          "mend the settings named above");
      return Main.FAILED;
    }
    folder(config.home());
    Optional<BackendFile> running = running(config.home());
    if (running.isPresent()) {
      backend(running.get());
    } else {
      good("backend", "none runs on this data folder");
      port(config);
    }
    postgres(config, running.isPresent());
    redis(config, running.isPresent());
    ocr(config.parse().ocr());
    out().println(wrong == 0 ? "All is well." : wrong + " of the checks failed.");
    out().flush();
    return wrong == 0 ? 0 : Main.FAILED;
  }

  private void folder(Path home) {
    try {
      Files.createDirectories(home);
      Files.deleteIfExists(Files.createTempFile(home, "doctor", ".tmp"));
      long room = Files.getFileStore(home).getUsableSpace();
      if (room < ROOM_BYTES) {
        bad(
            "data folder",
            home + " has " + (room >> 20) + " MiB left",
            "free some room, or set PIPEDECK_HOME to another disk");
      } else {
        good("data folder", home + ", " + (room >> 30) + " GiB free");
      }
    } catch (IOException e) {
      bad(
          "data folder",
          home + " can't be written: " + e.getMessage(),
          "set PIPEDECK_HOME to a folder you may write");
    }
  }

  private Optional<BackendFile> running(Path home) {
    try {
      return BackendFile.find(home);
    } catch (IOException e) {
      bad(
          "backend",
          "its file in " + home + " can't be read: " + e.getMessage(),
          "run doctor as the user who started it");
      return Optional.empty();
    }
  }

  private void backend(BackendFile file) throws InterruptedException {
    try (var client =
        new PipedeckClient(file.url(), file.token().isEmpty() ? null : file.token())) {
      ReadyView ready = client.ready();
      ready
          .checks()
          .forEach(
              (name, check) -> {
                if (check.status().equals("up")) {
                  good("backend: " + name, "up");
                } else {
                  bad(
                      "backend: " + name,
                      check.status(),
                      check.detail() == null ? "look at its log" : check.detail());
                }
              });
      ConsistencyChecks.of(client.consistency()).forEach(this::tell);
    } catch (io.pipedeck.api.ApiException e) {
      bad(
          "backend",
          String.valueOf(e.getMessage()),
          "stop process " + file.pid() + " and start it again");
    }
  }

  private void tell(ConsistencyChecks.Check check) {
    if (check.remedy() == null) {
      good(check.name(), check.what());
    } else {
      bad(check.name(), check.what(), check.remedy());
    }
  }

  private void port(Config config) {
    int port = config.http().port();
    try (var socket = new ServerSocket(port, 1, InetAddress.getByName(config.http().host()))) {
      good("port", config.http().host() + ":" + socket.getLocalPort() + " is free");
    } catch (IOException _) {
      bad(
          "port",
          config.http().host() + ":" + port + " is busy",
          "set PORT to a free one, or to 0 to have one chosen");
    }
  }

  private void postgres(Config config, boolean running) {
    if (config.database().url() == null) {
      good(
          "postgresql",
          running ? "bundled; the backend runs it" : "bundled; starts with the backend");
      return;
    }
    try {
      String version = Maintenance.postgresVersion(config, _ -> {});
      good("postgresql", version + " at " + config.database().url());
    } catch (RuntimeException e) {
      bad(
          "postgresql",
          config.database().url() + ": " + e.getMessage(),
          "check DATABASE_URL and that the server runs");
    }
  }

  private void redis(Config config, boolean running) {
    if (config.redis().url() == null) {
      if (BundledRedis.availableHere()) {
        good(
            "redis", running ? "bundled; the backend runs it" : "bundled; starts with the backend");
      } else {
        bad("redis", "none is bundled for this system", "set REDIS_URL to one");
      }
      return;
    }
    try {
      String policy = Maintenance.redisEvictionPolicy(config.redis().url());
      if (policy.equals("noeviction")) {
        good("redis", "answers, evicts nothing");
      } else {
        bad(
            "redis",
            "its maxmemory-policy is " + policy + ", so it may drop queued ids",
            "set maxmemory-policy noeviction");
      }
    } catch (RuntimeException e) {
      bad("redis", String.valueOf(e.getMessage()), "check REDIS_URL and that the server runs");
    }
  }

  /** Not having it is no fault: scans then end as no_text. */
  private void ocr(OcrConfig config) throws InterruptedException {
    if (config.languages().isEmpty()) {
      good("text recognition", "switched off by OCR_LANGUAGES");
      return;
    }
    Set<String> installed = Ocr.installed(config.command());
    if (installed.isEmpty()) {
      good(
          "text recognition",
          "none: "
              + config.command()
              + " is not installed, so scans and pictures have no text; on Debian install"
              + " tesseract-ocr");
      return;
    }
    List<String> missing =
        config.languages().stream().filter(name -> !installed.contains(name)).toList();
    List<String> used = config.languages().stream().filter(installed::contains).toList();
    good(
        "text recognition",
        (used.isEmpty() ? "none" : "reads " + String.join(", ", used))
            + (missing.isEmpty()
                ? ""
                : "; not installed: "
                    + String.join(", ", missing)
                    + " (on Debian tesseract-ocr-"
                    + missing.getFirst()
                    + ")"));
  }

  private void good(String check, String what) {
    out().printf("  ok    %-22s %s%n", check, what);
  }

  private void bad(String check, String what, String fix) {
    wrong++;
    out().printf("  WRONG %-22s %s%n        %-22s → %s%n", check, what, "", fix);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
