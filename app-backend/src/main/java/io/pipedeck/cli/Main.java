package io.pipedeck.cli;

import io.pipedeck.api.AppException;
import io.pipedeck.app.Release;
import io.pipedeck.config.ConfigException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code pipedeck}: the program of the command line. */
@Command(
    name = "pipedeck",
    description = "Documents in, tracked jobs out.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND")
public final class Main {
  /** What was asked for can't be done; the message says why. */
  static final int FAILED = 1;

  /** The command line or the configuration is wrong. */
  static final int WRONG = 2;

  private Main() {}

  /**
   * The program. Exits with 0, with 1 where something failed, with 2 where it was asked wrongly.
   */
  public static void main(String[] args) {
    refuseOtherEncodings();
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    var line = new CommandLine(new Main());
    line.addSubcommand(RunCommand.serve());
    line.addSubcommand(RunCommand.api());
    line.addSubcommand(RunCommand.worker());
    line.addSubcommand(MigrateCommand.commandLine());
    line.addSubcommand(EnqueueCommand.commandLine());
    line.addSubcommand(SearchCommand.commandLine());
    line.addSubcommand(RetryCommand.commandLine());
    line.addSubcommand(DoctorCommand.commandLine());
    line.addSubcommand(MirrorCommand.commandLine());
    line.setExecutionExceptionHandler(Main::explain);
    return line;
  }

  /**
   * Failures that a person can mend are told in words; anything else is a bug and shows its trace.
   */
  private static int explain(Exception e, CommandLine line, CommandLine.ParseResult result) {
    PrintWriter err = line.getErr();
    return switch (e) {
      case ConfigException wrong -> say(err, wrong, WRONG);
      case AppException known -> say(err, known, FAILED);
      default -> {
        e.printStackTrace(err);
        yield FAILED;
      }
    };
  }

  private static int say(PrintWriter err, Exception e, int exitCode) {
    err.println("pipedeck: " + e.getMessage());
    return exitCode;
  }

  /** File names come through the locale; with another one than UTF-8 they would come broken. */
  private static void refuseOtherEncodings() {
    String encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
    if (!Charset.isSupported(encoding)
        || !Charset.forName(encoding).equals(StandardCharsets.UTF_8)) {
      System.err.println(
          "pipedeck: the locale's encoding is "
              + encoding
              + ", and file names need UTF-8. Start again with LC_ALL=C.UTF-8 (or any locale that ends in .UTF-8).");
      System.exit(WRONG);
    }
  }

  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"pipedeck " + Release.VERSION};
    }
  }
}
