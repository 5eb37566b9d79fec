package io.pipedeck.cli;

import io.pipedeck.app.Maintenance;
import io.pipedeck.config.Config;
import io.pipedeck.config.ConfigLoader;
import io.pipedeck.config.ConfigSources;
import io.pipedeck.config.DatabaseUrl;
import io.pipedeck.mirror.MirrorImport;
import io.pipedeck.mirror.MirrorLogin;
import io.pipedeck.mirror.MirrorStatus;
import io.pipedeck.mirror.MirrorVerify;
import io.pipedeck.mirror.PrimaryMark;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mirror}: what a second database needs: bring in, compare, look, change sides. */
@Command(
    name = "mirror",
    description = "Import from another database, compare with it, see how far the mirror is.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class MirrorCommand implements Runnable {
  private static final int SHOWN = 100;

  @Spec private CommandSpec spec;

  static CommandLine commandLine() {
    var line = new CommandLine(new MirrorCommand());
    for (Object command : new Object[] {new Import(), new Verify(), new Status(), new Demote()}) {
      var sub = new CommandLine(command);
      SettingFlags.addTo(sub.getCommandSpec());
      line.addSubcommand(sub);
    }
    return line;
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "Say what: import, verify, status or demote.");
  }

  private static Config config(CommandSpec spec) {
    return ConfigLoader.load(ConfigSources.ofProcess(SettingFlags.given(spec)));
  }

  private static ProgressBar bar(CommandSpec spec) {
    return new ProgressBar(
        spec.commandLine().getErr(),
        Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false));
  }

  private static MirrorLogin configured(Config config, CommandSpec spec) {
    return Maintenance.login(config.mirror().url())
        .orElseThrow(
            () ->
                new CommandLine.ParameterException(
                    spec.commandLine(),
                    "MIRROR_DATABASE_URL is not set. The form is postgresql://user:password@host:5432/database."));
  }

  /** Another database, without its password on the command line. */
  static final class Other {
    @Option(
        names = "--from",
        paramLabel = "URL",
        description =
            "The other database: postgresql://user@host:5432/database. Everybody on this machine can read a password"
                + " in it; without one --password-file or PGPASSWORD is used.")
    private @Nullable String from;

    @Option(
        names = "--password-file",
        paramLabel = "FILE",
        description = "File with the password for --from.")
    private @Nullable Path passwordFile;

    Optional<MirrorLogin> login(CommandSpec spec) {
      if (from == null) {
        return Optional.empty();
      }
      try {
        DatabaseUrl url = DatabaseUrl.parse(from);
        String password = url.password() == null ? password() : url.password();
        return Maintenance.login(new DatabaseUrl(url.jdbcUrl(), url.user(), password));
      } catch (IllegalArgumentException e) {
        throw new CommandLine.ParameterException(
            spec.commandLine(),
            "--from "
                + e.getMessage()
                + ". The form is postgresql://user@host:5432/database?sslmode=require.");
      } catch (IOException e) {
        throw new CommandLine.ParameterException(
            spec.commandLine(), "--password-file can't be read: " + e.getMessage());
      }
    }

    private @Nullable String password() throws IOException {
      return passwordFile == null
          ? System.getenv("PGPASSWORD")
          : Files.readString(passwordFile).strip();
    }
  }

  /** {@code mirror import}. */
  @Command(
      name = "import",
      description =
          "Bring the jobs of another program's pipeline_jobs in. May be run again: newer rows win, and a run that"
              + " was broken off goes on where it was. The rows become foreign: shown and never touched.",
      mixinStandardHelpOptions = true)
  static final class Import implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @CommandLine.Mixin private Other other;

    @Option(
        names = "--restart",
        description = "Begin at the first row, even if an earlier run was broken off.")
    private boolean restart;

    @Override
    public Integer call() {
      MirrorLogin login =
          other
              .login(spec)
              .orElseThrow(
                  () ->
                      new CommandLine.ParameterException(spec.commandLine(), "--from is missing."));
      PrintWriter out = spec.commandLine().getOut();
      ProgressBar bar = bar(spec);
      MirrorImport.Counts counts =
          Maintenance.withPrimary(
              config(spec),
              step -> out.println("  " + step + " …"),
              primary ->
                  new MirrorImport(primary, login)
                      .run(
                          restart,
                          (seen, total) -> bar.show(seen + " jobs", "importing", seen, total)));
      bar.clear();
      out.printf(
          Locale.ROOT,
          "Jobs seen: %d; %d added, %d updated, %d the same, %d newer here, %d left out because their rq_job_id"
              + " belongs to another job here.%n",
          counts.seen(),
          counts.added(),
          counts.updated(),
          counts.same(),
          counts.newerHere(),
          counts.conflicts());
      out.flush();
      return 0;
    }
  }

  /** {@code mirror verify}. */
  @Command(
      name = "verify",
      description =
          "Compare the jobs of the primary with those of the mirror, or of another database. Exits with 1 if they"
              + " differ.",
      mixinStandardHelpOptions = true)
  static final class Verify implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @CommandLine.Mixin private Other other;

    @Option(
        names = "--settle",
        paramLabel = "SECONDS",
        defaultValue = "10",
        description = "How long what differs is looked at again. Default: ${DEFAULT-VALUE}.")
    private long settle;

    @Override
    public Integer call() {
      Config config = config(spec);
      MirrorLogin login = other.login(spec).orElseGet(() -> configured(config, spec));
      PrintWriter out = spec.commandLine().getOut();
      ProgressBar bar = bar(spec);
      MirrorVerify.Result result =
          Maintenance.withPrimary(
              config,
              step -> out.println("  " + step + " …"),
              primary ->
                  new MirrorVerify(primary, login, Duration.ofSeconds(settle))
                      .run((done, total) -> bar.show(done + " jobs", "comparing", done, total)));
      bar.clear();
      out.printf(
          Locale.ROOT,
          "Jobs: %d here, %d there; compared by %d columns.%n",
          result.here(),
          result.there(),
          result.columns().size());
      result.differences().stream().limit(SHOWN).forEach(it -> out.println(line(it)));
      if (result.found() > SHOWN) {
        out.println("  and more");
      }
      out.println(
          result.equal()
              ? "They are equal."
              : "They differ. Jobs that differ: " + result.found() + ".");
      out.flush();
      return result.equal() ? 0 : Main.FAILED;
    }

    private static String line(MirrorVerify.Difference difference) {
      return "  "
          + difference.id()
          + switch (difference.kind()) {
            case ONLY_HERE -> "  only here";
            case ONLY_THERE -> "  only there";
            case DIFFERENT -> "  differs";
          };
    }
  }

  /** {@code mirror status}. */
  @Command(
      name = "status",
      description = "Say how far the mirror is. Exits with 1 if it is stalled.",
      mixinStandardHelpOptions = true)
  static final class Status implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      MirrorStatus status =
          Maintenance.withPrimary(
              config(spec),
              step -> out.println("  " + step + " …"),
              primary -> primary.inTransaction(MirrorStatus::read));
      out.printf(
          Locale.ROOT,
          "%s, %d changes and %.1f s behind%s%n",
          status.state().wireName(),
          status.lagRows(),
          status.lagSeconds(),
          status.follower() == null ? "" : ", followed by " + status.follower());
      if (status.detail() != null) {
        out.println(status.detail());
      }
      out.flush();
      return status.state() == MirrorStatus.State.STALLED ? Main.FAILED : 0;
    }
  }

  /** {@code mirror demote}. */
  @Command(
      name = "demote",
      description =
          "Say that the database of MIRROR_DATABASE_URL, on which Pipedeck ran by itself, may become a mirror.",
      mixinStandardHelpOptions = true)
  static final class Demote implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      boolean changed = PrimaryMark.remove(configured(config(spec), spec));
      PrintWriter out = spec.commandLine().getOut();
      out.println(
          changed
              ? "It may become a mirror now."
              : "It may become a mirror already; nothing was changed.");
      out.flush();
      return 0;
    }
  }
}
